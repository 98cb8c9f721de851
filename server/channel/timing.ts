/** The moment and the alarm, so that tests move both by hand. */
export interface Timing {
  now(): Date
  /** Calls `work` once after `ms`; answers how to call it off. */
  after(ms: number, work: () => void): () => void
}

/** The machine's own clock. Its alarms keep no process alive. */
export const realTiming: Timing = {
  now: () => new Date(),
  after(ms, work) {
    const timer = setTimeout(work, Math.min(ms, longest))
    timer.unref()
    return () => clearTimeout(timer)
  }
}

/** Beyond it `setTimeout` fires at once. */
const longest = 2 ** 31 - 1

/** Resolves after `ms`, or at once when `signal` aborts. */
export function pause(timing: Timing, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(resolve => {
    const done = () => {
      cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const cancel = timing.after(ms, done)
    signal.addEventListener('abort', done, { once: true })
  })
}

/** The result of `work`, or a rejection by `late()` when it takes longer than `ms`. */
export function within<T>(
  timing: Timing,
  ms: number,
  work: Promise<T>,
  late: () => Error
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = timing.after(ms, () => reject(late()))
    void work.then(resolve, reject).finally(cancel)
  })
}
