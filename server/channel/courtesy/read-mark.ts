import type { Db } from '../../db/schema.ts'
import type { ThreadOf } from '../../plugin-api/channel.ts'

/** The newest message of one thread that was read and of which its channel has not been told. */
export interface Unmarked {
  account: number
  message: number
  thread: ThreadOf & { remoteId: string }
}

interface Seen {
  conversationId: number
  /** Up to this one it was read. */
  messageId: number
  /** Accounts whose channel can be told. */
  accounts: number[]
}

/** For each account of a conversation the newest message by which its channel can be told what was read. */
export async function listUnmarked(db: Db, seen: Seen): Promise<Unmarked[]> {
  const newest = db
    .selectFrom('message as m')
    .leftJoin('journal', 'journal.id', 'm.journal_id')
    .leftJoin('read_mark', join =>
      join
        .onRef('read_mark.conversation_id', '=', 'm.conversation_id')
        .onRef('read_mark.account_id', '=', 'm.account_id')
    )
    .select(eb => eb.fn.max('m.id').as('id'))
    .where('m.conversation_id', '=', seen.conversationId)
    .where('m.kind', '=', 'inbound')
    .where('m.is_automatic', '=', 0)
    .where('m.remote_id', 'is not', null)
    .where('m.id', '<=', seen.messageId)
    .where('m.account_id', 'in', seen.accounts)
    .where(eb => eb.or([eb('journal.id', 'is', null), eb('journal.is_history', '=', 0)]))
    .where(eb =>
      eb.or([
        eb('read_mark.message_id', 'is', null),
        eb('m.id', '>', eb.ref('read_mark.message_id'))
      ])
    )
    .groupBy('m.account_id')
  const rows = await db
    .selectFrom('message')
    .innerJoin('conversation', 'conversation.id', 'message.conversation_id')
    .innerJoin('identity', 'identity.id', 'message.identity_id')
    .select(['message.id', 'message.account_id as account', 'message.remote_id'])
    .select('message.thread_key')
    .select(['identity.kind', 'identity.value', 'identity.name'])
    .where('message.id', 'in', newest)
    .where('conversation.is_spam', '=', 0)
    .execute()
  return rows.flatMap(({ id, account, remote_id: remoteId, thread_key, kind, value, name }) => {
    if (account === null || remoteId === null) return []
    const to = { kind, value, ...(name ? { name } : {}) }
    const key = thread_key === null ? {} : { threadKey: thread_key }
    const thread = { to, ...key, conversation: seen.conversationId, remoteId }
    return { account, message: id, thread }
  })
}

/** False when its channel has been told of this one or a later one already. */
export async function claimReadMark(
  db: Db,
  { account, message, thread }: Unmarked,
  now: Date
): Promise<boolean> {
  const row = { message_id: message, at: now.getTime() }
  const claimed = await db
    .insertInto('read_mark')
    .values({ conversation_id: thread.conversation, account_id: account, ...row })
    .onConflict(known =>
      known
        .columns(['conversation_id', 'account_id'])
        .doUpdateSet(row)
        .where('read_mark.message_id', '<', message)
    )
    .returning('message_id')
    .executeTakeFirst()
  return claimed !== undefined
}
