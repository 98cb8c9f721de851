import type { Db } from '../../db/schema.ts'
import { announce, inTransaction } from '../../db/transaction.ts'
import { notFound } from '../../errors.ts'
import { readForm } from '../../plugin-host/form/form.ts'
import { withGenerated } from '../../plugin-host/form/generated.ts'
import { findAccount } from './find.ts'
import { refuseTwin } from './create.ts'
import { columnsOf, storedForm, type AccountTools } from './settings.ts'
import type { Account } from '../table.ts'

export interface AccountChange {
  name?: string
  address?: string
  externalId?: string
  /** What is left out keeps its value, an empty secret too. A browser's form goes through `fromBrowser` first. */
  form?: Record<string, unknown>
  /** Secrets that go. */
  forgotten?: string[]
  acknowledgement?: string | null
}

/** Changes what is given. New settings close and open this account, and no other. */
export async function updateAccount(
  db: Db,
  tools: AccountTools,
  id: number,
  change: AccountChange
): Promise<Account> {
  return inTransaction(db, async trx => {
    const before = await findAccount(trx, id)
    const externalId = change.externalId?.trim().toLowerCase() || before.external_id
    await refuseTwin(trx, before.type, externalId, id)
    const account = await trx
      .updateTable('account')
      .set({
        name: change.name?.trim() || before.name,
        address: change.address?.trim().toLowerCase() || before.address,
        external_id: externalId,
        ...settingsAfter(tools, before, change),
        ...(change.acknowledgement === undefined
          ? {}
          : { acknowledgement: change.acknowledgement?.trim() || null })
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    announce(trx, { topic: 'account.changed', account: id })
    return account
  })
}

function settingsAfter(tools: AccountTools, before: Account, change: AccountChange) {
  if (!change.form) return {}
  const definition = tools.channels.get(before.type)
  if (!definition) throw notFound('channel')
  const options = { isPartial: true }
  const previous = storedForm(before)
  for (const name of change.forgotten ?? []) delete previous.secrets[name]
  const given = withGenerated(definition.settings, change.form, previous)
  const form = readForm(definition.settings, given, previous, tools.secrets, options)
  return columnsOf(definition, form, tools)
}
