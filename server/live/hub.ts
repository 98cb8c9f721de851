import { randomBytes } from 'node:crypto'
import type { Viewer } from '../conversation/access.ts'
import type { Announcement } from '../db/transaction.ts'

/** What browsers are told: a topic and ids, never content. */
export interface LiveEvent {
  topic: string
  [name: string]: unknown
}

export interface NumberedEvent {
  id: string
  event: LiveEvent
}

export interface Stream {
  viewer: Viewer
  /** Hash of the session id: the stream ends with it. */
  session: string
  send(events: NumberedEvent[]): void
  /** Says goodbye and ends. */
  end(farewell: LiveEvent | null): void
}

const keptEvents = 4000
/** Tabs share a stream where the browser can; where it cannot, each has its own. */
const streamsPerAgent = 20

/** Gives what was committed to the open streams, and keeps some thousand events for those who come back. */
export class LiveHub {
  readonly #boot = randomBytes(4).toString('hex')
  readonly #streams = new Set<Stream>()
  readonly #kept: NumberedEvent[] = []
  readonly #listeners = new Set<(event: LiveEvent) => void>()
  #count = 0
  #isClosed = false

  /** Where a page that is drawn now stands: its stream goes on from there. */
  get position(): string {
    return `${this.#boot}-${this.#count}`
  }

  get size(): number {
    return this.#streams.size
  }

  /** What `onCommit` calls. Topics of the server's own stay inside. */
  tell(news: Announcement[]): void {
    for (const item of news) {
      if (item.topic === 'session.ended') this.#endSessions(item)
      else if (item.topic === 'agent.changed') this.#endSessions({ agent: item.agent })
    }
    const events = news.filter(item => forBrowsers.has(item.topic))
    if (events.length > 0) this.publish(withoutRepeats(events))
  }

  publish(events: LiveEvent[]): void {
    const numbered = events.map(event => ({ id: this.#nextId(), event }))
    this.#kept.push(...numbered)
    if (this.#kept.length > keptEvents * 2) this.#kept.splice(0, this.#kept.length - keptEvents)
    for (const stream of this.#streams) stream.send(numbered)
    for (const event of events) for (const listener of this.#listeners) listener(event)
  }

  /** Sends what was missed since `last`, or `resync` when that is not known any more. */
  open(stream: Stream, last: string | null): () => void {
    if (this.#isClosed) {
      stream.end(null)
      return () => {}
    }
    this.#dropOldest(stream.viewer.id)
    this.#streams.add(stream)
    stream.send(this.#since(last))
    return () => void this.#streams.delete(stream)
  }

  /** Listens to every event on the server's side. */
  onEvent(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Ends all streams; browsers come back by themselves. */
  close(): void {
    this.#isClosed = true
    for (const stream of this.#streams) this.#end(stream, null)
  }

  #nextId(): string {
    return `${this.#boot}-${++this.#count}`
  }

  #since(last: string | null): NumberedEvent[] {
    const current = { id: `${this.#boot}-${this.#count}`, event: { topic: 'hello' } }
    if (!last) return [current]
    const [boot, text] = last.split('-')
    const number = Number(text)
    const oldest = this.#count - this.#kept.length
    const isKnown = boot === this.#boot && number >= oldest && number <= this.#count
    if (!isKnown) return [{ ...current, event: { topic: 'resync' } }]
    return [...this.#kept.slice(number - oldest), current]
  }

  #dropOldest(agentId: number): void {
    const own = [...this.#streams].filter(stream => stream.viewer.id === agentId)
    for (const stream of own.slice(0, Math.max(0, own.length - streamsPerAgent + 1))) {
      this.#end(stream, { topic: 'replaced' })
    }
  }

  #endSessions(ended: { agent: number; session?: string; except?: string }): void {
    for (const stream of this.#streams) {
      if (stream.viewer.id !== ended.agent) continue
      if (ended.session !== undefined && stream.session !== ended.session) continue
      if (ended.except !== undefined && stream.session === ended.except) continue
      this.#end(stream, { topic: 'signed-out' })
    }
  }

  #end(stream: Stream, farewell: LiveEvent | null): void {
    this.#streams.delete(stream)
    stream.end(farewell)
  }
}

/** Many lines of history in one commit are one reason to look. */
function withoutRepeats(news: Announcement[]): LiveEvent[] {
  const known = new Map<string, LiveEvent>()
  for (const item of news) known.set(JSON.stringify(item), { ...item })
  return [...known.values()]
}

const forBrowsers = new Set<string>([
  'conversation.changed',
  'message.added',
  'message.changed',
  'composer.changed',
  'event.added',
  'customer.changed',
  'account.changed',
  'plugin.changed'
])
