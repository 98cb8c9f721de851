import type { Bot, Chat, Message } from './bot.ts'
import { checkKeyboard, checkText, integer } from './check.ts'
import type { Form, FormFile } from './form.ts'
import { badRequest } from './refuse.ts'
import { answeredBy, chatOf } from './target.ts'

const megabyte = 1024 * 1024
const limits: Record<string, number> = { photo: 10 * megabyte, sticker: megabyte / 2 }

type Method = (bot: Bot, form: Form) => Message

export const sendMethods: Record<string, Method> = {
  sendMessage: (bot, form) => {
    const { text, entities } = checkText(form.values['text'], form.values['entities'], {
      ...{ most: 4096, tooLong: 'message is too long' }
    })
    if (text.trim() === '') throw badRequest('message text is empty')
    return post(bot, form, { text, ...(entities.length > 0 ? { entities } : {}) })
  },
  sendPhoto: (bot, form) => withFile(bot, form, 'photo'),
  sendDocument: (bot, form) => withFile(bot, form, 'document'),
  sendVideo: (bot, form) => withFile(bot, form, 'video'),
  sendAudio: (bot, form) => withFile(bot, form, 'audio'),
  sendVoice: (bot, form) => withFile(bot, form, 'voice'),
  sendAnimation: (bot, form) => withFile(bot, form, 'animation'),
  sendSticker: (bot, form) => withFile(bot, form, 'sticker'),
  sendLocation: (bot, form) => {
    const { latitude, longitude } = form.values
    const location = { latitude: Number(latitude), longitude: Number(longitude) }
    if (!(Math.abs(location.latitude) <= 90)) throw badRequest('wrong latitude')
    return post(bot, form, { location })
  },
  sendContact: (bot, form) => {
    const { phone_number, first_name } = form.values
    if (!phone_number || !first_name) throw badRequest('CONTACT_INVALID')
    return post(bot, form, { contact: { phone_number, first_name } })
  }
}

/** Two to ten messages that stand together. */
export function sendMediaGroup(bot: Bot, form: Form): Message[] {
  const chat = chatOf(bot, form.values)
  const given = form.values['media']
  const list = (typeof given === 'string' ? JSON.parse(given) : given) as Record<string, unknown>[]
  if (!Array.isArray(list) || list.length < 2 || list.length > 10) {
    throw badRequest('MEDIA_GROUP_INVALID')
  }
  const kinds = new Set(list.map(({ type }) => String(type)))
  const areAlone = ['document', 'audio'].some(kind => kinds.has(kind)) && kinds.size > 1
  const isKnown = [...kinds].every(kind => /^(photo|video|document|audio)$/.test(kind))
  if (areAlone || !isKnown) throw badRequest("can't mix such media in a group")
  const media_group_id = String(13_900_000_000 + bot.sent.length)
  const contents = list.map(one => {
    const file = form.files.get(String(one['media']).replace(/^attach:\/\//, ''))
    const kind = String(one['type'])
    return { ...content(bot, kind, file), ...captionOf(one), media_group_id }
  })
  const quoted = answeredBy(bot, chat, form.values)
  return contents.map(one => add(bot, chat, one, quoted))
}

function withFile(bot: Bot, form: Form, kind: string): Message {
  const given = content(bot, kind, form.files.get(kind))
  return post(bot, form, { ...given, ...captionOf(form.values) })
}

function content(bot: Bot, kind: string, file: FormFile | undefined): Record<string, unknown> {
  if (!file) throw badRequest(`there is no ${kind} in the request`)
  if (file.size === 0) throw badRequest('file must be non-empty')
  if (file.size > (limits[kind] ?? 50 * megabyte)) throw badRequest('file is too big')
  const { filename: file_name, mime: mime_type, size: file_size, bytes } = file
  const known = { file_id: bot.addFile(bytes, 'bin'), file_unique_id: `AQ${bot.files.size}` }
  if (kind === 'photo') return { photo: [{ ...known, file_size, width: 1280, height: 960 }] }
  return { [kind]: { ...known, file_name, mime_type, file_size } }
}

function captionOf(values: Record<string, unknown>): Record<string, unknown> {
  const { text, entities } = checkText(values['caption'], values['caption_entities'], {
    ...{ most: 1024, tooLong: 'message caption is too long' }
  })
  if (text === '') return {}
  return { caption: text, ...(entities.length > 0 ? { caption_entities: entities } : {}) }
}

function post(bot: Bot, { values }: Form, given: Record<string, unknown>): Message {
  const chat = chatOf(bot, values)
  const inline_keyboard = checkKeyboard(values['reply_markup'])
  const markup = inline_keyboard ? { reply_markup: { inline_keyboard } } : {}
  return add(bot, chat, { ...given, ...markup, ...placeOf(values) }, answeredBy(bot, chat, values))
}

function placeOf(values: Record<string, unknown>): Record<string, unknown> {
  const { message_thread_id: topic, business_connection_id } = values
  return {
    ...(topic === undefined ? {} : { message_thread_id: integer(topic, 'message_thread_id') }),
    ...(business_connection_id === undefined ? {} : { business_connection_id })
  }
}

function add(bot: Bot, chat: Chat, given: Record<string, unknown>, quoted: Message | null) {
  return bot.keep({
    message_id: bot.nextMessageId(chat.id),
    from: bot.me,
    chat,
    date: Math.floor(Date.now() / 1000),
    ...given,
    ...(quoted ? { reply_to_message: quoted } : {})
  })
}
