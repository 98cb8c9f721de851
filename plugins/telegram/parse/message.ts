import type { Identity, InboundEvent, InboundMessage } from 'sapa/plugin-api'
import type { Message } from '../api/update.ts'
import { remoteIdOf, threadKeyOf, type Place } from '../place.ts'
import { cardsOf, ownPhoneOf } from './card.ts'
import { attachmentsOf, tooLargeIn } from './file.ts'
import type { Reading } from './index.ts'
import { quoteOf } from './quote.ts'
import { groupOf, idOf, isGroup, nameOf, placeOfMessage, userOf } from './sender.ts'
import { textOf } from './text.ts'
import { isService, unknownIn } from './unknown.ts'

/** A message of a customer, of a group, or of the owner's own phone. */
export function readMessage(message: Message, reading: Reading): InboundEvent[] {
  const { chat } = message
  const place = placeOfMessage(message)
  if (message.migrate_to_chat_id !== undefined) return moved(message, reading)
  if (isService(message)) return []
  if (isGroup(chat) && !reading.hasGroups) return []
  if (chat.type === 'channel') return []
  const base = {
    key: reading.key,
    at: message.date * 1000,
    remoteId: remoteIdOf(place, message.message_id),
    threadKey: threadKeyOf(place)
  }
  const from = sendersOf(message)
  const what = unknownIn(message)
  if (what !== null && !isOwners(message)) return [{ ...base, type: 'unsupported', from, what }]
  const event: InboundMessage = {
    ...{ ...base, type: 'message', from: isOwners(message) ? [] : from },
    ...contentOf(message, place, reading),
    ...whoseOf(message)
  }
  return [...learned(message, from, reading), event]
}

function contentOf(message: Message, place: Place, reading: Reading) {
  const attachments = attachmentsOf(message)
  const cards = [...cardsOf(message), ...tooLargeIn(message, reading)]
  const quote = quoteOf(message, place)
  const start = /^\/start(?:@\w+)?\s+([\w-]{1,64})$/.exec(message.text ?? '')?.[1]
  const hints = {
    ...(quote ? { references: [quote.remoteId] } : {}),
    ...(start === undefined ? {} : { inviteCode: start })
  }
  const origin = message.forward_origin
  const context = origin ? { forwarded: forwarderOf(origin) } : {}
  return {
    text: textOf(message),
    ...(attachments.length > 0 ? { attachments } : {}),
    ...(cards.length > 0 ? { cards } : {}),
    ...(quote ? { quote } : {}),
    ...(Object.keys(hints).length > 0 ? { hints } : {}),
    ...(Object.keys(context).length > 0 ? { context } : {}),
    ...(message.media_group_id === undefined ? {} : { albumKey: message.media_group_id })
  }
}

function forwarderOf(origin: NonNullable<Message['forward_origin']>): string {
  const { sender_user, sender_user_name, sender_chat, chat } = origin
  return nameOf(sender_user ?? sender_chat ?? chat ?? {}) || sender_user_name || '1'
}

/** The person with the number that they have shared, or the group. */
function sendersOf(message: Message): Identity[] {
  const { from, chat } = message
  if (isGroup(chat)) return [groupOf(chat)]
  if (!from) throw new Error('A message without its sender')
  const phone = ownPhoneOf(message)
  return phone ? [userOf(from), phone] : [userOf(from)]
}

/** Who of a group wrote, or to whom the owner wrote by their own account. */
function whoseOf(message: Message): Partial<InboundMessage> {
  const { chat, from, sender_chat } = message
  if (isGroup(chat)) return { groupMember: { name: nameOf(sender_chat ?? from ?? {}) } }
  if (isOwners(message)) return { origin: 'business', others: [userOf(chat)] }
  return from?.is_bot ? { automatic: 'bot' } : {}
}

/** In a business account's chat everything that the customer has not written is the owner's. */
const isOwners = ({ business_connection_id, from, chat }: Message) =>
  business_connection_id !== undefined && from?.id !== chat.id

/** Telegram vouches for a number that its user shares. */
function learned(
  message: Message,
  [from, ...identities]: Identity[],
  { key }: Reading
): InboundEvent[] {
  if (!from || identities.length === 0) return []
  return [{ type: 'identity', key: `${key}:phone`, at: message.date * 1000, from, identities }]
}

/** A group that became a supergroup goes on under another id. */
function moved(
  { chat, migrate_to_chat_id, date }: Message,
  { key, hasGroups }: Reading
): InboundEvent[] {
  if (!hasGroups || migrate_to_chat_id === undefined) return []
  const from = groupOf(chat)
  const identities = [{ ...from, value: idOf({ id: migrate_to_chat_id }) }]
  return [{ type: 'identity', key, at: date * 1000, from, identities, former: [from] }]
}
