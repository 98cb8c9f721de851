import type { Db } from '../db/schema.ts'
import { changeConversation } from './change.ts'
import { findConversation } from './find.ts'
import { preview } from './preview.ts'

/** What the list shows of the newest message, after its words have changed. */
export async function refreshPreview(trx: Db, conversationId: number, now: Date): Promise<void> {
  const { last_message_id, preview: shown } = await findConversation(trx, conversationId)
  if (last_message_id === null) return
  const newest = await trx
    .selectFrom('message')
    .select(['text', 'subject', 'deleted_at'])
    .where('id', '=', last_message_id)
    .executeTakeFirst()
  if (!newest) return
  const text = newest.deleted_at === null ? preview(newest.text || newest.subject || '') : ''
  if (text === shown) return
  await changeConversation(trx, conversationId, { preview: text }, null, now)
}
