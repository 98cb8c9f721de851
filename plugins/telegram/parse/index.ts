import type { AccountFacts, InboundEvent, RawItem } from 'sapa/plugin-api'
import type { Update } from '../api/update.ts'
import { readSettings } from '../settings.ts'
import { readCallback } from './callback.ts'
import { readDeletions, readEdit } from './change.ts'
import { readMembership } from './membership.ts'
import { readMessage } from './message.ts'
import { readReaction } from './reaction.ts'
import { userOf } from './sender.ts'
import { remoteIdOf } from '../place.ts'

/** What a parser is told besides the item. */
export interface Reading {
  key: string
  hasGroups: boolean
  /** The choice behind a button whose id was too long for it. */
  choice: string | undefined
  /** In the language of the business: what to ask for instead of this file. */
  tooLarge(size: number): string
}

/** Pure: one update as the Bot API gave it. */
export function parse(
  raw: RawItem,
  account: AccountFacts,
  tooLarge: Reading['tooLarge']
): InboundEvent[] {
  const update = JSON.parse(new TextDecoder().decode(raw.body)) as Update
  const { hasGroups } = readSettings(account.settings)
  return read(update, { key: raw.key, hasGroups, choice: raw.headers?.['choice'], tooLarge })
}

function read(update: Update, reading: Reading): InboundEvent[] {
  const message = update.message ?? update.business_message
  const edited = update.edited_message ?? update.edited_business_message
  if (message) return readMessage(message, reading)
  if (edited) return readEdit(edited, reading)
  if (update.callback_query) return readCallback(update.callback_query, reading)
  if (update.message_reaction) return readReaction(update.message_reaction, reading)
  if (update.my_chat_member) return readMembership(update.my_chat_member, reading)
  if (update.deleted_business_messages) {
    return readDeletions(update.deleted_business_messages, reading)
  }
  return readOther(update, reading)
}

/** Kinds that say nothing to a helpdesk. */
const idle = new Set([
  ...['channel_post', 'edited_channel_post', 'inline_query', 'chosen_inline_result'],
  ...['shipping_query', 'pre_checkout_query', 'purchased_paid_media', 'poll', 'poll_answer'],
  ...['chat_member', 'chat_join_request', 'chat_boost', 'removed_chat_boost'],
  ...['message_reaction_count', 'business_connection', 'managed_bot']
])

/** A kind of the future: shown as something that came, when somebody stands behind it. */
function readOther(update: Update, { key }: Reading): InboundEvent[] {
  const [kind, content] = Object.entries(update).find(([name]) => name !== 'update_id') ?? []
  if (kind === undefined || idle.has(kind)) return []
  const { from, user, chat, date } = Object(content) as Record<string, unknown>
  const person = Object(from ?? user) as { id?: unknown }
  if (typeof person.id !== 'number') return []
  const place = Object(chat) as { id?: unknown; type?: unknown }
  if (place.id !== undefined && place.type !== 'private') return []
  return [
    {
      ...{ type: 'unsupported', key, what: kind, at: typeof date === 'number' ? date * 1000 : 0 },
      remoteId: remoteIdOf({ chat: String(person.id) }, key),
      from: [userOf(person as { id: number })],
      threadKey: String(person.id)
    }
  ]
}
