import type { Db } from '../db/schema.ts'
import { announce } from '../db/transaction.ts'
import { forgetWords } from './forget-words.ts'
import { previewAgain } from './preview/again.ts'
import type { Message, MessageHeaders } from './table.ts'

/**
 * A message was taken back. That there was one stays in the timeline; what it said does not stay anywhere
 * but in the raw item, until that is pruned. Twice is once.
 */
export async function takeBack(
  trx: Db,
  message: Pick<Message, 'id' | 'conversation_id' | 'headers' | 'deleted_at'>,
  at: number,
  now: Date
): Promise<boolean> {
  if (message.deleted_at !== null) return false
  const { id, conversation_id: conversation } = message
  const headers = JSON.stringify(whoOnly(message.headers))
  await trx
    .updateTable('message')
    .set({ deleted_at: at, text: '', subject: null, has_html: 0, has_quote: 0, headers })
    .where('id', '=', id)
    .execute()
  for (const table of ['message_body', 'message_version', 'reaction', 'attachment'] as const) {
    await trx.deleteFrom(table).where('message_id', '=', id).execute()
  }
  await forgetWords(trx, id)
  await previewAgain(trx, id, now)
  announce(trx, { topic: 'message.changed', conversation, message: id })
  return true
}

/** From whom to whom it went, without a word of it. */
function whoOnly(headers: string): MessageHeaders {
  const kept = JSON.parse(headers) as MessageHeaders
  for (const name of Object.keys(kept) as (keyof MessageHeaders)[]) {
    if (!whoNames.has(name)) delete kept[name]
  }
  return kept
}

const whoNames: ReadonlySet<keyof MessageHeaders> = new Set([
  ...(['to', 'cc', 'bcc', 'replyTo', 'others', 'automatic', 'plugin'] as const),
  ...(['isSuspicious', 'member', 'isFromOutside'] as const)
])
