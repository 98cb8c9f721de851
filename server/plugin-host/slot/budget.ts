import { within } from '../../jobs/within.ts'

const pageMs = 150

/** How long one page waits for plugins, all of them together. Waiting side by side counts once. */
export class Budget {
  #left = pageMs
  #waiting = 0
  #since = 0

  /** Whether `work` ended in what is left. A rejection is an end. */
  async has(work: Promise<unknown>): Promise<boolean> {
    if (this.#waiting++ === 0) this.#since = performance.now()
    try {
      return await within(work, Math.max(0, this.#left - (performance.now() - this.#since)))
    } finally {
      if (--this.#waiting === 0) this.#left -= performance.now() - this.#since
    }
  }
}
