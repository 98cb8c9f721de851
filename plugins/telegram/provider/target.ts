import type { Bot, Chat, Message } from './bot.ts'
import { integer, object } from './check.ts'
import { badRequest, forbidden } from './refuse.ts'

/** The chat that a call is about, when the bot may write to it. */
export function chatOf(bot: Bot, values: Record<string, unknown>): Chat {
  const id = integer(values['chat_id'], 'chat_id')
  const moved = bot.migrated.get(id)
  if (moved !== undefined) {
    throw badRequest('group chat was upgraded to a supergroup chat', { migrate_to_chat_id: moved })
  }
  const chat = bot.chats.get(id)
  if (!chat) throw badRequest('chat not found')
  const refusal = bot.blocked.get(id)
  if (refusal !== undefined) throw forbidden(refusal)
  return chat
}

/** A message of that chat, which the bot may want to change or answer. */
export function messageOf(bot: Bot, values: Record<string, unknown>, what: string): Message {
  const chat = chatOf(bot, values)
  const message = bot.message(chat.id, integer(values['message_id'], 'message_id'))
  if (!message) throw badRequest(`${what} not found`)
  return message
}

/** The message that a new one answers; none when it is gone and the call allows that. */
export function answeredBy(bot: Bot, chat: Chat, values: Record<string, unknown>): Message | null {
  const given = object(values['reply_parameters'])
  if (given['message_id'] === undefined) return null
  const message = bot.message(chat.id, integer(given['message_id'], 'message_id'))
  if (message) return message
  if (given['allow_sending_without_reply'] === true) return null
  throw badRequest('message to be replied not found')
}
