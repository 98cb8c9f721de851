import type { Db } from '../db/schema.ts'
import { announce, inTransaction } from '../db/transaction.ts'
import { notFound } from '../errors.ts'
import type { SettingsValues } from '../plugin-api/settings.ts'
import { findAccount } from './account.ts'
import { refuseTwin } from './account-create.ts'
import { readAccountForm } from './account-form.ts'
import { openSettings, storeSettings, type AccountTools } from './account-settings.ts'
import type { Account } from './table.ts'

export interface AccountChange {
  name?: string
  address?: string
  externalId?: string
  /** Secrets that are left out or empty stay as they are. */
  form?: SettingsValues
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
        ...settingsAfter(tools, before, change.form),
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

function settingsAfter(tools: AccountTools, before: Account, form: SettingsValues | undefined) {
  if (!form) return {}
  const definition = tools.channels.get(before.type)
  if (!definition) throw notFound('channel')
  const previous = openSettings(before, tools.secrets)
  const values = readAccountForm(definition.settings, form, previous)
  const stored = storeSettings(definition.settings, values, before, tools.secrets)
  const opened = openSettings(stored, tools.secrets)
  return { ...stored, capabilities: JSON.stringify(definition.capabilities(opened)) }
}
