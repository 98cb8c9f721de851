import type { InboundEvent, InboundMessage } from 'sapa/plugin-api'
import { contentOf, type Content } from './content.ts'
import type { Change } from './index.ts'
import { readObject, textAt, textOf, type Loose } from './loose.ts'
import { senderOf, type Person } from './person.ts'
import { contextOf, quoteOf } from './context.ts'
import { readSystem } from './system.ts'

/** What a customer did in the chat: wrote, reacted, changed or took back something, or became somebody else. */
export function readMessage(message: Loose, change: Change): InboundEvent[] {
  const remoteId = textOf(message['id'])
  const type = textOf(message['type'])
  if (remoteId === '' || type === '') throw new Error('The message has no id or no type')
  const base = { key: `m:${remoteId}`, at: timeOf(message) }
  if (type === 'system') return readSystem(message, change, base)
  const person = senderOf(message, change.contacts)
  if (!person) throw new Error('The message has no sender')
  const about = aboutOf(type, message, person)
  if (about) return [{ ...base, ...about } as InboundEvent]
  return [entryOf(base, message, person)]
}

/** What changes another message and is none itself. */
function aboutOf(type: string, message: Loose, { identities }: Person): object | null {
  const part = readObject(message[type])
  if (type === 'reaction') {
    const remoteId = idOf(part['message_id'])
    const emoji = textOf(part['emoji'])
    return { type, remoteId, from: identities, emojis: emoji === '' ? [] : [emoji] }
  }
  if (type === 'edit') {
    const remoteId = idOf(part['original_message_id'])
    return { type, remoteId, text: contentOf(readObject(part['message']))?.text ?? '' }
  }
  if (type !== 'revoke') return null
  return { type: 'deletion', remoteId: idOf(part['original_message_id']) }
}

function idOf(value: unknown): string {
  const id = textOf(value)
  if (id === '') throw new Error('It names no message')
  return id
}

function entryOf(
  base: { key: string; at: number },
  message: Loose,
  { identities: from, threadKey }: Person
): InboundEvent {
  const remoteId = textOf(message['id'])
  const content = contentOf(message)
  if (!content) {
    return { ...base, type: 'unsupported', remoteId, from, threadKey, what: whatOf(message) }
  }
  return { ...base, type: 'message', remoteId, from, threadKey, ...whole(message, content) }
}

/** The content with what stands around it: what it answers, where it came from, who passed it on. */
export function whole(
  message: Loose,
  content: Content
): Content & Pick<InboundMessage, 'context' | 'quote' | 'hints'> {
  const { card, context } = contextOf(message)
  const cards = [...(content.cards ?? []), ...(card ? [card] : [])]
  const quote = quoteOf(message)
  return {
    ...content,
    ...(cards.length > 0 && { cards }),
    ...(quote && { quote, hints: { references: [quote.remoteId] } }),
    ...(Object.keys(context).length > 0 && { context })
  }
}

/** `unavailable`: WhatsApp had it and could not hand it over. Else what kind of thing it is. */
function whatOf(message: Loose): string {
  const type = textOf(message['type'])
  if (type !== 'unsupported') return type
  const [error] = Array.isArray(message['errors']) ? (message['errors'] as unknown[]) : []
  const kind = textAt(message['unsupported'], 'type')
  return kind || (textAt(error, 'code') === '131060' ? 'unavailable' : 'unknown')
}

/** Seconds of Meta as milliseconds. */
export function timeOf(one: Loose): number {
  const seconds = Number(textOf(one['timestamp']))
  return Number.isFinite(seconds) ? seconds * 1000 : 0
}
