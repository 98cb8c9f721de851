import type { DemoPerson, DemoSide, DemoWords, PluginDemo } from 'sapa/plugin-api'
import type { Bot, Message, Person } from './provider/bot.ts'
import { block, edit, fileIn, react, write, type Words } from './provider/people.ts'
import { startBotApi } from './provider/server.ts'
import { userOf } from './parse/sender.ts'

export default {
  channel: 'telegram',
  async start(shop) {
    const api = await startBotApi()
    const bot = api.addBot('sinarelektronik_bot', shop.name)
    return sideOf(bot, api)
  }
} satisfies PluginDemo

function sideOf(bot: Bot, api: { url: string; port: number; close(): Promise<void> }): DemoSide {
  const people = new Map<number, DemoPerson>()
  const lastOf = new Map<string, Message>()

  function known(person: DemoPerson): Person {
    const user = userFor(person)
    if (!people.has(user.id)) {
      people.set(user.id, person)
      bot.chatOf(user)
    }
    return user
  }

  return {
    account: {
      ...{ name: 'Telegram', address: `@${bot.me.username}`, externalId: String(bot.me.id) },
      form: { token: bot.token, apiUrl: api.url }
    },
    host: `127.0.0.1:${api.port}`,
    connected: () => {},
    placeOf(person) {
      const user = known(person)
      return { identity: userOf(user), threadKey: String(user.id) }
    },
    recall(person, { isOurs, text, at }) {
      const user = known(person)
      const from = isOurs ? bot.me : { is_bot: false, ...user }
      const message_id = bot.nextMessageId(user.id)
      const chat = bot.chatOf(user)
      const message = { message_id, from, chat, date: Math.floor(at / 1000), text }
      lastOf.set(`${isOurs ? 'shop' : 'person'} ${user.id}`, bot.keep(message))
      return `${user.id}:${message_id}`
    },
    async says(person, words) {
      const user = known(person)
      const content = contentOf(bot, words)
      if (content) lastOf.set(`person ${user.id}`, write(bot, user, content))
      return content !== null || act(bot, user, words, lastOf)
    },
    onSent(listener) {
      bot.onSent = ([message]) => {
        const person = people.get(message?.chat.id ?? 0)
        if (!person || !message) return
        lastOf.set(`shop ${message.chat.id}`, message)
        listener(person)
      }
    },
    close: () => api.close()
  }
}

/** Numbers are unique, so that their last digits do for an id. */
function userFor({ name, phone, handle, language }: DemoPerson): Person {
  const [first = name, ...rest] = name.split(' ')
  return {
    ...{ id: Number(phone.slice(-9)), first_name: first, username: handle },
    ...{ language_code: language, ...(rest.length > 0 && { last_name: rest.join(' ') }) }
  }
}

/** Null: no message. */
function contentOf(bot: Bot, words: DemoWords): Words | null {
  if (words.kind === 'text' || words.kind === 'advertised') return { text: words.text }
  if (words.kind === 'photo') {
    const photo = [fileIn(bot, Buffer.from(words.bytes), { width: 360, height: 240 })]
    return { photo, caption: words.text }
  }
  if (words.kind === 'voice') {
    const facts = { mime_type: words.mime, duration: words.seconds }
    return { voice: fileIn(bot, Buffer.from(words.bytes), facts) }
  }
  if (words.kind !== 'place') return null
  const { latitude, longitude, name: title, address } = words
  const location = { latitude, longitude }
  return { location, venue: { location, title, address } }
}

function act(bot: Bot, user: Person, words: DemoWords, lastOf: Map<string, Message>): boolean {
  if (words.kind === 'block') {
    block(bot, user)
    return true
  }
  const isReaction = words.kind === 'reaction'
  const message = lastOf.get(`${isReaction ? 'shop' : 'person'} ${user.id}`)
  if (!message) return false
  if (words.kind === 'reaction') react(bot, user, message.message_id, [words.emoji])
  else if (words.kind === 'edit') edit(bot, message, { text: words.text })
  else return false
  return true
}
