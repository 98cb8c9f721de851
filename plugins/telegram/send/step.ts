import type { OutboundStep, SendResult } from 'sapa/plugin-api'
import { call, Refusal, type CallOptions, type Line } from '../api/call.ts'
import { sendFailure, type Fail } from '../api/failure.ts'
import type { Choices } from '../line/choices.ts'
import { messageIdOf, parametersOf, placeOf, remoteIdOf, type Place } from '../place.ts'
import { doAction } from './action.ts'
import { filesRequest } from './file.ts'
import { marked, type Marked } from './marks.ts'
import type { Request } from './request.ts'

export interface Sending {
  line: Line
  choices: Choices
  fail: Fail
}

interface SentMessage {
  message_id: number
  chat?: { id: number }
}

/** One step as one request. What Telegram refuses for its form alone goes once more in a simpler one. */
export async function sendStep(sending: Sending, step: OutboundStep): Promise<SendResult> {
  const options: CallOptions = {
    signal: step.signal,
    timeoutMs: step.attachments.length > 0 ? 10 * 60_000 : 60_000,
    begin: () => step.begin()
  }
  try {
    const place = placeOf(step.to, step.threadKey)
    if (step.action) return await doAction(sending.line, step.action, place, options)
    const buttons = await buttonsOf(sending.choices, step)
    return await post(sending.line, { step, place, buttons, words: marked(step.text) }, options)
  } catch (error) {
    throw sendFailure(sending.fail, error)
  }
}

interface Draft {
  step: OutboundStep
  place: Place
  buttons: object
  words: Marked
  /** Pictures go as files. */
  asFiles?: boolean
}

async function post(line: Line, draft: Draft, options: CallOptions): Promise<SendResult> {
  const { method, body } = requestOf(draft)
  try {
    const sent = await call<SentMessage | SentMessage[]>(line, method, body, options)
    return resultOf(draft.place, [sent].flat())
  } catch (error) {
    const simpler = error instanceof Refusal ? simplerOf(draft, error) : null
    if (!simpler) throw error
    return post(line, simpler, options)
  }
}

function requestOf({ step, place, buttons, words, asFiles = false }: Draft): Request {
  const common = { ...parametersOf(place), ...quoteOf(step), ...buttons }
  if (step.attachments.length > 0) return filesRequest(step.attachments, words, common, asFiles)
  const { text, entities } = words
  return {
    method: 'sendMessage',
    body: { ...common, text, ...(entities.length > 0 && { entities }) }
  }
}

/** What may be tried after a refusal, which is certain to have sent nothing. Null: nothing. */
function simplerOf(draft: Draft, { status, message, movedTo }: Refusal): Draft | null {
  if (status !== 400) return null
  if (movedTo !== null && draft.place.chat !== String(movedTo)) {
    return { ...draft, place: { chat: String(movedTo) } }
  }
  if (/entit/i.test(message) && draft.words.entities.length > 0) {
    return { ...draft, words: { text: draft.step.text, entities: [] } }
  }
  const isPicture = /PHOTO_|IMAGE_PROCESS|VOICE_MESSAGES_FORBIDDEN|wrong type of the web page/.test(
    message
  )
  if (isPicture && draft.step.attachments.length > 0 && !draft.asFiles) {
    return { ...draft, asFiles: true }
  }
  return null
}

function resultOf(place: Place, messages: SentMessage[]): SendResult {
  // A group may have moved to another id meanwhile.
  const ids = messages.map(({ message_id, chat }) =>
    remoteIdOf(chat ? { ...place, chat: String(chat.id) } : place, message_id)
  )
  const [remoteId, ...otherIds] = ids
  if (remoteId === undefined) throw new Error('Telegram names no message')
  return { remoteId, status: 'sent', ...(otherIds.length > 0 ? { otherIds } : {}) }
}

/** Sent all the same when the message that it answers is gone. */
function quoteOf({ quote }: OutboundStep): object {
  const message_id = quote ? messageIdOf(quote) : null
  if (message_id === null) return {}
  return { reply_parameters: { message_id, allow_sending_without_reply: true } }
}

async function buttonsOf(choices: Choices, step: OutboundStep): Promise<object> {
  // An album has no place for them: core hears of its limits only as a whole.
  if (!step.choices || step.attachments.length > 1) return {}
  const carried = await choices.carry(step.choices.map(({ id }) => id))
  const inline_keyboard = step.choices.map(({ title }, index) => [
    { text: title, callback_data: carried[index] }
  ])
  return { reply_markup: { inline_keyboard } }
}
