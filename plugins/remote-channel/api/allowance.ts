/** Requests that one account may make: 300 a minute, in bursts of up to 60. */
const perMinute = 300
const burst = 60

/** A bucket for each account. */
export class Allowance {
  readonly #buckets = new Map<number, { tokens: number; at: number }>()

  /** Seconds to wait; 0 when the request may pass. */
  take(account: number, now: number): number {
    const bucket = this.#buckets.get(account) ?? { tokens: burst, at: now }
    const gained = (Math.max(0, now - bucket.at) * perMinute) / 60_000
    const tokens = Math.min(burst, bucket.tokens + gained)
    const isFree = tokens >= 1
    this.#buckets.set(account, { tokens: isFree ? tokens - 1 : tokens, at: now })
    return isFree ? 0 : Math.ceil(((1 - tokens) * 60) / perMinute)
  }
}
