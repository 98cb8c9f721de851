import type { Db } from '../../db/schema.ts'
import type { ConversationRecord, MessageRecord } from '../../plugin-api/records.ts'

const mostMessages = 200

export async function findConversationRecord(
  db: Db,
  id: number
): Promise<ConversationRecord | null> {
  if (!Number.isSafeInteger(id)) return null
  const row = await db
    .selectFrom('conversation')
    .select(['id', 'customer_id', 'subject', 'status', 'is_spam', 'channel', 'assignee_id'])
    .select('created_at')
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  return {
    id: row.id,
    customer: row.customer_id,
    subject: row.subject,
    state: row.is_spam === 1 ? 'spam' : row.status,
    channel: row.channel || null,
    assignee: row.assignee_id,
    tags: await listTags(db, id),
    createdAt: row.created_at
  }
}

/** The newest `limit` messages, at most 200, in the order of time. */
export async function listMessageRecords(
  db: Db,
  conversation: number,
  limit = 50
): Promise<MessageRecord[]> {
  if (!Number.isSafeInteger(conversation)) return []
  const rows = await db
    .selectFrom('message')
    .select(['id', 'kind', 'channel', 'text', 'at', 'is_automatic'])
    .where('conversation_id', '=', conversation)
    .where('status', '!=', 'cancelled')
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(Math.min(Math.max(Math.trunc(limit) || 1, 1), mostMessages))
    .execute()
  return rows.toReversed().map(({ is_automatic: isAutomatic, ...row }) => ({
    ...row,
    isAutomatic: isAutomatic === 1
  }))
}

async function listTags(db: Db, conversation: number): Promise<string[]> {
  const rows = await db
    .selectFrom('conversation_tag')
    .innerJoin('tag', 'tag.id', 'conversation_tag.tag_id')
    .select('tag.name')
    .where('conversation_id', '=', conversation)
    .orderBy('tag.name')
    .execute()
  return rows.map(row => row.name)
}
