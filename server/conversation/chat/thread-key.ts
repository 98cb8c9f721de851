import { prepared } from '../../db/prepared.ts'
import type { Db } from '../../db/schema.ts'
import type { Conversation } from '../table.ts'

/**
 * The chat by which an account reaches this conversation's customer, or the one whose address is given; null
 * where it has no chats.
 */
export async function findThreadKey(
  db: Db,
  conversation: Pick<Conversation, 'id' | 'account_id' | 'thread_key'>,
  accountId: number,
  identityId: number | null = null
): Promise<string | null> {
  const own = identityId === null ? null : await lastOf(db, conversation.id, accountId, identityId)
  if (own !== null) return own
  const [last] = await selectLast(db, { conversationId: conversation.id, accountId })
  // Somebody else's chat must not get what is meant for this address.
  if (last && identityId !== null) return null
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

/** Of several chats the one in this conversation, else their newest. */
async function lastOf(
  db: Db,
  conversationId: number,
  accountId: number,
  identityId: number
): Promise<string | null> {
  const row = await db
    .selectFrom('message')
    .select('thread_key')
    .where('identity_id', '=', identityId)
    .where('account_id', '=', accountId)
    .where('kind', '=', 'inbound')
    .where('thread_key', 'is not', null)
    .orderBy(eb => eb('conversation_id', '=', conversationId), 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.thread_key ?? null
}
