import type { Db } from '../../db/schema.ts'

/** What the provider calls the trouble with these messages. */
export async function listFailureCodes(db: Db, messageIds: number[]): Promise<Map<number, string>> {
  if (messageIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('outbox')
    .select(['message_id', 'error_code'])
    .where('message_id', 'in', messageIds)
    .where('error_code', 'is not', null)
    .orderBy('step_index', 'desc')
    .execute()
  return new Map(rows.map(row => [Number(row.message_id), row.error_code ?? '']))
}
