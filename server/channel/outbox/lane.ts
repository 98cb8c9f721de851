import type { ChannelCapabilities } from '../../plugin-api/channel.ts'

/** Failures closer together than this belong to the same round. */
const roundMs = 1000

type Rate = ChannelCapabilities['rate']

/** How much one account may send at this moment: parallel requests, requests per minute, pauses. */
export class Lane {
  inFlight = 0
  /** Refused credentials in a row. */
  refusals = 0
  /** Rounds of other failures in a row. */
  troubles = 0
  #troubledAt = -Infinity
  #pausedUntil = 0
  #tokens = Infinity
  #filledAt = 0

  room(rate: Rate, now: number): number {
    if (now < this.#pausedUntil) return 0
    this.#fill(rate, now)
    return Math.max(0, Math.floor(Math.min(rate.parallel - this.inFlight, this.#tokens)))
  }

  take(amount: number): void {
    this.inFlight += amount
    this.#tokens -= amount
  }

  /** Requests that fail side by side in one outage are one trouble, not several in a row. */
  noteTrouble(now: number): boolean {
    if (now - this.#troubledAt < roundMs) return false
    this.#troubledAt = now
    this.troubles += 1
    return true
  }

  pause(until: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, until)
  }

  /** When there may be room again by time alone. */
  opensAt(rate: Rate, now: number): number {
    if (now < this.#pausedUntil) return this.#pausedUntil
    if (this.#tokens >= 1) return now
    return now + Math.ceil(((1 - this.#tokens) * 60_000) / rate.perMinute)
  }

  /** A bucket that holds one second's worth, or one round of parallel requests. */
  #fill(rate: Rate, now: number): void {
    const capacity = Math.max(1, rate.parallel, rate.perMinute / 60)
    const gained = (Math.max(0, now - this.#filledAt) * rate.perMinute) / 60_000
    this.#tokens = Math.min(capacity, this.#tokens + gained)
    this.#filledAt = now
  }
}
