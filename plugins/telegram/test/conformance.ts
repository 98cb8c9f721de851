import type {
  ChannelSpec,
  Failure,
  Inbound,
  KitFile,
  KitMessage,
  KitPerson,
  Sent
} from 'sapa/plugin-api/test'
import type { Bot, Person, Sent as Call } from '../provider/bot.ts'
import type { Button } from '../provider/check.ts'
import { fileIn } from '../provider/people.ts'
import { Refused } from '../provider/refuse.ts'
import { startBotApi, type BotApi } from '../provider/server.ts'
import { remarked } from './remarked.ts'

/** An update as it comes to the bot that it is for. */
type Item = (bot: Bot) => Record<string, unknown>

/** A Bot API server, with a door before it that can be shut or jammed. */
export default {
  channel: 'telegram',
  async start(kit) {
    const api = await startBotApi()
    const gate = await kit.tcp(api)
    const bots = [1, 2].map(number => {
      const bot = api.addBot(`toko${number}_bot`, `Toko ${number}`)
      bot.updates.isRemembering = true
      return bot
    })
    const botOf = (account: number) => bots[account - 1]!
    let release = () => {}
    return {
      form: account => ({
        ...{ token: botOf(account).token, apiUrl: `http://127.0.0.1:${gate.port}` },
        ...{ receive: 'polling', groups: 'off' }
      }),
      address: account => `@${botOf(account).me.username}`,
      people: 'external',
      sent: () => bots.flatMap(bot => bot.sent.map(sentOf)),
      acted: () => bots.flatMap(bot => bot.acts),
      inbound,
      arrive(items, account) {
        for (const item of items) botOf(account).updates.add((item as Item)(botOf(account)))
      },
      failures: failuresOf(api, bots, gate),
      hang: () => gate.hang(),
      down: () => gate.down(),
      garble: () => gate.garble(),
      hold() {
        const hold = new Promise<void>(resolve => (release = resolve))
        api.faults.plan('send*', { hold }, Infinity)
      },
      async heal() {
        release()
        api.faults.clear()
        for (const bot of bots) {
          bot.isRevoked = false
          bot.blocked.clear()
        }
        await gate.heal()
      },
      calls: () => gate.calls(),
      async stop() {
        await gate.stop()
        await api.close()
      }
    }
  }
} satisfies ChannelSpec

const numberIn = (text: string) => Number(/\d+$/.exec(text)?.[0] ?? 0)
const personOf = ({ value, name }: KitPerson): Person => ({
  ...{ id: 700_000 + numberIn(value), first_name: name }
})
const personsValue = (chat: number) => `pelanggan-${chat - 700_000}`

/** In which chat a message of the kit stands. */
const chats = new Map<string, number>()
const remoteId = (id: string) => `${chats.get(id)}:${10_000 + numberIn(id)}`

function message(given: KitMessage): Item {
  const person = personOf(given.from)
  chats.set(given.id, person.id)
  return bot => {
    const chat = bot.chatOf(person)
    const message_id = 10_000 + numberIn(given.id)
    const answers = numberIn(given.answers ?? '')
    const reply =
      given.answers === undefined ? {} : { reply_to_message: { message_id: answers, chat } }
    const from = { ...person, is_bot: false }
    const words = given.files[0]
      ? { caption: given.text, ...fileOf(bot, given.files[0]) }
      : { text: given.text }
    const whole = { message_id, from, chat, date: given.at / 1000, ...words, ...reply }
    return { message: bot.keep(whole) }
  }
}

function fileOf(bot: Bot, { kind, filename, mime, bytes }: KitFile): Record<string, unknown> {
  const facts = { file_name: filename, mime_type: mime }
  const name = kind === 'audio' || kind === 'video' ? kind : 'document'
  return { [name]: fileIn(bot, Buffer.from(bytes), facts) }
}

