import { findVisible } from '../conversation/access.ts'
import type { Message } from '../conversation/table.ts'
import type { Db } from '../db/schema.ts'
import { notFound } from '../errors.ts'
import type { Sapa } from '../sapa.ts'
import { timelineContext } from './conversation-page.ts'
import { presentMessage, type ShownMessage } from './present-timeline.ts'
import type { Reader } from './reader.ts'
import { messagesOf } from './timeline-message.ts'

/** A message of a conversation that the reader may see. Throws not_found. */
export async function findReadable(
  db: Db,
  reader: Reader,
  conversationId: number,
  messageId: number
): Promise<Message> {
  await findVisible(db, conversationId, reader.agent)
  const message = await db
    .selectFrom('message')
    .selectAll()
    .where('id', '=', messageId)
    .where('conversation_id', '=', conversationId)
    .executeTakeFirst()
  if (!message) throw notFound('message')
  return message
}

/** One message as its card shows it. */
export async function showMessage(
  sapa: Sapa,
  reader: Reader,
  conversationId: number,
  messageId: number
): Promise<ShownMessage> {
  const [entry] = await messagesOf(sapa.reader, [messageId])
  if (!entry) throw notFound('message')
  return presentMessage(entry, await timelineContext(sapa, reader, conversationId))
}

/** The sanitised HTML of a message and its whole text with quotes. */
export async function findBody(db: Db, messageId: number) {
  const body = await db
    .selectFrom('message_body')
    .selectAll()
    .where('message_id', '=', messageId)
    .executeTakeFirst()
  if (!body) throw notFound('message_body')
  return body
}
