import type { ChatEvent } from '../wire.ts'
import type { Listener } from './listener.ts'

const mostTabs = 8
const mostStreams = 20_000

/** Who listens, by visitor: each tab has a stream of its own. */
export class Streams {
  readonly #open = new Map<number, Set<Listener>>()
  #count = 0

  add(listener: Listener): () => void {
    const { visitorId } = listener.ears
    const all = this.#open.get(visitorId) ?? new Set<Listener>()
    this.#open.set(visitorId, all.add(listener))
    this.#count += 1
    const [oldest] = all
    if (all.size > mostTabs) oldest?.end()
    return () => {
      if (all.delete(listener)) this.#count -= 1
      if (all.size === 0 && this.#open.get(visitorId) === all) this.#open.delete(visitorId)
    }
  }

  get isFull(): boolean {
    return this.#count >= mostStreams
  }

  /** Whether the visitor has a panel open somewhere just now. */
  isHere(visitorId: number): boolean {
    return this.#open.has(visitorId)
  }

  /** There are new messages of this visitor. */
  wake(visitorId: number): void {
    for (const listener of this.#open.get(visitorId) ?? []) void listener.pull()
  }

  tell(visitorId: number, event: Exclude<ChatEvent, { type: 'message' }>): void {
    for (const listener of this.#open.get(visitorId) ?? []) listener.hear(event)
  }

  /** The chat was ended with this token, or it is somebody else's now. */
  endToken(visitorId: number, hash: string): void {
    for (const listener of this.#open.get(visitorId) ?? []) {
      if (listener.ears.hash !== hash) continue
      listener.hear({ type: 'ended' })
      listener.end()
    }
  }

  /** The token is the same, but another visitor's from now on: its tabs come back by themselves. */
  drop(visitorId: number, hash: string): void {
    for (const listener of this.#open.get(visitorId) ?? []) {
      if (listener.ears.hash === hash) listener.end()
    }
  }

  endAll(accountId: number): void {
    for (const all of this.#open.values()) {
      for (const listener of all) if (listener.ears.accountId === accountId) listener.end()
    }
  }
}
