import type { Db } from '../db/schema.ts'

/** One thread of one account: where a customer writes. */
export const threadId = (accountId: number, threadKey: string) => `${accountId}:${threadKey}`

/**
 * Threads by which a conversation is written in: its own, and those of channels to which its customer
 * has moved. There the customer's address is the thread.
 */
export async function listThreads(db: Db, conversationId: number): Promise<string[]> {
  const own = await db
    .selectFrom('conversation')
    .select(['account_id as account', 'thread_key as key'])
    .where('id', '=', conversationId)
    .executeTakeFirst()
  const others = await db
    .selectFrom('message')
    .innerJoin('identity', 'identity.id', 'message.identity_id')
    .select(['message.account_id as account', 'identity.value as key'])
    .distinct()
    .where('message.conversation_id', '=', conversationId)
    .where('message.kind', '=', 'inbound')
    .limit(20)
    .execute()
  const moved = others.filter(row => row.account !== own?.account)
  const all = [...(own ? [own] : []), ...moved]
  const ids = all.flatMap(({ account, key }) =>
    account === null || key === null ? [] : threadId(account, key)
  )
  return [...new Set(ids)]
}

/** Where the next message of the thread will most likely stand; null when nobody looks there. */
export async function findTypedIn(
  db: Db,
  thread: { accountId: number; threadKey: string; candidates: number[] }
): Promise<number | null> {
  const { accountId, threadKey, candidates } = thread
  const rows = await db
    .selectFrom('conversation')
    .select(['id', 'status', 'account_id', 'thread_key'])
    .where('is_spam', '=', 0)
    .where(eb =>
      eb.or([
        eb.and([eb('account_id', '=', accountId), eb('thread_key', '=', threadKey)]),
        eb('id', 'in', candidates)
      ])
    )
    .orderBy('last_message_at', 'desc')
    .limit(20)
    .execute()
  const isOwn = (row: (typeof rows)[number]) =>
    row.account_id === accountId && row.thread_key === threadKey
  const open = rows.filter(row => row.status !== 'closed')
  const found = open.find(isOwn) ?? open[0] ?? rows.find(isOwn) ?? rows[0]
  return found && candidates.includes(found.id) ? found.id : null
}
