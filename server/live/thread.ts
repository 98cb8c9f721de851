import type { Db } from '../db/schema.ts'

/** One chat of one account: where a customer writes. */
export const threadId = (accountId: number, threadKey: string) => `${accountId}:${threadKey}`

/** Chats by which a conversation is written in: the one in which it began, and those that joined it. */
export async function listThreads(db: Db, conversationId: number): Promise<string[]> {
  const began = await db
    .selectFrom('conversation')
    .select(['account_id', 'thread_key'])
    .where('id', '=', conversationId)
    .execute()
  const joined = await db
    .selectFrom('joined_chat')
    .select(['account_id', 'thread_key'])
    .where('conversation_id', '=', conversationId)
    .execute()
  return [...began, ...joined].flatMap(({ account_id, thread_key }) =>
    account_id === null || thread_key === null ? [] : threadId(account_id, thread_key)
  )
}
