import type { Identity } from 'sapa/plugin-api'
import type { Chat, Message, User } from '../api/update.ts'
import type { Place } from '../place.ts'

const namespace = 'telegram'

/** Telegram itself says who they are, whichever bot they write to. */
export function userOf(user: User): Identity {
  const name = nameOf(user)
  return {
    ...{ kind: 'external', namespace, value: idOf(user), verified: true, isOnlyOne: true },
    ...(name === '' ? {} : { name })
  }
}

/** A group stands for everybody in it. */
export function groupOf(chat: Chat): Identity {
  const name = nameOf(chat)
  return {
    ...{ kind: 'external', namespace, value: idOf(chat), verified: true },
    ...(name === '' ? {} : { name })
  }
}

export function nameOf({ title, first_name, last_name, username }: Partial<User & Chat>): string {
  const said = (part: unknown) => (typeof part === 'string' ? part : '')
  const whole = [first_name, last_name].map(said).filter(Boolean).join(' ')
  return said(title) || whole || (said(username) && `@${username}`)
}

/** Without their number nobody is anybody: all of them together would be one customer. */
export function idOf({ id }: { id: number }): string {
  if (!Number.isSafeInteger(id) || id === 0) throw new Error('Somebody without a number')
  return String(id)
}

export const isGroup = ({ type }: Chat) => type === 'group' || type === 'supergroup'

export function placeOfMessage({
  chat,
  message_thread_id: topic,
  is_topic_message: isTopic,
  business_connection_id: business
}: Message): Place {
  return {
    chat: idOf(chat),
    ...(business === undefined ? {} : { business }),
    ...(isTopic && topic !== undefined && isGroup(chat) ? { topic } : {})
  }
}