const inbound: Inbound = {
  message,
  unsupported: given => (bot: Bot) => {
    const { message: whole } = message(given)(bot) as { message: Record<string, unknown> }
    const { text: _, ...envelope } = whole
    return { message: { ...envelope, hologram: { depth: 3 } } }
  },
  broken: id => () => ({ message: { text: `Tanpa pengirim ${id}` } }),
  identity: ({ of, also: { phone }, at }) => {
    const person = personOf(of)
    const contact = { phone_number: phone.slice(1), first_name: of.name, user_id: person.id }
    return (bot: Bot) => ({
      message: {
        ...{ message_id: 90_000 + bot.updates.pending.length, date: at / 1000, contact },
        ...{ from: { ...person, is_bot: false }, chat: bot.chatOf(person) }
      }
    })
  },
  edit:
    ({ of, text }) =>
    (bot: Bot) => ({ edited_message: { ...there(bot, of), text } }),
  reaction:
    ({ of, from, emoji, at }) =>
    (bot: Bot) => ({
      message_reaction: {
        ...{ chat: there(bot, of).chat, message_id: numberIn(of), date: at / 1000 },
        user: { ...personOf(from), is_bot: false },
        old_reaction: [],
        new_reaction: emoji === null ? [] : [{ type: 'emoji', emoji }]
      }
    }),
  album: messages =>
    messages.map(given => (bot: Bot) => {
      const { message: whole } = message(given)(bot) as { message: Record<string, unknown> }
      return { message: { ...whole, media_group_id: '13900000001' } }
    }),
  press:
    ({ id, from, of, title }) =>
    (bot: Bot) => {
      const pressed = there(bot, of)
      const markup = pressed['reply_markup'] as { inline_keyboard: Button[][] } | undefined
      const button = markup?.inline_keyboard.flat().find(({ text }) => text === title)
      const sender = { ...personOf(from), is_bot: false }
      return {
        callback_query: { id, from: sender, message: pressed, data: button?.callback_data }
      }
    },
  files: ['file', 'image', 'audio', 'video'],
  hasAnswers: true,
  remoteId,
  sender: ({ from }) => String(personOf(from).id),
  threadKey: ({ from }) => String(personOf(from).id)
}

/** A message that the bot has seen or sent. */
const there = (bot: Bot, remote: string) => bot.messages.get(remote)!

function sentOf({ values, files, messages }: Call): Sent {
  const [first] = messages
  const chat = Number(values['chat_id'])
  const answered = (values['reply_parameters'] as { message_id?: number } | undefined)?.message_id
  return {
    remoteId: `${chat}:${first?.message_id}`,
    to: personsValue(chat),
    text: remarked(first ?? {}),
    ...(answered !== undefined && { answers: `${chat}:${answered}` }),
    files: [...files.values()].map(({ filename, size }) => ({ filename, size }))
  }
}

function failuresOf(api: BotApi, bots: Bot[], gate: { down(): unknown }): Failure[] {
  const refused = (
    status: number,
    description: string,
    kinds: Failure['kinds'],
    parameters?: Record<string, number>
  ): Failure => ({
    name: `${status} ${description}`,
    kinds,
    begin: () => {
      const refuse = new Refused(status, description, parameters)
      api.faults.plan('send*', { refuse }, Infinity)
    }
  })
  const wait = { retry_after: 120 }
  return [
    {
      name: '401 Unauthorized',
      kinds: ['auth'],
      begin: () => {
        for (const bot of bots) bot.isRevoked = true
      }
    },
    refused(403, 'Forbidden: bot was blocked by the user', ['blocked']),
    refused(403, 'Forbidden: user is deactivated', ['blocked']),
    refused(400, 'Bad Request: chat not found', ['blocked', 'permanent']),
    refused(400, 'Bad Request: message is too long', ['permanent']),
    refused(400, 'Bad Request: file is too big', ['permanent']),
    {
      ...refused(429, 'Too Many Requests: retry after 120', ['rate_limited'], wait),
      retryAfterMs: 120_000
    },
    refused(500, 'Internal Server Error', ['unknown_outcome']),
    refused(502, 'Bad Gateway', ['unknown_outcome']),
    {
      name: 'connection refused',
      kinds: ['temporary'],
      begin: async () => {
        await gate.down()
        // Until the channel has noticed, it could still write into a dead connection.
        await new Promise(resolve => setTimeout(resolve, 50))
      }
    },
    {
      name: 'cut after it was carried out',
      kinds: ['unknown_outcome'],
      begin: () => api.faults.plan('send*', { drop: 'after' }),
      isTaken: true
    },
    {
      name: 'nonsense after it was carried out',
      kinds: ['unknown_outcome'],
      begin: () => api.faults.plan('send*', { garble: true }),
      isTaken: true
    }
  ]
}
