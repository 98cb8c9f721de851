import { runAs } from '../attribution.ts'
import { Breakers } from './breaker.ts'
import { NeighbourFault } from './neighbour-fault.ts'
import { Meter } from './meter.ts'
import type { FaultLog } from './fault-log.ts'
import { printCall, type Outcome } from './trace.ts'

/** A handler that failed too often lately: it is left alone for a while. */
export class Resting extends Error {}

/** A handler that did not answer in its time. */
export class TooSlow extends Error {}

export interface CallOptions {
  /** Armed only when the handler really returns a promise. */
  timeoutMs?: number
  /** Errors that are an answer and no fault: a provider's refusal, a wanted refusal. Default: none. */
  isAnswer?(error: unknown): boolean
  /** Waits for news by design: its time says nothing. */
  isWaiting?: boolean
  /** Ends with the call's own time limit too. */
  signal?: AbortSignal
}

export interface CallParts {
  clock: () => Date
  faults: FaultLog
  /** From `SAPA_TRACE=hooks`. */
  isTraced: boolean
  /** The plugin's handler failed again and again, and again after its rests. */
  onHopeless(plugin: string, error: unknown, facts: { entry: string; count: number }): void
}

/**
 * Every way into a plugin leads through here: the plugin is named for whatever goes wrong later, the
 * time is limited, faults are counted and kept, and a handler that keeps failing rests.
 */
export class Calls {
  readonly meter: Meter
  readonly #parts: CallParts
  readonly #breakers: Breakers

  constructor(parts: CallParts) {
    this.#parts = parts
    this.meter = new Meter(parts.clock)
    this.#breakers = new Breakers(parts.clock)
  }

  /** What went wrong, kept in the database. */
  get faults(): FaultLog {
    return this.#parts.faults
  }

  /** Throws what the handler threw, `TooSlow`, or `Resting` without calling it. */
  async run<T>(
    plugin: string,
    entry: string,
    work: (signal: AbortSignal) => T | PromiseLike<T>,
    options: CallOptions = {}
  ): Promise<T> {
    if (this.#breakers.isOpen(plugin, entry)) {
      this.#trace(plugin, entry, 0, 'resting')
      throw new Resting(`${entry} of ${plugin} rests after several errors`)
    }
    const start = performance.now()
    const stop = new AbortController()
    const unfollow = follow(options.signal, stop, plugin, entry)
    try {
      const answer = runAs(plugin, entry, () => work(stop.signal))
      const value = isThenable(answer)
        ? await limited(Promise.resolve(answer), options.timeoutMs, entry)
        : answer
      this.#passed(plugin, entry, start, options)
      return value
    } catch (error) {
      // Listeners of the plugin are called at once, and may throw.
      runAs(plugin, entry, () => stop.abort(error))
      if (isInnocent(error, options) || options.signal?.aborted) {
        this.#passed(plugin, entry, start, options)
      } else this.#failed(plugin, entry, start, error)
      throw this.faults.veil(plugin, error)
    } finally {
      unfollow()
    }
  }

  /**
   * For functions that core must call as they are, such as a channel's: named and counted, but
   * neither limited nor rested, because core has its own patience with channels.
   */
  watch<T>(plugin: string, entry: string, work: () => T, options: CallOptions = {}): T {
    const start = performance.now()
    try {
      const answer = runAs(plugin, entry, work)
      if (!isThenable(answer)) {
        this.#passed(plugin, entry, start, options)
        return answer
      }
      return Promise.resolve(answer).then(
        value => {
          this.#passed(plugin, entry, start, options)
          return value as unknown
        },
        (error: unknown) => {
          this.#seen(plugin, entry, start, error, options)
          throw this.faults.veil(plugin, error)
        }
      ) as T
    } catch (error) {
      this.#seen(plugin, entry, start, error, options)
      throw this.faults.veil(plugin, error)
    }
  }

  /** Counts an error that nobody caught, and says whether the plugin can stay. */
  countFault(plugin: string, entry: string, error: unknown): void {
    this.#failed(plugin, entry, performance.now(), error)
  }

  /** Keeps an error without consequences for any handler: they are the caller's. */
  note(plugin: string, entry: string, error: unknown): void {
    this.#parts.faults.add(plugin, entry, error)
  }

  /** Forgets rests and figures of a plugin that starts afresh. */
  forget(plugin: string): void {
    this.#breakers.forget(plugin)
  }

  #passed(plugin: string, entry: string, start: number, options: CallOptions): void {
    const ms = performance.now() - start
    this.meter.count(plugin, options.isWaiting ? 0 : ms, false)
    this.#breakers.succeed(plugin, entry)
    this.#trace(plugin, entry, ms, 'ok')
  }

  #failed(plugin: string, entry: string, start: number, error: unknown): void {
    const ms = performance.now() - start
    this.meter.count(plugin, ms, true)
    this.#parts.faults.add(plugin, entry, error)
    this.#trace(plugin, entry, ms, error instanceof TooSlow ? 'too slow' : 'error', error)
    const count = this.#breakers.fail(plugin, entry)
    if (count > 0) this.#parts.onHopeless(plugin, error, { entry, count })
  }

  /** Without consequences for the handler. */
  #seen(plugin: string, entry: string, start: number, error: unknown, options: CallOptions): void {
    if (isInnocent(error, options)) return this.#passed(plugin, entry, start, options)
    const ms = performance.now() - start
    this.meter.count(plugin, options.isWaiting ? 0 : ms, true)
    this.#parts.faults.add(plugin, entry, error)
    this.#trace(plugin, entry, ms, 'error', error)
  }

  #trace(plugin: string, entry: string, ms: number, outcome: Outcome, error?: unknown): void {
    if (this.#parts.isTraced) printCall(plugin, entry, ms, outcome, error)
  }
}

/** An answer, or the fault of another plugin, which is counted there. */
function isInnocent(error: unknown, { isAnswer }: CallOptions): boolean {
  return error instanceof NeighbourFault || isAnswer?.(error) === true
}

/** `AbortSignal.any` would leave some bytes for each call at a signal that lives as long as its plugin. */
function follow(
  signal: AbortSignal | undefined,
  stop: AbortController,
  plugin: string,
  entry: string
): () => void {
  if (!signal) return () => {}
  const end = () => runAs(plugin, entry, () => stop.abort(signal.reason))
  if (signal.aborted) end()
  signal.addEventListener('abort', end, { once: true })
  return () => signal.removeEventListener('abort', end)
}

export function isThenable(answer: unknown): answer is PromiseLike<never> {
  return typeof (answer as { then?: unknown } | null | undefined)?.then === 'function'
}

async function limited<T>(
  answer: Promise<T>,
  timeoutMs: number | undefined,
  entry: string
): Promise<T> {
  if (timeoutMs === undefined) return answer
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, refuse) => {
    timer = setTimeout(
      () => refuse(new TooSlow(`${entry} took longer than ${timeoutMs} ms`)),
      timeoutMs
    )
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
    // What comes after the limit is nobody's business any more.
    answer.catch(() => {})
  }
}
