import type { Identity } from 'sapa/plugin-api'
import type { Chat, Message, User } from '../api/update.ts'
import type { Place } from '../place.ts'

const namespace = 'telegram'

/** Telegram itself says who they are, whichever bot they write to. */
export function userOf(user: User): Identity {
  const name = nameOf(user)
  return {
    ...{ kind: 'external', namespace, value: String(user.id), verified: true, isOnlyOne: true },
    ...(name === '' ? {} : { name })
  }
}

/** A group stands for everybody in it. */
export function groupOf(chat: Chat): Identity {
  const name = nameOf(chat)
  return {
    ...{ kind: 'external', namespace, value: String(chat.id), verified: true },
    ...(name === '' ? {} : { name })
  }
}

export function nameOf({ title, first_name, last_name, username }: Partial<User & Chat>): string {
  const whole = [first_name, last_name].filter(Boolean).join(' ')
  return title ?? (whole || (username === undefined ? '' : `@${username}`))
}

export const isGroup = ({ type }: Chat) => type === 'group' || type === 'supergroup'

export function placeOfMessage({
  chat,
  message_thread_id: topic,
  is_topic_message: isTopic,
  business_connection_id: business
}: Message): Place {
  return {
    chat: String(chat.id),
    ...(business === undefined ? {} : { business }),
    ...(isTopic && topic !== undefined && isGroup(chat) ? { topic } : {})
  }
}
