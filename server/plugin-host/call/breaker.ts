const faultsToOpen = 5
const faultWindowMs = 60_000
const restMs = 5 * 60_000
const openingsToGiveUp = 3
const openingWindowMs = 60 * 60_000

interface Breaker {
  faults: number[]
  openings: number[]
  openUntil: number
  /** All faults since the last opening that led to giving up, for the owner. */
  total: number
}

/**
 * One per way into a plugin. Five faults within a minute give it a rest of five minutes; then one call
 * is tried. Three rests within an hour, and the plugin is not worth waiting for.
 */
export class Breakers {
  readonly #all = new Map<string, Map<string, Breaker>>()
  readonly #clock: () => Date

  constructor(clock: () => Date) {
    this.#clock = clock
  }

  isOpen(plugin: string, entry: string): boolean {
    const breaker = this.#all.get(plugin)?.get(entry)
    return breaker !== undefined && breaker.openUntil > this.#clock().getTime()
  }

  succeed(plugin: string, entry: string): void {
    const breaker = this.#all.get(plugin)?.get(entry)
    if (breaker) breaker.openUntil = 0
  }

  /** The number of faults when there is no hope left, else 0. */
  fail(plugin: string, entry: string): number {
    const now = this.#clock().getTime()
    const breaker = this.#of(plugin, entry)
    breaker.total += 1
    breaker.faults = [...breaker.faults.filter(at => at > now - faultWindowMs), now]
    // After a rest the first call decides.
    const isTried = breaker.openUntil > 0
    if (breaker.faults.length < faultsToOpen && !isTried) return 0
    breaker.faults = []
    breaker.openUntil = now + restMs
    breaker.openings = [...breaker.openings.filter(at => at > now - openingWindowMs), now]
    return breaker.openings.length < openingsToGiveUp ? 0 : breaker.total
  }

  forget(plugin: string): void {
    this.#all.delete(plugin)
  }

  #of(plugin: string, entry: string): Breaker {
    const ofPlugin = this.#all.get(plugin) ?? new Map<string, Breaker>()
    this.#all.set(plugin, ofPlugin)
    const breaker = ofPlugin.get(entry) ?? { faults: [], openings: [], openUntil: 0, total: 0 }
    ofPlugin.set(entry, breaker)
    return breaker
  }
}
