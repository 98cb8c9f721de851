import type { InboundEvent } from 'sapa/plugin-api'
import type { Update } from '../api/update.ts'
import { remoteIdOf } from '../place.ts'
import type { Reading } from './index.ts'
import { isGroup, userOf } from './sender.ts'

/** The reactions of one person as they are now. Those of a group's many members are not kept. */
export function readReaction(
  { chat, message_id, user, date, new_reaction }: NonNullable<Update['message_reaction']>,
  { key }: Reading
): InboundEvent[] {
  if (!user || isGroup(chat)) return []
  const remoteId = remoteIdOf({ chat: String(chat.id) }, message_id)
  const emojis = [...new Set(new_reaction.map(emojiOf))]
  return [{ type: 'reaction', key, at: date * 1000, remoteId, from: [userOf(user)], emojis }]
}

/** A drawn or a paid one has no sign of its own that we could show. */
function emojiOf({ type, emoji }: { type: string; emoji?: string }): string {
  return emoji ?? (type === 'paid' ? '⭐' : '✨')
}
