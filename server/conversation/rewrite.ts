import type { Db } from '../db/schema.ts'
import { announce } from '../db/transaction.ts'
import { previewAgain } from './preview/again.ts'
import type { Message, MessageHeaders } from './table.ts'

/** Longer texts are cut in the timeline; the whole stays with the message. */
export const maxText = 200_000
export const maxFullText = 2_000_000
/** How many earlier texts a message keeps; the oldest go. */
const mostVersions = 100

export interface Rewriting {
  text: string
  headers?: MessageHeaders
  /** When it was changed, milliseconds UTC. */
  at: number
}

/** A message says something else now: its earlier words become history, lists and open pages follow. */
export async function rewriteMessage(
  trx: Db,
  message: Pick<Message, 'id' | 'conversation_id' | 'text'>,
  { text, headers, at }: Rewriting,
  now: Date
): Promise<void> {
  const { id, conversation_id: conversation } = message
  await trx
    .insertInto('message_version')
    .values({ message_id: id, text: message.text, replaced_at: at })
    .execute()
  await dropOldest(trx, id)
  await trx
    .updateTable('message')
    .set({
      text: text.slice(0, maxText),
      edited_at: at,
      has_html: 0,
      has_quote: text.length > maxText ? 1 : 0,
      ...(headers && { headers: JSON.stringify(headers) })
    })
    .where('id', '=', id)
    .execute()
  await replaceBody(trx, id, text)
  await previewAgain(trx, id, now)
  announce(trx, { topic: 'message.changed', conversation, message: id })
}

/** The page and the whole text said the same as the words that are history now. */
async function replaceBody(trx: Db, id: number, text: string): Promise<void> {
  await trx.deleteFrom('message_body').where('message_id', '=', id).execute()
  if (text.length <= maxText) return
  const full_text = text.slice(0, maxFullText)
  await trx
    .insertInto('message_body')
    .values({ message_id: id, html: null, full_html: null, full_text })
    .execute()
}

async function dropOldest(trx: Db, id: number): Promise<void> {
  const surplus = await trx
    .selectFrom('message_version')
    .select('id')
    .where('message_id', '=', id)
    .orderBy('id', 'desc')
    .limit(1)
    .offset(mostVersions)
    .executeTakeFirst()
  if (!surplus) return
  await trx
    .deleteFrom('message_version')
    .where('message_id', '=', id)
    .where('id', '<=', surplus.id)
    .execute()
}
