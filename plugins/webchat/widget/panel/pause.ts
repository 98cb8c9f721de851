/** 1 s, 2 s, 4 s … 30 s, each with a third of chance, so that all browsers do not come back at once. */
export function backoff(attempt: number): number {
  return Math.min(30_000, 1000 * 2 ** attempt) * (0.83 + Math.random() / 3)
}

/** A wait that `wake` ends early: the network is back, somebody looks again. */
export class Pause {
  #end: (() => void) | null = null

  wait(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms)
      this.#end = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  wake(): void {
    this.#end?.()
  }
}
