import type { ThreadOf } from 'sapa/plugin-api'
import { askGraph } from './graph/request.ts'
import type { Line } from './line.ts'
import { Recent } from './recent.ts'

/** It vanishes after 25 s by itself. */
const typingMs = 12_000

/** Read marks, and typing: that WhatsApp takes only together with a read mark. */
export class Courtesy {
  readonly #line: Line
  /** Up to which message the customer was told that it was read. */
  readonly #read = new Recent<string>(5_000)
  readonly #typed = new Recent<number>(5_000)

  constructor(line: Line) {
    this.#line = line
  }

  async markRead(thread: ThreadOf & { remoteId: string }, signal: AbortSignal): Promise<void> {
    await this.#mark(thread.remoteId, {}, signal)
    this.#read.set(keyOf(thread), thread.remoteId)
  }

  /** Who keeps to themselves that they have read keeps to themselves that they write. */
  async typing(thread: ThreadOf, isTyping: boolean, signal: AbortSignal): Promise<void> {
    const key = keyOf(thread)
    const remoteId = this.#read.get(key)
    const isShown = (this.#typed.get(key) ?? 0) > this.#line.now() - typingMs
    if (!isTyping || remoteId === undefined || isShown) return
    this.#typed.set(key, this.#line.now())
    await this.#mark(remoteId, { typing_indicator: { type: 'text' } }, signal)
  }

  async #mark(message_id: string, more: object, signal: AbortSignal): Promise<void> {
    await askGraph(this.#line, {
      ...{ method: 'POST', path: `${this.#line.settings.phoneNumberId}/messages`, signal },
      json: { messaging_product: 'whatsapp', status: 'read', message_id, ...more },
      timeoutMs: 10_000
    })
  }
}

const keyOf = ({ to, threadKey }: ThreadOf) => threadKey ?? to.value
