import type { Db } from '../db/schema.ts'
import { notFound } from '../errors.ts'
import type { Message } from './table.ts'

/** Throws not_found. */
export async function findMessage(db: Db, id: number): Promise<Message> {
  const message = await db.selectFrom('message').selectAll().where('id', '=', id).executeTakeFirst()
  if (!message) throw notFound('message')
  return message
}
