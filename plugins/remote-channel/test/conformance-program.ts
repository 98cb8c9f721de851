import { setMaxListeners } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import type { FailureKind } from 'sapa/plugin-api'
import type { KitAnswer, KitRequest, KitTools, Sent } from 'sapa/plugin-api/test'

/** What the program does with steps: as it should, not at all, with nonsense, later, or with a failure. */
export type Mood =
  | ('usual' | 'away' | 'garbled' | 'hold')
  | { failure: FailureKind; retryAfterMs?: number; isTaken?: boolean }

export interface ProgramState {
  mood: Mood
  sent: Sent[]
  calls: number
}

interface Step {
  clientRef: string
  lease: string
  to: { value: string }
  text: string
  inReplyTo: string | null
  attachments: { filename: string; url: string }[]
}

/** A program as the README tells to write one: it asks, sends, acks, and folds repeats by their reference. */
export class Program {
  readonly token: string
  readonly ended: Promise<void>
  readonly #kit: KitTools
  readonly #state: ProgramState
  readonly #over = new AbortController()

  constructor(kit: KitTools, token: string, state: ProgramState) {
    this.#kit = kit
    this.token = token
    this.#state = state
    setMaxListeners(0, this.#over.signal)
    this.ended = this.#run()
  }

  stop(): void {
    this.#over.abort()
  }

  async #run(): Promise<void> {
    const { signal } = this.#over
    while (!signal.aborted) {
      if (this.#state.mood !== 'away') await this.#turn().catch(() => undefined)
      await pause(30, undefined, { signal }).catch(() => undefined)
    }
  }

  async #turn(): Promise<void> {
    const { json } = await this.#ask('GET', '/v1/outbox?wait=1&max=20&lease=2')
    const steps = (json?.['steps'] ?? []) as Step[]
    await Promise.all(steps.map(step => this.#handle(step)))
  }

  async #handle(step: Step): Promise<void> {
    const { mood } = this.#state
    if (mood === 'away') return
    if (mood === 'garbled') return void (await this.#ask('POST', '/v1/ack', '<html>{"items": ['))
    if (typeof mood === 'object') {
      if (mood.isTaken) await this.#take(step)
      const { failure, retryAfterMs } = mood
      return this.#ack(step, { failure, ...(retryAfterMs !== undefined && { retryAfterMs }) })
    }
    const { remoteId } = await this.#take(step)
    while (this.#state.mood === 'hold' && !this.#over.signal.aborted) await pause(10)
    await this.#ack(step, { status: 'sent', remoteId })
  }

  /** A repeat is not sent twice. */
  async #take(step: Step): Promise<Sent> {
    const { sent } = this.#state
    const { clientRef, to, text, inReplyTo, attachments } = step
    const files = await Promise.all(attachments.map(file => this.#fetch(file)))
    const known = sent.find(one => one.clientRef === clientRef)
    if (known) return known
    const one: Sent = { remoteId: `out-${sent.length + 1}`, to: to.value, text, clientRef, files }
    sent.push(inReplyTo === null ? one : { ...one, answers: inReplyTo })
    return sent.at(-1) ?? one
  }

  async #fetch({ filename, url }: Step['attachments'][number]) {
    const { bytes } = await this.#ask('GET', url.replace('/p/remote-channel', ''))
    return { filename, size: bytes.byteLength }
  }

  async #ack({ clientRef, lease }: Step, ack: object): Promise<void> {
    await this.#ask('POST', '/v1/ack', JSON.stringify({ clientRef, lease, ...ack }))
  }

  /** Again and again while Sapa asks for patience. */
  async #ask(method: KitRequest['method'], path: string, body?: string): Promise<KitAnswer> {
    const { signal } = this.#over
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' }
    for (;;) {
      signal.throwIfAborted()
      this.#state.calls += 1
      const request = { method, path: `/p/remote-channel${path}` }
      const answer = await this.#kit.request(
        body === undefined
          ? { ...request, headers: { authorization: headers.authorization } }
          : { ...request, headers, body }
      )
      if (answer.status !== 429 && answer.status !== 503) return answer
      const seconds = answer.status === 503 ? 0.2 : Number(answer.headers['retry-after'] ?? 1)
      await pause(seconds * 1000, undefined, { signal })
    }
  }
}
