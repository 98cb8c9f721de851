import { Refusal } from '../refusal.ts'

interface Window {
  count: number
  endsAt: number
}

const keptAtMost = 20_000

/** So many in a time for each name; in memory. */
export class Limit {
  readonly #windows = new Map<string, Window>()
  readonly #max: number
  readonly #perMs: number

  constructor(max: number, perMs: number) {
    this.#max = max
    this.#perMs = perMs
  }

  /** Counts one, or as many as are said. Throws when it is too many. */
  take(name: string, now: Date, max = this.#max, amount = 1): void {
    const at = now.getTime()
    const window = this.#windowOf(name, at)
    if (window.count + amount > max) {
      throw new Refusal('too_many', Math.max(1_000, window.endsAt - at))
    }
    window.count += amount
  }

  #windowOf(name: string, at: number): Window {
    const known = this.#windows.get(name)
    if (known && known.endsAt > at) return known
    if (this.#windows.size >= keptAtMost) this.#forget(at)
    const fresh = { count: 0, endsAt: at + this.#perMs }
    this.#windows.delete(name)
    this.#windows.set(name, fresh)
    return fresh
  }

  /** What has ended; when all of them still count, the oldest one. */
  #forget(at: number): void {
    for (const [name, { endsAt }] of this.#windows) if (endsAt <= at) this.#windows.delete(name)
    const [oldest] = this.#windows.keys()
    if (this.#windows.size >= keptAtMost && oldest !== undefined) this.#windows.delete(oldest)
  }
}
