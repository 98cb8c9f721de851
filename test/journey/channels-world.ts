import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Test } from 'tap'
import { startDovecot, type Dovecot } from '../support/dovecot.ts'
import { freePort } from '../support/free-port.ts'
import { apiWorld, type ApiWorld } from '../support/program.ts'
import { startSmtp, type SmtpSink } from '../support/smtp-sink.ts'
import { until } from '../support/until.ts'
import type { Bot } from '../../plugins/telegram/provider/bot.ts'
import { startBotApi, type BotApi } from '../../plugins/telegram/provider/server.ts'
import { callUntilTaken } from '../../plugins/whatsapp/provider/call.ts'
import { envelope, message, messages, textOf } from '../../plugins/whatsapp/provider/payload.ts'
import type { Writer } from '../../plugins/whatsapp/provider/payload.ts'
import { startProvider, type Provider } from '../../plugins/whatsapp/provider/start.ts'
import type { Phone } from '../../plugins/whatsapp/provider/world.ts'

const shop = 'layanan@sinar.example'
/** The shop's own mail server, whose word on a mail is believed. */
export const mailServer = 'mx.sinar.example'
const signKey = 'kunci-rahasia-yang-cukup-panjang-untuk-uji'
const verifyToken = 'sapa-verify-2211'

export type Channel = 'whatsapp' | 'telegram' | 'webchat' | 'email'

export interface Route {
  account_id: number
  identity_id: number
  channel: Channel
  to: string
  is_default: boolean
  is_reachable: boolean
  can_receive: boolean
  window: { state: string; closes_at: string | null }
}

export interface Guest {
  signIn(claims: object): Promise<number>
  profile(facts: object): Promise<number>
  write(text: string): Promise<void>
  /** What this visitor can read. */
  texts(): Promise<string[]>
}

export interface ChannelsWorld extends ApiWorld {
  url: string
  meta: Provider
  phone: Phone
  bot: Bot
  botApi: BotApi
  dovecot: Dovecot
  smtp: SmtpSink
  accounts: Record<Channel, number>
  /** By WhatsApp; its remote id. */
  whatsapp(writer: Writer, text: string): Promise<string>
  /** Changes of a call from Meta. */
  fromMeta(...changes: Record<string, unknown>[]): Promise<void>
  guest(): Guest
  /** `dmarc`: what the shop's mail server has found. */
  mail(letter: { id: string; from: string; text: string; dmarc: 'pass' | 'fail' }): void
  /** The conversation of the customer's message with this text. */
  place(text: string): Promise<{ conversation: number; customer: number }>
  routes(conversation: number): Promise<Route[]>
  routeOf(conversation: number, channel: Channel): Promise<Route>
  reply(conversation: number, text: string, route?: Route): Promise<number>
}

