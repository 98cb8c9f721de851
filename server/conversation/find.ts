import { prepared } from '../db/prepared.ts'
import type { Db } from '../db/schema.ts'
import { notFound } from '../errors.ts'
import type { Conversation } from './table.ts'

/** Throws not_found. */
export async function findConversation(db: Db, id: number): Promise<Conversation> {
  const [conversation] = await findById(db, { id })
  if (!conversation) throw notFound('conversation')
  return conversation
}

const findById = prepared<{ id: number }>()((db, value) =>
  db.selectFrom('conversation').selectAll().where('id', '=', value('id'))
)
