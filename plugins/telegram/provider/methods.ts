import type { Bot, Message } from './bot.ts'
import { checkKeyboard, checkText, integer } from './check.ts'
import type { Form } from './form.ts'
import { badRequest } from './refuse.ts'
import { sendMediaGroup, sendMethods } from './send.ts'
import { chatOf, messageOf } from './target.ts'

/** What a method answers; the messages of it are noted as sent. */
export interface Done {
  result: unknown
  messages?: Message[]
}

export type Method = (bot: Bot, form: Form, gone: AbortSignal) => Done | Promise<Done>

export const methods: Record<string, Method> = {
  getMe: bot => ({ result: bot.me }),
  async getUpdates(bot, { values }, gone) {
    const { offset, limit, timeout, allowed_updates } = values
    if (Array.isArray(allowed_updates)) bot.updates.allowed = allowed_updates as string[]
    const most = Math.min(100, Math.max(1, Number(limit ?? 100)))
    const seconds = Math.min(50, Math.max(0, Number(timeout ?? 0)))
    return { result: await bot.updates.get(Number(offset ?? 0), most, seconds, gone) }
  },
  setWebhook(bot, { values }) {
    const { url, secret_token: secret = '', allowed_updates } = values
    if (typeof url !== 'string' || !isReachable(url)) {
      throw badRequest('bad webhook: An HTTPS URL must be provided for webhook')
    }
    if (typeof secret !== 'string' || !/^[\w-]{0,256}$/.test(secret)) {
      throw badRequest('secret token contains unallowed characters')
    }
    if (Array.isArray(allowed_updates)) bot.updates.allowed = allowed_updates as string[]
    bot.updates.setWebhook({ url, secret, lastError: null })
    return { result: true }
  },
  deleteWebhook(bot, { values }) {
    if (values['drop_pending_updates'] === true) bot.updates.pending = []
    bot.updates.setWebhook(null)
    return { result: true }
  },
  getWebhookInfo({ updates: { webhook, pending, allowed } }) {
    const error = webhook?.lastError
    const trouble = error ? { last_error_date: error.date, last_error_message: error.message } : {}
    const facts = { url: webhook?.url ?? '', has_custom_certificate: false, ...trouble }
    return {
      result: { ...facts, pending_update_count: pending.length, allowed_updates: [...allowed] }
    }
  },
  ...Object.fromEntries(
    Object.entries(sendMethods).map(([name, send]): [string, Method] => [
      name,
      (bot, form) => {
        const message = send(bot, form)
        return { result: message, messages: [message] }
      }
    ])
  ),
  sendMediaGroup(bot, form) {
    const messages = sendMediaGroup(bot, form)
    return { result: messages, messages }
  },
  sendChatAction(bot, { values }) {
    const chat = chatOf(bot, values)
    bot.actions.push({ chat: chat.id, action: String(values['action']) })
    return { result: true }
  },
  editMessageText: (bot, form) => change(bot, form, 'text', 4096),
  editMessageCaption: (bot, form) => change(bot, form, 'caption', 1024),
  deleteMessage(bot, { values }) {
    const message = messageOf(bot, values, 'message to delete')
    if (Number(message['date']) < Date.now() / 1000 - 48 * 3600) {
      throw badRequest("message can't be deleted for everyone")
    }
    bot.messages.delete(remoteIdOf(message))
    bot.acts.push({ what: 'remove', remoteId: remoteIdOf(message) })
    return { result: true }
  },
  setMessageReaction(bot, { values }) {
    const message = messageOf(bot, values, 'message to react')
    const given = values['reaction'] ?? []
    const list = (typeof given === 'string' ? JSON.parse(given) : given) as { emoji?: string }[]
    if (list.length > 1) throw badRequest('REACTIONS_TOO_MANY')
    const emojis = list.map(({ emoji = '' }) => emoji)
    if (emojis.some(emoji => !/\p{Emoji}/u.test(emoji))) throw badRequest('REACTION_INVALID')
    bot.reactions.set(remoteIdOf(message), emojis)
    const shown = emojis[0] === undefined ? {} : { text: emojis[0] }
    bot.acts.push({ what: 'react', remoteId: remoteIdOf(message), ...shown })
    return { result: true }
  },
  answerCallbackQuery(bot, { values }) {
    bot.answered.push(String(values['callback_query_id']))
    return { result: true }
  },
  getFile(bot, { values }) {
    const id = String(values['file_id'])
    const file = bot.files.get(id)
    if (!file) throw badRequest('wrong file_id or the file is temporarily unavailable')
    if (file.size > 20 * 1024 * 1024) throw badRequest('file is too big')
    return { result: { file_id: id, file_size: file.size, file_path: file.path } }
  }
}

const remoteIdOf = ({ chat, message_id }: Message) => `${chat.id}:${message_id}`

/** Test servers of this machine may be called without TLS; in the world it is https alone. */
const isReachable = (url: string) =>
  /^https:\/\/[^/]+\//.test(url) || url.startsWith('http://127.0.0.1:')

function change(bot: Bot, { values }: Form, field: 'text' | 'caption', most: number): Done {
  const message = messageOf(bot, values, 'message to edit')
  const given = checkText(
    values[field],
    values[field === 'text' ? 'entities' : 'caption_entities'],
    {
      ...{ most, tooLong: 'message is too long' }
    }
  )
  const isOurs = (message['from'] as { id?: number } | undefined)?.id === bot.me.id
  if (!isOurs) throw badRequest("message can't be edited")
  if (field === 'text' && message['text'] === undefined) {
    throw badRequest('there is no text in the message to edit')
  }
  if (message[field] === given.text) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message'
    )
  }
  checkKeyboard(values['reply_markup'])
  integer(values['message_id'], 'message_id')
  bot.acts.push({ what: 'edit', remoteId: remoteIdOf(message), text: given.text })
  return { result: bot.keep({ ...message, [field]: given.text, edit_date: 1 }) }
}
