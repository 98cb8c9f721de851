import type { Quote } from 'sapa/plugin-api'
import type { Message } from '../api/update.ts'
import { remoteIdOf, type Place } from '../place.ts'

/** The message that this one answers. */
export function quoteOf(message: Message, place: Place): Quote | null {
  const { reply_to_message: answered, external_reply: foreign, quote } = message
  const text = quote?.text
  const words = text === undefined || text === '' ? {} : { text }
  // In a topic everything answers its first, empty message.
  if (answered && answered.forum_topic_created === undefined) {
    return { remoteId: remoteIdOf(place, answered.message_id), ...words }
  }
  if (foreign?.message_id === undefined) return null
  const chat = String(foreign.chat?.id ?? place.chat)
  return { remoteId: remoteIdOf({ chat }, foreign.message_id), ...words }
}
