import type { MessageCard, Quote } from 'sapa/plugin-api'
import { referralCard } from './card.ts'
import { isObject, readObject, textOf, type Loose } from './loose.ts'

/** The message that this one answers. */
export function quoteOf(message: Loose): Quote | null {
  const remoteId = textOf(readObject(message['context'])['id'])
  return remoteId === '' ? null : { remoteId }
}

/** Small facts about how a message came to be, and the advertisement that led to it. */
export function contextOf(message: Loose): {
  card: MessageCard | null
  context: Record<string, string>
} {
  const { forwarded, frequently_forwarded: often } = readObject(message['context'])
  const { referral } = message
  const way = often === true ? 'many' : forwarded === true ? 'once' : ''
  const context = {
    ...(way && { forwarded: way }),
    ...(isObject(referral) && { referral: textOf(referral['source_id']) })
  }
  return { card: isObject(referral) ? referralCard(referral) : null, context }
}
