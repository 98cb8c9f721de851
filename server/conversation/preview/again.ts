import type { Db } from '../../db/schema.ts'
import { changeFrom } from '../change.ts'
import { findConversation } from '../find.ts'
import { glimpse, type Glimpse } from './glimpse.ts'
import type { Message, MessageHeaders } from '../table.ts'

/** A message says something else now: lists show it where it is the newest of its conversation. */
export async function previewAgain(trx: Db, messageId: number, now: Date): Promise<void> {
  const message = await trx
    .selectFrom('message')
    .select(['id', 'conversation_id', 'text', 'subject', 'headers', 'deleted_at'])
    .where('id', '=', messageId)
    .executeTakeFirstOrThrow()
  const conversation = await findConversation(trx, message.conversation_id)
  if (conversation.last_message_id !== message.id) return
  await changeFrom(trx, conversation, await glimpseOf(trx, message), null, now)
}

type Shown = Pick<Message, 'id' | 'text' | 'subject' | 'headers' | 'deleted_at'>

/** What a list shows of a stored message. */
export async function glimpseOf(db: Db, message: Shown): Promise<Glimpse> {
  const files = await db
    .selectFrom('attachment')
    .select(['kind', 'filename'])
    .where('message_id', '=', message.id)
    .where('is_hidden', '=', 0)
    .orderBy('id')
    .limit(1)
    .execute()
  const { text, subject, deleted_at } = message
  const headers = JSON.parse(message.headers) as MessageHeaders
  return glimpse({ text, subject, headers, files, isDeleted: deleted_at !== null })
}
