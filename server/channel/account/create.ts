import { randomBytes } from 'node:crypto'
import type { Db } from '../../db/schema.ts'
import { announce, inTransaction } from '../../db/transaction.ts'
import { conflict, notFound } from '../../errors.ts'
import { emptyForm, readForm } from '../../plugin-host/form/form.ts'
import { withGenerated } from '../../plugin-host/form/generated.ts'
import { columnsOf, type AccountTools } from './settings.ts'
import type { Account } from '../table.ts'

export interface NewAccount {
  type: string
  name: string
  address?: string
  /** The provider's id of it; the same one cannot be connected twice. Default: the address. */
  externalId?: string
  form: Record<string, unknown>
  acknowledgement?: string
}

/** Connects a mailbox, a bot, a number. The supervisor opens it after the commit. */
export async function createAccount(
  db: Db,
  tools: AccountTools,
  input: NewAccount,
  now: Date
): Promise<Account> {
  const definition = tools.channels.get(input.type)
  if (!definition) throw notFound('channel')
  const { settings } = definition
  const given = withGenerated(settings, input.form, emptyForm)
  const form = readForm(settings, given, emptyForm, tools.secrets, { isPartial: true })
  const externalId = (input.externalId ?? input.address)?.trim().toLowerCase() || null
  return inTransaction(db, async trx => {
    await refuseTwin(trx, input.type, externalId, 0)
    const account = await trx
      .insertInto('account')
      .values({
        type: input.type,
        name: input.name.trim() || input.address || definition.label.en,
        address: input.address?.trim().toLowerCase() || null,
        external_id: externalId,
        ...columnsOf(definition, form, tools),
        acknowledgement: input.acknowledgement?.trim() || null,
        webhook_secret: randomBytes(24).toString('base64url'),
        state_since: now.getTime(),
        created_at: now.getTime()
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    announce(trx, { topic: 'account.changed', account: account.id })
    return account
  })
}

/** Two accounts of one mailbox would bring every mail twice. */
export async function refuseTwin(
  trx: Db,
  type: string,
  externalId: string | null,
  exceptId: number
): Promise<void> {
  if (externalId === null) return
  const twin = await trx
    .selectFrom('account')
    .select(['id', 'name'])
    .where('type', '=', type)
    .where('external_id', '=', externalId)
    .where('id', '!=', exceptId)
    .executeTakeFirst()
  if (twin) throw conflict('account_exists', { name: twin.name })
}
