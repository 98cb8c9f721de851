import { within } from '../jobs/within.ts'
import type { Logger } from '../plugin-api/account.ts'
import type { Dispose } from '../plugin-api/plugin.ts'
import { plainError } from '../plain-error.ts'

/** What one activation has registered, undone in reverse. */
export class Disposers {
  readonly #all: Dispose[] = []

  /** Keeps `dispose` for the end; the returned function does it now, once. */
  add(dispose: Dispose): Dispose {
    let done: Promise<void> | undefined
    const once = () => {
      const index = this.#all.indexOf(once)
      if (index >= 0) this.#all.splice(index, 1)
      return (done ??= Promise.resolve().then(dispose))
    }
    this.#all.push(once)
    return once
  }

  get size(): number {
    return this.#all.length
  }

  /**
   * Each one is called and caught, and may take `ms`; all of them together twice that: a plugin that
   * cannot let go keeps nobody.
   */
  async run(log: Logger, ms = 5_000): Promise<void> {
    const end = performance.now() + 2 * ms
    for (let dispose = this.#all.at(-1); dispose; dispose = this.#all.at(-1)) {
      const ended = Promise.resolve(dispose()).catch((error: unknown) =>
        log.error({ err: plainError(error) }, 'Something could not be undone')
      )
      const patience = Math.max(0, Math.min(ms, end - performance.now()))
      if (!(await within(ended, patience))) log.error({ ms }, 'Undoing something took too long')
    }
  }
}
