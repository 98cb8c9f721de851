import type { InboundEvent } from 'sapa/plugin-api'
import type { Message, Update } from '../api/update.ts'
import { remoteIdOf } from '../place.ts'
import type { Reading } from './index.ts'
import { idOf, isGroup, placeOfMessage } from './sender.ts'
import { textOf } from './text.ts'

/** Words that were changed. A place that moves on is the same place. */
export function readEdit(message: Message, { key, hasGroups }: Reading): InboundEvent[] {
  if (isGroup(message.chat) && !hasGroups) return []
  if (message.location || message.venue || message.contact) return []
  const at = (message.edit_date ?? message.date) * 1000
  const remoteId = remoteIdOf(placeOfMessage(message), message.message_id)
  return [{ type: 'edit', key, at, remoteId, text: textOf(message) }]
}

/** Told for business accounts alone: bots never hear of what is deleted in their own chats. */
export function readDeletions(
  { business_connection_id: business, chat, message_ids: ids }: DeletedMessages,
  { key }: Reading
): InboundEvent[] {
  const place = { chat: idOf(chat), business }
  return ids.map(id => {
    return { type: 'deletion', key: `${key}:${id}`, at: 0, remoteId: remoteIdOf(place, id) }
  })
}

type DeletedMessages = NonNullable<Update['deleted_business_messages']>