/** A running Sapa with four channels of the real plugins, each with its other side at a socket. */
export async function channelsWorld(t: Test): Promise<ChannelsWorld> {
  const botApi = await startBotApi()
  t.teardown(() => botApi.close())
  const meta = await startProvider()
  t.teardown(() => meta.stop())
  const dovecot = await startDovecot()
  t.teardown(() => dovecot.remove())
  const smtp = await startSmtp()
  t.teardown(() => smtp.remove())
  const port = await freePort()
  const world = await apiWorld(t, {
    isIdle: false,
    now: new Date(),
    env: { ALLOW_PRIVATE_HOSTS: '127.0.0.1', PUBLIC_URL: `http://127.0.0.1:${port}` }
  })
  const { app, sapa, db, call, clock } = world
  Object.defineProperty(clock, 'now', { get: () => new Date() })
  await db.updateTable('agent').set({ undo_seconds: 0 }).execute()
  for (const id of ['telegram', 'whatsapp', 'webchat', 'email']) {
    const { state, reason } = await sapa.plugins.activate(id)
    if (state !== 'active') throw new Error(`${id}: ${reason ?? state}`)
  }
  const url = await app.listen({ port, host: '127.0.0.1' })
  const bot = botApi.addBot()
  const phone = meta.world.phones[0] as Phone
  const forms: Record<Channel, object> = {
    telegram: { token: bot.token, apiUrl: botApi.url },
    whatsapp: {
      ...{ phoneNumberId: phone.id, wabaId: phone.waba, accessToken: phone.token },
      ...{ appSecret: meta.world.appSecret, verifyToken, apiUrl: meta.url, apiVersion: 'v25.0' }
    },
    webchat: { newPerMinute: 1000, signKey },
    email: {
      ...{ address: shop, auth: 'password', user: shop, password: 'test' },
      ...{ imapHost: '127.0.0.1', imapPort: dovecot.port, imapSecurity: 'none' },
      ...{ smtpHost: '127.0.0.1', smtpPort: smtp.port, smtpSecurity: 'none' },
      trustedAuthserv: [mailServer]
    }
  }
  const accounts = {} as Record<Channel, number>
  for (const type of Object.keys(forms) as Channel[]) {
    const made = await call.owner('POST /accounts', { type, name: type, settings: forms[type] })
    if (made.status !== 201) throw new Error(JSON.stringify(made.body))
    accounts[type] = (made.body as { id: number }).id
  }
  await until(
    async () => {
      const rows = await db.selectFrom('account').select('state').execute()
      return rows.every(({ state }) => state === 'connected')
    },
    { what: 'all lines to stand' }
  )
  const { webhook_secret: secret } = await db
    .selectFrom('account')
    .select('webhook_secret')
    .where('id', '=', accounts.whatsapp)
    .executeTakeFirstOrThrow()
  const hook = `${url}/hooks/whatsapp/${accounts.whatsapp}/${secret}`
  const made = sql<{
    key: string
  }>`select key from webchat_widget where account_id = ${accounts.webchat}`
  const key = (await made.execute(db)).rows[0]?.key ?? ''

  const fromMeta = async (...changes: Record<string, unknown>[]) => {
    await callUntilTaken(hook, envelope(meta.world, changes), meta.world.appSecret)
  }

  async function routes(conversation: number): Promise<Route[]> {
    const { status, body } = await call.agent(`GET /conversations/${conversation}/routes`)
    if (status !== 200) throw new Error(`The ways were answered ${status}`)
    return (body as { data: Route[] }).data
  }

  return {
    ...world,
    ...{ url, meta, phone, bot, botApi, dovecot, smtp, accounts, fromMeta, routes },
    guest: () => newGuest(`${url}/chat/${key}`),
    async whatsapp(writer, text) {
      const one = message(meta.world, writer, textOf(text))
      await fromMeta(messages(phone, writer, [one]))
      return String(one['id'])
    },
    mail({ id, from, text, dmarc }) {
      const lines = [
        `Authentication-Results: ${mailServer}; dmarc=${dmarc} header.from=${from.split('@')[1]}`,
        ...[`From: Budi <${from}>`, `To: Sinar Elektronik <${shop}>`, 'Subject: Mesin cuci'],
        ...[`Message-ID: <${id}@pelanggan.example>`, 'MIME-Version: 1.0'],
        ...['Content-Type: text/plain; charset=utf-8', '', text, '']
      ]
      dovecot.deliver(shop, lines.join('\r\n'))
    },
    place: text =>
      until(
        () =>
          db
            .selectFrom('message')
            .innerJoin('conversation', 'conversation.id', 'message.conversation_id')
            .select(['conversation.id as conversation', 'conversation.customer_id as customer'])
            .where('message.text', '=', text)
            .where('message.kind', '=', 'inbound')
            .executeTakeFirst(),
        { what: `the message "${text}"` }
      ),
    async routeOf(conversation, channel) {
      const route = (await routes(conversation)).find(one => one.channel === channel)
      if (!route) throw new Error(`No way by ${channel}`)
      return route
    },
    async reply(conversation, text, route) {
      const way = route && { account_id: route.account_id, identity_id: route.identity_id }
      const path = `POST /conversations/${conversation}/messages`
      const sent = await call.agent(path, { kind: 'reply', text, ...way })
      if (sent.status !== 201) throw new Error(JSON.stringify(sent.body))
      return (sent.body as { id: number }).id
    }
  }
}

/** A visitor of the shop's site, by the protocol of the widget. */
function newGuest(base: string): Guest {
  const token = randomBytes(32).toString('base64url')
  async function ask(method: string, path: string, body?: object): Promise<Response> {
    return fetch(`${base}/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) })
    })
  }
  return {
    signIn: async claims => (await ask('PUT', 'identity', proofOf(claims))).status,
    profile: async facts => (await ask('PUT', 'profile', facts)).status,
    async write(text) {
      const { status } = await ask('POST', 'messages', { clientId: randomUUID(), text, files: [] })
      if (status !== 202) throw new Error(`The message was answered ${status}`)
    },
    async texts() {
      const history = (await (await ask('GET', 'messages')).json()) as {
        messages: { text: string }[]
      }
      return history.messages.map(({ text }) => text)
    }
  }
}

/** What the shop's site says of who has signed in there. */
function proofOf(claims: object): object {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const iat = Math.floor(Date.now() / 1000)
  const text = `${part({ alg: 'HS256' })}.${part({ iat, exp: iat + 600, ...claims })}`
  return { jwt: `${text}.${createHmac('sha256', signKey).update(text).digest('base64url')}` }
}

/** Providers tell whole seconds: what is later must be told to be. */
export async function nextSecond(): Promise<void> {
  const next = (Math.floor(Date.now() / 1000) + 1) * 1000
  // The clock by which a file gets its time, and a mail its date, may be some milliseconds behind.
  await until(() => Date.now() > next + 100)
}
