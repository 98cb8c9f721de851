import type { Reply } from '../../web/app.ts'
import type { Streaming } from './body.ts'
import { OpenStream } from './stream.ts'

/** Each stream gets a sign of life every 20 s, a part of them every second. */
const slots = 20
const retryMs = 2_000

/** All open streams of plugins, with one timer for all of them. */
export class Streams {
  readonly #slots = Array.from({ length: slots }, () => new Set<OpenStream>())
  readonly #byPlugin = new Map<AbortSignal, Set<OpenStream>>()
  #timer: NodeJS.Timeout | undefined
  #opened = 0
  #turn = 0
  #isClosed = false

  get size(): number {
    return this.#slots.reduce((sum, slot) => sum + slot.size, 0)
  }

  /** Takes the reply over and lets the plugin begin. What its `events` throws comes out of here. */
  async open(reply: Reply, status: number, stop: AbortController, streaming: Streaming) {
    const stream = this.#add(reply, status, stop, streaming)
    try {
      stream.keep(await streaming.begin(stream))
    } catch {
      // Kept as the plugin's fault; the browser comes back later.
      stream.end()
    }
  }

  /** Sapa stops. */
  endAll(): void {
    this.#isClosed = true
    for (const slot of this.#slots) for (const stream of slot) stream.end()
  }

  #add(reply: Reply, status: number, stop: AbortController, streaming: Streaming): OpenStream {
    const slot = this.#slots[this.#opened++ % slots] ?? new Set()
    const { off } = streaming
    const siblings = this.#siblings(off)
    const stream = new OpenStream(reply.raw, stop, streaming, () => {
      slot.delete(stream)
      siblings.delete(stream)
      if (this.size === 0) this.#rest()
    })
    slot.add(stream)
    siblings.add(stream)
    this.#timer ??= setInterval(() => this.#beat(), 1_000).unref()
    begin(reply, status)
    if (this.#isClosed || off.aborted || reply.raw.destroyed) stream.end()
    return stream
  }

  /** One listener for all streams of an activation. */
  #siblings(off: AbortSignal): Set<OpenStream> {
    const known = this.#byPlugin.get(off)
    if (known) return known
    const siblings = new Set<OpenStream>()
    this.#byPlugin.set(off, siblings)
    const endThem = () => {
      this.#byPlugin.delete(off)
      for (const stream of siblings) stream.end()
    }
    off.addEventListener('abort', endThem, { once: true })
    return siblings
  }

  #beat(): void {
    this.#turn = (this.#turn + 1) % slots
    for (const stream of this.#slots[this.#turn] ?? []) stream.write(':\n\n')
  }

  #rest(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}

function begin(reply: Reply, status: number): void {
  reply.type('text/event-stream; charset=utf-8')
  reply.hijack()
  const { raw } = reply
  raw.writeHead(status, {
    ...(reply.getHeaders() as Record<string, string>),
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    connection: 'close'
  })
  raw.write(`retry: ${retryMs}\n\n`)
}
