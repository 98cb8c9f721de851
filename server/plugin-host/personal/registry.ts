import type { Dispose } from '../../plugin-api/plugin.ts'
import type { CustomerRecord, PersonalRecords } from '../../plugin-api/records.ts'
import { untilOff } from '../call/until-off.ts'
import { Resting, TooSlow, type Calls } from '../call/call.ts'

const timeoutMs = 30_000
const largestExport = 1_000_000

/** What one plugin keeps of a customer, or why it cannot say. */
export interface Told {
  state: 'answered' | 'nothing' | 'too_slow' | 'failed'
  records: unknown
}

/** What active plugins keep about customers. */
export class Personal {
  readonly #calls: Calls
  readonly #all = new Map<string, { records: PersonalRecords; signal: AbortSignal }>()

  constructor(calls: Calls) {
    this.#calls = calls
  }

  add(plugin: string, records: PersonalRecords, signal: AbortSignal): Dispose {
    if (typeof records?.export !== 'function' || typeof records.erase !== 'function') {
      throw new Error('sapa.personal needs the functions export and erase')
    }
    if (this.#all.has(plugin)) throw new Error('sapa.personal was called already')
    this.#all.set(plugin, { records, signal })
    return () => void this.#all.delete(plugin)
  }

  has(plugin: string): boolean {
    return this.#all.has(plugin)
  }

  async export(plugin: string, customer: CustomerRecord): Promise<Told> {
    const { records, signal } = this.#of(plugin)
    const work = async () =>
      detached(await untilOff(records.export(structuredClone(customer)), signal))
    try {
      const told = await this.#calls.run(plugin, 'personal export', work, { timeoutMs, signal })
      return { state: told === null ? 'nothing' : 'answered', records: told }
    } catch (error) {
      const isWaste = error instanceof TooSlow || error instanceof Resting
      return { state: isWaste ? 'too_slow' : 'failed', records: null }
    }
  }

  /** Throws when the plugin fails, so that it is tried again. */
  async erase(plugin: string, customer: CustomerRecord, signal: AbortSignal): Promise<void> {
    const { records } = this.#of(plugin)
    const work = () => untilOff(records.erase(structuredClone(customer)), signal)
    await this.#calls.run(plugin, 'personal erase', work, { timeoutMs, signal })
  }

  #of(plugin: string) {
    const found = this.#all.get(plugin)
    if (!found) throw new Error(`The plugin ${plugin} is switched off`)
    return found
  }
}

/** As JSON, so that nothing of the plugin's own stays in it. Throws when it is none or too much. */
function detached(given: unknown): unknown {
  const text = JSON.stringify(given ?? null) as string | undefined
  if (text === undefined) throw new TypeError('The export is not JSON')
  if (text.length > largestExport) throw new RangeError('The export is larger than 1 MB')
  return JSON.parse(text) as unknown
}
