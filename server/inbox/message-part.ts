import { findVisible } from '../conversation/access.ts'
import type { Message } from '../conversation/table.ts'
import type { Db } from '../db/schema.ts'
import { notFound } from '../errors.ts'
import type { Sapa } from '../sapa.ts'
import type { MessageEntry } from './timeline/entry.ts'
import { timelineContext } from './conversation-page.ts'
import { presentMessage, type ShownMessage } from './present/message.ts'
import type { Reader } from './reader.ts'
import { messagesOf } from './timeline/message.ts'

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

/** One message with all that stands beside it. Throws not_found. */
export async function findEntry(db: Db, messageId: number): Promise<MessageEntry> {
  const [entry] = await messagesOf(db, [messageId])
  if (!entry) throw notFound('message')
  return entry
}

/** One message as its card shows it. */
export async function showMessage(
  sapa: Sapa,
  reader: Reader,
  conversationId: number,
  messageId: number
): Promise<ShownMessage> {
  const entry = await findEntry(sapa.reader, messageId)
  return presentMessage(entry, await timelineContext(sapa, reader, conversationId))
}

/** Messages that an open page has, as they are now; `gone` is no longer to be shown there. */
export async function showChanges(
  sapa: Sapa,
  reader: Reader,
  conversationId: number,
  ids: number[]
): Promise<{ messages: ShownMessage[]; gone: number[] }> {
  await findVisible(sapa.reader, conversationId, reader.agent)
  const rows = await sapa.reader
    .selectFrom('message')
    .select('id')
    .where('id', 'in', ids)
    .where('conversation_id', '=', conversationId)
    .where('status', '!=', 'cancelled')
    .execute()
  const there = rows.map(row => row.id)
  const entries = await messagesOf(sapa.reader, there)
  const context = await timelineContext(sapa, reader, conversationId)
  return {
    messages: entries.map(entry => presentMessage(entry, context)),
    gone: ids.filter(id => !there.includes(id))
  }
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
