import type { Refused } from './refuse.ts'

/** What goes wrong with one call. */
export interface Fault {
  refuse?: Refused
  /** The connection ends before or after the call was carried out. */
  drop?: 'before' | 'after'
  slowMs?: number
  /** It was carried out, and the answer waits for this. */
  hold?: Promise<void>
  /** It was carried out, and the answer makes no sense. */
  garble?: boolean
}

interface Planned {
  method: string
  fault: Fault
  times: number
}

/** What is going to go wrong, in the order in which it was planned. */
export class Faults {
  #planned: Planned[] = []

  /** The next `times` calls of this method, or of any that begins so with a `*` at the end. */
  plan(method: string, fault: Fault, times = 1): void {
    this.#planned.push({ method, fault, times })
  }

  take(method: string): Fault | undefined {
    const found = this.#planned.find(one => fits(one.method, method))
    if (!found) return undefined
    found.times -= 1
    if (found.times <= 0) this.#planned = this.#planned.filter(one => one !== found)
    return found.fault
  }

  clear(): void {
    this.#planned = []
  }
}

const fits = (pattern: string, method: string) =>
  pattern.endsWith('*') ? method.startsWith(pattern.slice(0, -1)) : pattern === method
