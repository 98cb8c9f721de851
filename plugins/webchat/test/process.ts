import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Test } from 'tap'
import { startProduct, type Product } from '../../../test/support/product.ts'
import { until } from '../../../test/support/until.ts'
import type { ChatEvent } from '../wire.ts'

export interface ChatProcess extends Product {
  key: string
}

/** The built product as a process, with a widget. */
export async function chatProcess(t: Test): Promise<ChatProcess> {
  const product = await startProduct(t)
  const settings = { newPerMinute: 1000, visitorPerMinute: 6000, messagesPerMinute: 6000 }
  await product.insist('POST /accounts', { type: 'webchat', name: 'Chat web', settings })
  const list = 'select key from webchat_widget order by account_id desc'
  const { key } = await until(() => product.rows<{ key: string }>(list)[0])
  return { ...product, key }
}

/** A browser that goes on through everything: it repeats what was not taken and resumes where it was. */
export class Visitor {
  readonly token = randomBytes(32).toString('base64url')
  /** Every message that a stream has brought, in the order of its coming. */
  readonly heard: { seq: number; text: string }[] = []
  readonly #base: string
  readonly #over = new AbortController()

  constructor(t: Test, url: string, key: string) {
    this.#base = `${url}/chat/${key}`
    t.teardown(() => this.#over.abort())
  }

  get #headers() {
    return { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' }
  }

  async write(clientId: string, text: string): Promise<void> {
    while (!this.#over.signal.aborted) {
      const response = await fetch(`${this.#base}/messages`, {
        ...{ method: 'POST', headers: this.#headers },
        body: JSON.stringify({ clientId, text, files: [] })
      }).catch(() => null)
      const answer = await response?.text().catch(() => null)
      if (response?.status === 202 && answer) return
      if (response && ![429, 500, 503].includes(response.status)) {
        throw new Error(`${response.status} ${answer}`)
      }
      await pause(response?.status === 429 ? 500 : 30)
    }
  }

  /** Until the test ends. */
  async listen(): Promise<void> {
    while (!this.#over.signal.aborted) {
      await this.#listenOnce().catch(() => {})
      await pause(50)
    }
  }

  async history(): Promise<{ seq: number; text: string; from: string }[]> {
    const all = []
    let after = 0
    for (;;) {
      const response = await fetch(`${this.#base}/messages?after=${after}`, {
        headers: this.#headers
      })
      const { messages } = (await response.json()) as {
        messages: { seq: number; text: string; from: string }[]
      }
      if (messages.length === 0) return all
      all.push(...messages)
      after = messages.at(-1)?.seq ?? after
    }
  }

  async #listenOnce(): Promise<void> {
    const last = this.heard.at(-1)?.seq ?? 0
    const response = await fetch(`${this.#base}/stream`, {
      headers: { ...this.#headers, 'last-event-id': String(last) },
      signal: this.#over.signal
    })
    if (response.status !== 200 || !response.body) return response.body?.cancel()
    let text = ''
    const decoder = new TextDecoder()
    for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(part, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) this.#take(block)
    }
  }

  #take(block: string): void {
    const data = /^data: ?(.*)$/m.exec(block)?.[1]
    if (data === undefined) return
    const event = JSON.parse(data) as ChatEvent
    if (event.type === 'message') this.heard.push(event.message)
  }
}
