import type { PluginRoute } from '../../plugin-api/plugin.ts'

interface Window {
  count: number
  endsAt: number
}

const keptAtMost = 10_000

/** Counts the requests of one route by caller, in windows of its own length. */
export class RateLimit {
  readonly #windows = new Map<string, Window>()
  readonly #rate: NonNullable<PluginRoute['rate']>

  constructor(rate: NonNullable<PluginRoute['rate']>) {
    const { max, perMs } = rate
    if (!Number.isInteger(max) || max < 1) throw new Error('rate.max must be a whole number from 1')
    if (!(perMs >= 1_000 && perMs <= 24 * 3_600_000)) {
      throw new Error('rate.perMs must be from one second to one day')
    }
    this.#rate = { max, perMs }
  }

  /** Milliseconds to wait; 0 lets the request through. */
  take(caller: string, now: number): number {
    const window = this.#current(caller, now)
    window.count += 1
    return window.count <= this.#rate.max ? 0 : window.endsAt - now
  }

  #current(caller: string, now: number): Window {
    const known = this.#windows.get(caller)
    if (known && known.endsAt > now) return known
    if (this.#windows.size >= keptAtMost) this.#forget(now)
    const fresh = { count: 0, endsAt: now + this.#rate.perMs }
    this.#windows.delete(caller)
    this.#windows.set(caller, fresh)
    return fresh
  }

  /** What has ended; when all of them still count, the oldest one. */
  #forget(now: number): void {
    for (const [caller, { endsAt }] of this.#windows) {
      if (endsAt <= now) this.#windows.delete(caller)
    }
    const [oldest] = this.#windows.keys()
    if (this.#windows.size >= keptAtMost && oldest !== undefined) this.#windows.delete(oldest)
  }
}
