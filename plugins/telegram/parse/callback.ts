import type { InboundEvent } from 'sapa/plugin-api'
import type { CallbackQuery } from '../api/update.ts'
import { remoteIdOf, threadKeyOf } from '../place.ts'
import type { Reading } from './index.ts'
import { groupOf, idOf, isGroup, nameOf, placeOfMessage, userOf } from './sender.ts'

/** A pressed button: says its title, and which choice it was. */
export function readCallback(query: CallbackQuery, reading: Reading): InboundEvent[] {
  const { id, from, message, data } = query
  const isOfGroup = message !== undefined && isGroup(message.chat)
  if (data === undefined || (isOfGroup && !reading.hasGroups)) return []
  // An old message is only told by its chat and number, with the date 0.
  const place = message ? placeOfMessage(message) : { chat: idOf(from) }
  const buttons = message?.reply_markup?.inline_keyboard?.flat() ?? []
  const title = buttons.find(button => button.callback_data === data)?.text
  const quoted = message ? remoteIdOf(place, message.message_id) : null
  return [
    {
      // Nothing says when it was pressed.
      ...{ type: 'message', key: reading.key, at: 0, remoteId: remoteIdOf(place, `cb${id}`) },
      from: isOfGroup ? [groupOf(message.chat)] : [userOf(from)],
      threadKey: threadKeyOf(place),
      text: title ?? data,
      choice: { id: reading.choice ?? data },
      ...(quoted === null ? {} : { quote: { remoteId: quoted }, hints: { references: [quoted] } }),
      ...(isOfGroup ? { groupMember: { name: nameOf(from) } } : {})
    }
  ]
}
