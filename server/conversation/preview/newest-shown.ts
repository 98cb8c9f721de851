import type { Db } from '../../db/schema.ts'
import type { Changes } from '../change.ts'
import { glimpseOf } from './again.ts'

/** What lists show of a conversation once its newest message is none any more. */
export async function newestShown(trx: Db, conversationId: number): Promise<Changes> {
  const row = await trx
    .selectFrom('message')
    .select(['id', 'kind', 'text', 'subject', 'headers', 'deleted_at', 'at'])
    .where('conversation_id', '=', conversationId)
    .where('status', '!=', 'cancelled')
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row) return { last_message_id: null, preview: '', preview_what: null }
  return {
    last_message_id: row.id,
    ...(await glimpseOf(trx, row)),
    preview_kind: row.kind,
    ...(row.kind === 'note' ? {} : { last_message_at: row.at })
  }
}
