import type { Account } from '../channel/table.ts'
import type { Db } from '../db/schema.ts'
import { conflict, notFound } from '../errors.ts'
import type { Conversation } from './table.ts'

/** The account that was asked for, else the one by which the customer wrote last and that is still on. */
export async function accountFor(
  trx: Db,
  conversation: Conversation,
  wanted: number | undefined
): Promise<Account> {
  const id = wanted ?? (await lastHeard(trx, conversation.id)) ?? conversation.account_id
  if (id === null) throw conflict('no_account')
  const account = await trx
    .selectFrom('account')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (!account) throw notFound('account')
  if (account.is_enabled === 0) throw conflict('account_off', { name: account.name })
  return account
}

async function lastHeard(trx: Db, conversationId: number): Promise<number | undefined> {
  const row = await trx
    .selectFrom('message')
    .innerJoin('account', 'account.id', 'message.account_id')
    .select('account.id')
    .where('message.conversation_id', '=', conversationId)
    .where('message.kind', '=', 'inbound')
    .where('message.is_automatic', '=', 0)
    .where('account.is_enabled', '=', 1)
    .orderBy('message.at', 'desc')
    .orderBy('message.id', 'desc')
    .executeTakeFirst()
  return row?.id
}
