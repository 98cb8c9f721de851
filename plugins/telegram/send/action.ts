import type { MessageAction, SendResult } from 'sapa/plugin-api'
import { call, Refusal, type CallOptions, type Line } from '../api/call.ts'
import { messageIdOf, parametersOf, type Place } from '../place.ts'
import { marked } from './marks.ts'

/** Reacts to, changes or takes back one message. What is so already is done. */
export async function doAction(
  line: Line,
  action: MessageAction,
  place: Place,
  options: CallOptions
): Promise<SendResult> {
  const { remoteId } = action.target
  const message_id = messageIdOf(action.target)
  if (message_id === null) throw new Refusal(400, 'This is no message of the chat')
  const { message_thread_id: _, ...where } = parametersOf(place)
  const { method, body } = requestOf(action)
  try {
    await call(line, method, { ...where, message_id, ...body }, options)
  } catch (error) {
    if (!(error instanceof Refusal) || !isSoAlready(action, error)) throw error
  }
  return { remoteId, status: 'sent' }
}

function requestOf(action: MessageAction): { method: string; body: object } {
  if (action.type === 'remove') return { method: 'deleteMessage', body: {} }
  if (action.type === 'react') {
    const reaction = action.emoji === null ? [] : [{ type: 'emoji', emoji: plain(action.emoji) }]
    return { method: 'setMessageReaction', body: { reaction } }
  }
  const { text, entities } = marked(action.text)
  if (action.hasFiles) {
    return { method: 'editMessageCaption', body: { caption: text, caption_entities: entities } }
  }
  return { method: 'editMessageText', body: { text, entities } }
}

/** Telegram writes hearts and pens without the sign that asks for colour. */
const plain = (emoji: string) => emoji.replaceAll('\uFE0F', '')

function isSoAlready({ type }: MessageAction, { message }: Refusal): boolean {
  if (type === 'edit') return message.includes('message is not modified')
  return type === 'remove' && message.includes('message to delete not found')
}
