import type { Db } from '../../db/schema.ts'
import { findMessage } from '../find-message.ts'
import { guardText, type Filtering, type Guarded } from '../reply/guard.ts'
import { additionTo, withoutAddition } from '../addition.ts'
import type { MessageHeaders } from '../table.ts'
import { withoutRepeat } from './repeat.ts'

interface Edit {
  messageId: number
  agentId: number
  text: string
}

/** New words of a message that was sent, as plugins leave them. Throws as `guardText`; never inside a transaction. */
export async function guardEdit(
  filtering: Filtering,
  db: Db,
  { messageId, agentId, text }: Edit
): Promise<{ text: string } & Guarded> {
  if (!filtering.hasFilter('message.outbound')) return { text }
  const message = await findMessage(db, messageId)
  const { channel, account_id: account } = message
  // What is no message of an account cannot be changed at all: that is refused later, and better.
  if (channel === null || account === null) return { text }
  const { customer_id: customer } = await db
    .selectFrom('conversation')
    .select('customer_id')
    .where('id', '=', message.conversation_id)
    .executeTakeFirstOrThrow()
  const facts = { conversation: message.conversation_id, customer, channel, account }
  const { added: known } = JSON.parse(message.headers) as MessageHeaders
  const words = withoutAddition(text, known)
  const left = await guardText(filtering, { text: words }, { ...facts, agent: agentId })
  const added = additionTo(words, left.text)
  if (words === text) return { text: withoutRepeat(left.text, text), added }
  // The first signature is still there: whoever changes the words adds none of their own.
  return { text: withoutAddition(left.text, [added]) + text.slice(words.length) }
}
