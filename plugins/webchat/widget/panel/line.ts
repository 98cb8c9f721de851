import type { ChatEvent } from '../../wire.ts'
import { Refusal, type Api } from './api.ts'
import { lead } from './leader.ts'
import { backoff, Pause } from './pause.ts'
import { readStream } from './stream.ts'

const pollMs = 10_000
const streamAgainMs = 300_000
const lagMs = () => Math.random() * 3_000

export interface LineTools {
  api: Api
  after(): number
  /** `isOwn`: heard by this tab, so that nothing before it is missing. */
  event(event: ChatEvent, isOwn: boolean): void
  /** Asks for news without a stream. */
  poll(): Promise<void>
  connected(isSo: boolean): void
  /** The server will not have this visitor, or no streams at all just now. */
  refused(refusal: Refusal): void
}

/**
 * News for one visitor: a stream, in one tab of those that share the frame's storage. After two that
 * stayed mute it asks every 10 s instead, and tries a stream again some minutes later.
 */
export class Line {
  #tools: LineTools
  #stop = new AbortController()
  #cut = new AbortController()
  #pause = new Pause()
  #lastByte = 0
  #mute = 0
  #isAgain = false

  constructor(tools: LineTools) {
    this.#tools = tools
    lead(`sapa ${tools.api.token.slice(0, 12)}`, this.#stop.signal, {
      lead: (turn, share) => this.#run(turn, share),
      event: event => tools.event(event, false),
      // Another tab has the stream; what it told before this one listened is asked for.
      follow: () => void tools.poll().catch(() => undefined)
    })
  }

  stop(): void {
    this.#stop.abort()
  }

  /** The device woke up, or is online again: a stream that may be dead is not waited for. */
  wake(): void {
    this.#pause.wake()
    if (Date.now() - this.#lastByte > 22_000) this.#cut.abort()
  }

  async #run(turn: AbortSignal, share: (event: ChatEvent) => void): Promise<void> {
    for (let failures = 0; !turn.aborted;) {
      const isPolling = this.#mute >= 2
      const isFine = await (isPolling ? this.#tools.poll() : this.#stream(turn, share)).then(
        () => true,
        (error: unknown) => this.#failed(error, turn)
      )
      if (turn.aborted) return
      if (isPolling && isFine) this.#tools.connected(true)
      failures = isFine ? 0 : failures + 1
      await this.#pause.wait(isPolling ? pollMs : backoff(Math.max(0, failures - 1)) / 2)
    }
  }

  async #stream(turn: AbortSignal, share: (event: ChatEvent) => void): Promise<void> {
    const { api, after, connected, event, poll } = this.#tools
    this.#cut = new AbortController()
    this.#lastByte = Date.now()
    // Messages come again, marks do not. All panels come back at once after a restart, so not all ask at once.
    let isDue = this.#isAgain
    const catchUp = () => {
      if (isDue) setTimeout(() => turn.aborted || poll().catch(() => undefined), lagMs())
      isDue = false
      this.#isAgain = true
    }
    const heard = {
      byte: () => {
        this.#lastByte = Date.now()
        connected(true)
        catchUp()
      },
      event: (one: ChatEvent) => {
        event(one, true)
        share(one)
      }
    }
    const signal = AbortSignal.any([turn, this.#cut.signal])
    const outcome = await readStream(api, after(), heard, signal)
    this.#mute = outcome === 'mute' ? this.#mute + 1 : 0
    if (this.#mute === 0) return
    if (this.#mute === 2) setTimeout(() => (this.#mute = 0), streamAgainMs)
    await this.#tools.poll()
  }

  #failed(error: unknown, turn: AbortSignal): false {
    if (turn.aborted) return false
    if (error instanceof Refusal && !error.isPassing) this.#tools.refused(error)
    else this.#tools.connected(false)
    return false
  }
}
