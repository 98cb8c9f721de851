import type { Test } from 'tap'
import { freePort } from '../../../test/support/free-port.ts'
import { apiWorld, type ApiWorld } from '../../../test/support/program.ts'
import { until } from '../../../test/support/until.ts'
import type { Bot } from '../provider/bot.ts'
import { startBotApi, type BotApi } from '../provider/server.ts'

interface AccountRow {
  id: number
  state: string
  state_reason: string | null
  cursor: string | null
  webhook_secret: string | null
}

interface MessageRow {
  id: number
  conversation_id: number
  account_id: number | null
  identity_id: number | null
  remote_id: string | null
  thread_key: string | null
  text: string
  status: string
  status_reason: string | null
  headers: string
}

export interface TelegramWorld extends ApiWorld {
  api: BotApi
  url: string
  /** Changes the account's form by the API of programs. */
  change(id: number, settings: Record<string, unknown>): Promise<void>
  /** Connects a bot by the API of programs and waits until its line stands. */
  connect(bot?: Bot, settings?: Record<string, unknown>): Promise<{ id: number; bot: Bot }>
  account(id: number): Promise<AccountRow>
  /** Waits for the state of an account. */
  comes(id: number, state: string): Promise<AccountRow>
  /** The message of a timeline with this text. */
  message(text: string): Promise<MessageRow>
  inbound(): Promise<string[]>
  /** An agent's answer; returns the message's id. */
  reply(conversation: number, text: string, more?: object): Promise<number>
  /** Waits until the message has got so far. */
  gets(message: number, status: string): Promise<MessageRow>
}

/** A running Sapa with the plugin switched on, beside a Bot API of its own. */
export async function telegramWorld(t: Test): Promise<TelegramWorld> {
  const api = await startBotApi()
  t.teardown(() => api.close())
  const port = await freePort()
  const world = await apiWorld(t, {
    isIdle: false,
    now: new Date(),
    env: { ALLOW_PRIVATE_HOSTS: '127.0.0.1', PUBLIC_URL: `http://127.0.0.1:${port}` }
  })
  const { app, sapa, db, call } = world
  await db.updateTable('agent').set({ undo_seconds: 0 }).execute()
  const plugin = await sapa.plugins.activate('telegram')
  if (plugin.state !== 'active') throw new Error(plugin.reason ?? plugin.state)
  const url = await app.listen({ port, host: '127.0.0.1' })

  const account = (id: number) =>
    db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

  async function comes(id: number, state: string) {
    const is = async () => {
      const row = await account(id)
      return row.state === state && row
    }
    return until(is, { what: `account ${id} is ${state}` })
  }

  return {
    ...world,
    ...{ api, url, account, comes },
    async connect(bot = api.addBot(), settings = {}) {
      const form = { token: bot.token, apiUrl: api.url, ...settings }
      const input = { type: 'telegram', name: bot.me.first_name, settings: form }
      const made = await call.owner('POST /accounts', input)
      if (made.status !== 201) throw new Error(JSON.stringify(made.body))
      const { id } = made.body as { id: number }
      await comes(id, 'connected')
      return { id, bot }
    },
    async change(id, settings) {
      const { status, body } = await call.owner(`PATCH /accounts/${id}`, { settings })
      if (status !== 200) throw new Error(JSON.stringify(body))
    },
    async message(text) {
      const find = () =>
        db.selectFrom('message').selectAll().where('text', '=', text).executeTakeFirst()
      return until(find, { what: `the message "${text}"` })
    },
    async inbound() {
      const rows = await db
        .selectFrom('message')
        .select('text')
        .where('kind', '=', 'inbound')
        .orderBy('id')
        .execute()
      return rows.map(({ text }) => text)
    },
    async reply(conversation, text, more = {}) {
      const path = `POST /conversations/${conversation}/messages`
      const sent = await call.agent(path, { kind: 'reply', text, ...more })
      if (sent.status !== 201) throw new Error(JSON.stringify(sent.body))
      return (sent.body as { id: number }).id
    },
    async gets(message, status) {
      const is = async () => {
        const row = await db
          .selectFrom('message')
          .selectAll()
          .where('id', '=', message)
          .executeTakeFirstOrThrow()
        return row.status === status && row
      }
      return until(is, { what: `message ${message} is ${status}` })
    }
  }
}
