import type { EventStream } from 'sapa/plugin-api'
import type { ChatEvent, ChatMessage } from '../wire.ts'

export interface Ears {
  accountId: number
  visitorId: number
  /** Of the token that it was opened with. */
  hash: string
  /** The newest message that this tab knows. */
  lastSeq: number
}

/** One tab's stream. Messages are read from the table, so that none is missed and all come in order. */
export class Listener {
  readonly ears: Readonly<Ears>
  readonly #stream: EventStream
  readonly #load: (visitorId: number, afterSeq: number) => Promise<ChatMessage[]>
  #lastSeq: number
  #pulling: 'no' | 'once' | 'again' = 'no'

  constructor(
    stream: EventStream,
    ears: Ears,
    load: (visitorId: number, afterSeq: number) => Promise<ChatMessage[]>
  ) {
    this.ears = ears
    this.#stream = stream
    this.#load = load
    this.#lastSeq = ears.lastSeq
  }

  hear(event: Exclude<ChatEvent, { type: 'message' }>): void {
    this.#stream.send({ data: event })
  }

  /** Sends what has come since; a stream that cannot get it is ended, and the tab comes back. */
  async pull(): Promise<void> {
    if (this.#pulling !== 'no') return void (this.#pulling = 'again')
    try {
      do {
        this.#pulling = 'once'
        const messages = await this.#load(this.ears.visitorId, this.#lastSeq)
        for (const message of messages) this.#send(message)
        if (messages.length > 0) this.#pulling = 'again'
      } while (this.#pulling === 'again' && !this.#stream.signal.aborted)
      this.#pulling = 'no'
    } catch {
      this.end()
    }
  }

  end(): void {
    this.#stream.end()
  }

  #send(message: ChatMessage): void {
    this.#lastSeq = message.seq
    const event: ChatEvent = { type: 'message', message }
    this.#stream.send({ id: String(message.seq), data: event })
  }
}
