import type { Db } from '../db/schema.ts'
import { notFound } from '../errors.ts'
import type { Conversation } from './table.ts'

/** Throws not_found. */
export async function findConversation(db: Db, id: number): Promise<Conversation> {
  const conversation = await db
    .selectFrom('conversation')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (!conversation) throw notFound('conversation')
  return conversation
}
