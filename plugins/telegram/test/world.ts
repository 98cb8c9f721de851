import type { Test } from 'tap'
import {
  channelWorld,
  type ChannelWorld,
  type Message
} from '../../../test/support/channel-world.ts'
import { freePort } from '../../../test/support/free-port.ts'
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

export interface TelegramWorld extends ChannelWorld {
  api: BotApi
  /** Changes the account's form by the API of programs. */
  change(id: number, settings: Record<string, unknown>): Promise<void>
  /** Connects a bot by the API of programs and waits until its line stands. */
  connect(bot?: Bot, settings?: Record<string, unknown>): Promise<{ id: number; bot: Bot }>
  account(id: number): Promise<AccountRow>
  /** Waits for the state of an account. */
  comes(id: number, state: string): Promise<AccountRow>
  /** Waits until the message has got so far. */
  gets(message: number, status: string): Promise<Message>
}

/** A running Sapa with the plugin switched on, beside a Bot API of its own. */
export async function telegramWorld(t: Test): Promise<TelegramWorld> {
  const api = await startBotApi()
  t.teardown(() => api.close())
  const port = await freePort()
  const world = await channelWorld(t, 'telegram', {
    port,
    env: { ALLOW_PRIVATE_HOSTS: '127.0.0.1', PUBLIC_URL: `http://127.0.0.1:${port}` }
  })
  const { db, call } = world

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
    ...{ api, account, comes },
    async connect(bot = api.addBot(), settings = {}) {
      const form = { token: bot.token, apiUrl: api.url, ...settings }
      const id = await world.addAccount('telegram', bot.me.first_name, form)
      await comes(id, 'connected')
      return { id, bot }
    },
    async change(id, settings) {
      const { status, body } = await call.owner(`PATCH /accounts/${id}`, { settings })
      if (status !== 200) throw new Error(JSON.stringify(body))
    },
    async gets(message, status) {
      const is = async () => {
        const row = await world.messageRow(message)
        return row.status === status && row
      }
      return until(is, { what: `message ${message} is ${status}` })
    }
  }
}
