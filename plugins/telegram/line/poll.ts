import type { PollResult } from 'sapa/plugin-api'
import { call, Refusal } from '../api/call.ts'
import type { Update } from '../api/update.ts'
import type { Me } from '../tools.ts'
import { itemOf } from './item.ts'
import { updateKinds } from './kinds.ts'
import { lineFailure } from './trouble.ts'
import { answerPresses, type Way } from './way.ts'

const waitSeconds = 30
const most = 100
/** Whoever else fetches gives up by then, or stays. */
const conflictMs = 30_000

/** Fetches what has come. The offset of the next call says what is safely kept. */
export class Poller {
  readonly #way: Way
  #isReady = false
  /** Somebody else has fetched: only a whole poll proves that they are gone. */
  #isContested = false

  constructor(way: Way) {
    this.#way = way
  }

  async poll(cursor: string | null, signal: AbortSignal): Promise<PollResult> {
    try {
      const first = this.#isReady ? [] : await this.#begin(cursor, signal)
      // An offset of its own is kept before anything is waited for.
      const isEnough = first.length > 0 || cursor === null
      const updates = isEnough ? first : await this.#get(cursor, waitSeconds, signal)
      if (!isEnough) this.#isContested = false
      answerPresses(this.#way, updates)
      const last = updates.at(-1)
      return {
        items: updates.map(update => itemOf(update, this.#way.choices)),
        cursor: last ? String(last.update_id + 1) : (cursor ?? '0'),
        more: updates.length === most
      }
    } catch (error) {
      this.#isReady = false
      throw this.#failure(error)
    }
  }

  /** Looks once without waiting, so that the line is known to stand. */
  async #begin(cursor: string | null, signal: AbortSignal): Promise<Update[]> {
    await this.#prepare(signal)
    const updates = await this.#get(cursor, 0, signal)
    if (!this.#isContested) this.#way.account.state('connected')
    this.#isReady = true
    return updates
  }

  /** A webhook of this bot would keep everything from us. What waits for it stays. */
  async #prepare(signal: AbortSignal): Promise<void> {
    const { line, tools, account } = this.#way
    const me = await call<Me>(line, 'getMe', {}, { signal })
    tools.names.set(account.facts.id, me.username)
    const { url } = await call<{ url?: string }>(line, 'getWebhookInfo', {}, { signal })
    if (url) await call(line, 'deleteWebhook', { drop_pending_updates: false }, { signal })
  }

  #get(cursor: string | null, timeout: number, signal: AbortSignal): Promise<Update[]> {
    const offset = cursor === null || cursor === '0' ? {} : { offset: Number(cursor) }
    const asked = { ...offset, timeout, limit: most, allowed_updates: updateKinds }
    const options = { signal, timeoutMs: (timeout + 15) * 1000 }
    return call<Update[]>(this.#way.line, 'getUpdates', asked, options)
  }

  #failure(error: unknown) {
    const { tools, account } = this.#way
    if (!(error instanceof Refusal) || error.status !== 409) {
      return lineFailure(tools, error)
    }
    this.#isContested = true
    const key = error.message.includes('webhook') ? 'state.foreignWebhook' : 'state.conflict'
    account.state('delayed', tools.say(key))
    return tools.sapa.failure('rate_limited', tools.say(key), {
      ...{ code: '409', retryAfterMs: conflictMs }
    })
  }
}
