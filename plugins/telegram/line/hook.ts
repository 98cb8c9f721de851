import { createHmac, timingSafeEqual } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { PollResult, RawRequest, WebhookVerdict } from 'sapa/plugin-api'
import { call } from '../api/call.ts'
import { isFailure } from '../api/failure.ts'
import type { Update } from '../api/update.ts'
import type { Me } from '../tools.ts'
import { itemOf } from './item.ts'
import { updateKinds } from './kinds.ts'
import { lineFailure } from './trouble.ts'
import { answerPresses, type Way } from './way.ts'

/** How often is looked whether Telegram still calls here. */
const lookMs = 5 * 60_000

export interface WebhookState {
  url?: string
  pending_update_count?: number
  last_error_date?: number
  last_error_message?: string
}

/** Telegram calls us. The poll only looks whether it still does. */
export class Hook {
  readonly #way: Way
  readonly #secret: string
  #isSet = false

  constructor(way: Way) {
    this.#way = way
    this.#secret = secretOf(way)
  }

  receive({ method, headers, body }: RawRequest): WebhookVerdict {
    const given = Buffer.from(headers['x-telegram-bot-api-secret-token'] ?? '')
    const wanted = Buffer.from(this.#secret)
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return { refuse: 401 }
    const update = method === 'POST' ? readUpdate(body) : null
    if (!update) return { refuse: 400 }
    answerPresses(this.#way, [update])
    return { accept: [itemOf(update, this.#way.choices)] }
  }

  async poll(cursor: string | null, signal: AbortSignal): Promise<PollResult> {
    const { tools, line } = this.#way
    try {
      if (this.#isSet) await pause(lookMs, undefined, { signal })
      const state = await call<WebhookState>(line, 'getWebhookInfo', {}, { signal })
      if (!this.#isSet || state.url !== this.#way.account.webhookUrl) await this.#set(signal)
      else if (isFailing(state)) throw this.#unreached(state)
      return { items: [], cursor: cursor ?? '0', more: true }
    } catch (error) {
      if (isFailure(error)) throw error
      throw lineFailure(tools, error)
    }
  }

  async #set(signal: AbortSignal): Promise<void> {
    const { tools, line, account } = this.#way
    const me = await call<Me>(line, 'getMe', {}, { signal })
    tools.names.set(account.facts.id, me.username)
    const webhook = { url: account.webhookUrl, secret_token: this.#secret, max_connections: 10 }
    await call(line, 'setWebhook', { ...webhook, allowed_updates: updateKinds }, { signal })
    this.#isSet = true
  }

  #unreached({ last_error_message: reason = '' }: WebhookState) {
    const { tools } = this.#way
    return tools.sapa.failure('temporary', tools.say('state.unreached', { reason }), {
      code: 'webhook'
    })
  }
}

/** Updates wait, and the last call has gone wrong within what two looks cover. */
export function isFailing({
  pending_update_count: waiting = 0,
  last_error_date: at = 0
}: WebhookState) {
  return waiting > 0 && at * 1000 > Date.now() - 2 * lookMs
}

/** Known to us and Telegram alone, and the same after each start. */
const secretOf = ({ settings, account }: Pick<Way, 'settings' | 'account'>) =>
  createHmac('sha256', settings.token).update(account.webhookUrl).digest('hex')

function readUpdate(body: Uint8Array): Update | null {
  try {
    const update = JSON.parse(new TextDecoder().decode(body)) as Partial<Update> | null
    return Number.isSafeInteger(update?.update_id) ? (update as Update) : null
  } catch {
    return null
  }
}
