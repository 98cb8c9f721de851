import type { ServerResponse } from 'node:http'
import type { Dispose } from '../../plugin-api/plugin.ts'
import type { EventStream } from '../../plugin-api/stream.ts'
import { blockOf } from './block.ts'
import type { Streaming } from './body.ts'

/** So much may wait for a reader. */
const patienceBytes = 256 * 1024
const farewellMs = 5_000

/** One open stream. There may be ten thousand: it has no timer and no listener of its own but one. */
export class OpenStream implements EventStream {
  readonly signal: AbortSignal
  readonly streaming: Streaming
  readonly #raw: ServerResponse
  readonly #stop: AbortController
  readonly #onEnd: (stream: OpenStream) => void
  #dispose: Dispose | undefined
  #isOver = false

  constructor(
    raw: ServerResponse,
    stop: AbortController,
    streaming: Streaming,
    onEnd: (stream: OpenStream) => void
  ) {
    this.#raw = raw
    this.#stop = stop
    this.#onEnd = onEnd
    this.signal = stop.signal
    this.streaming = streaming
    raw.once('close', () => this.#finish())
  }

  get isOver(): boolean {
    return this.#isOver
  }

  send(event: Parameters<EventStream['send']>[0]): boolean {
    return this.write(blockOf(event))
  }

  write(text: string): boolean {
    if (this.#isOver) return false
    if (this.#raw.writableLength > patienceBytes) {
      this.cut()
      return false
    }
    this.#raw.write(text)
    return true
  }

  end(): void {
    if (this.#isOver) return
    const raw = this.#raw
    raw.end()
    // What nobody reads would hold up the server's end.
    if (raw.writableLength > 0) setTimeout(() => raw.destroy(), farewellMs).unref()
    this.#finish()
  }

  cut(): void {
    this.#raw.destroy()
    this.#finish()
  }

  /** Keeps what the plugin wants to have called at the end, which may have come already. */
  keep(dispose: Dispose | void): void {
    if (typeof dispose !== 'function') return
    if (this.#isOver) this.streaming.call(dispose)
    else this.#dispose = dispose
  }

  #finish(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#onEnd(this)
    const dispose = this.#dispose
    this.#dispose = undefined
    this.streaming.call(() => this.#stop.abort())
    if (dispose) this.streaming.call(dispose)
  }
}
