const minuteMs = 60_000
const minutes = 60

/** What a plugin did in the last hour. */
export interface PluginFigures {
  calls: number
  errors: number
  /** All calls together, milliseconds on the clock. */
  ms: number
  /** Mean of a call, milliseconds. */
  msPerCall: number
}

interface Bucket {
  minute: number
  calls: number
  errors: number
  ms: number
}

/** Calls, errors and time per plugin and minute. Memory cannot be told apart in one process. */
export class Meter {
  readonly #buckets = new Map<string, Bucket[]>()
  readonly #clock: () => Date

  constructor(clock: () => Date) {
    this.#clock = clock
  }

  count(plugin: string, ms: number, isError: boolean): void {
    const bucket = this.#current(plugin)
    bucket.calls += 1
    bucket.ms += ms
    if (isError) bucket.errors += 1
  }

  /** Of the last hour. */
  of(plugin: string): PluginFigures {
    const oldest = this.#minute() - minutes
    const sum = { calls: 0, errors: 0, ms: 0 }
    for (const { minute, calls, errors, ms } of this.#buckets.get(plugin) ?? []) {
      if (minute <= oldest) continue
      sum.calls += calls
      sum.errors += errors
      sum.ms += ms
    }
    return { ...sum, msPerCall: sum.calls === 0 ? 0 : sum.ms / sum.calls }
  }

  #current(plugin: string): Bucket {
    const minute = this.#minute()
    const buckets = this.#buckets.get(plugin) ?? []
    this.#buckets.set(plugin, buckets)
    const last = buckets.at(-1)
    if (last?.minute === minute) return last
    const bucket = { minute, calls: 0, errors: 0, ms: 0 }
    buckets.push(bucket)
    if (buckets.length > minutes) buckets.shift()
    return bucket
  }

  #minute(): number {
    return Math.floor(this.#clock().getTime() / minuteMs)
  }
}
