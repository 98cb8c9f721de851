import type { InboundEvent } from 'sapa/plugin-api'
import type { Update } from '../api/update.ts'
import { remoteIdOf } from '../place.ts'
import type { Reading } from './index.ts'
import { groupOf, idOf, isGroup, nameOf, userOf } from './sender.ts'

type MessageReaction = NonNullable<Update['message_reaction']>

/** The reactions of one person as they are now, in a group also those of a channel that speaks there. */
export function readReaction(reaction: MessageReaction, reading: Reading): InboundEvent[] {
  const { chat, message_id, user, actor_chat, date, new_reaction } = reaction
  const remoteId = remoteIdOf({ chat: idOf(chat) }, message_id)
  const emojis = [...new Set(new_reaction.map(emojiOf))]
  const event = {
    ...{ type: 'reaction' as const, key: reading.key, at: date * 1000, remoteId, emojis }
  }
  if (!isGroup(chat)) return user ? [{ ...event, from: [userOf(user)] }] : []
  const actor = user ?? actor_chat
  if (!actor || !reading.hasGroups) return []
  const groupMember = { id: idOf(actor), name: nameOf(actor) }
  return [{ ...event, from: [groupOf(chat)], groupMember }]
}

/** A drawn or a paid one has no sign of its own that we could show. */
function emojiOf({ type, emoji }: { type: string; emoji?: string }): string {
  return emoji ?? (type === 'paid' ? '⭐' : '✨')
}
