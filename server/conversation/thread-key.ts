import { prepared } from '../db/prepared.ts'
import type { Db } from '../db/schema.ts'
import type { Conversation } from './table.ts'

/** The chat by which an account reaches this conversation's customer; null where it has no chats. */
export async function findThreadKey(
  db: Db,
  conversation: Pick<Conversation, 'id' | 'account_id' | 'thread_key'>,
  accountId: number
): Promise<string | null> {
  const [last] = await selectLast(db, { conversationId: conversation.id, accountId })
  if (last?.thread_key) return last.thread_key
  return conversation.account_id === accountId ? conversation.thread_key : null
}

const selectLast = prepared<{ conversationId: number; accountId: number }>()((db, value) =>
  db
    .selectFrom('message')
    .select('thread_key')
    .where('conversation_id', '=', value('conversationId'))
    .where('account_id', '=', value('accountId'))
    .where('kind', '=', 'inbound')
    .where('is_automatic', '=', 0)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
)
