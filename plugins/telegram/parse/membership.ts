import type { InboundEvent, Text } from 'sapa/plugin-api'
import type { Update } from '../api/update.ts'
import type { Reading } from './index.ts'
import { groupOf, isGroup, userOf } from './sender.ts'

/** The bot was blocked or let in again, by a person or by a group. */
export function readMembership(
  { chat, from, date, new_chat_member }: NonNullable<Update['my_chat_member']>,
  { key, hasGroups }: Reading
): InboundEvent[] {
  const isOfGroup = isGroup(chat)
  if (chat.type === 'channel' || (isOfGroup && !hasGroups)) return []
  const isReachable = !/^(kicked|left)$/.test(new_chat_member.status)
  const reason = isOfGroup ? removed : blocked
  return [
    {
      ...{ type: 'reachability', key, at: date * 1000, isReachable },
      from: isOfGroup ? groupOf(chat) : userOf(from),
      ...(isReachable ? {} : { reason })
    }
  ]
}

const blocked: Text = {
  en: 'The customer has blocked the bot on Telegram',
  id: 'Pelanggan memblokir bot di Telegram'
}

const removed: Text = {
  en: 'The bot was removed from the group',
  id: 'Bot dikeluarkan dari grup'
}
