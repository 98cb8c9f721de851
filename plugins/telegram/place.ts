import type { MessageTarget, Recipient } from 'sapa/plugin-api'

/** A chat as core's thread key names it: `771001`, `-1001/45` for a topic, `771001@bc_01` for a business account. */
export interface Place {
  chat: string
  topic?: number
  business?: string
}

export function threadKeyOf({ chat, topic, business }: Place): string {
  if (business !== undefined) return `${chat}@${business}`
  return topic === undefined ? chat : `${chat}/${topic}`
}

/** Message numbers are only unique in their chat, and a business account's chat is one of its own. */
export function remoteIdOf({ chat, business }: Place, messageId: number | string): string {
  if (!/^[\w:-]+$/.test(String(messageId ?? ''))) throw new Error('A message without a number')
  return `${business === undefined ? chat : `${chat}@${business}`}:${messageId}`
}

/** Where to write: the thread's own place when it is a place of this recipient. */
export function placeOf(to: Recipient, threadKey: string | undefined): Place {
  const [, chat, topic, business] = /^(-?\d+)(?:\/(\d+)|@(.+))?$/.exec(threadKey ?? '') ?? []
  if (chat !== to.value) return { chat: to.value }
  return {
    chat,
    ...(topic === undefined ? {} : { topic: Number(topic) }),
    ...(business === undefined ? {} : { business })
  }
}

/** Null: not a message that stands in a chat, such as a pressed button. */
export function messageIdOf({ remoteId }: MessageTarget): number | null {
  const id = /:(\d+)$/.exec(remoteId)?.[1]
  return id === undefined ? null : Number(id)
}

/** The same in the parameters of the Bot API. */
export function parametersOf({ chat, topic, business }: Place): Record<string, string | number> {
  return {
    chat_id: Number(chat),
    ...(topic === undefined ? {} : { message_thread_id: topic }),
    ...(business === undefined ? {} : { business_connection_id: business })
  }
}
