import { DomainError } from '../../errors.ts'
import {
  filterRules,
  type EventName,
  type Events,
  type FilterName,
  type Filters
} from '../../plugin-api/hooks.ts'
import type { Text } from '../../plugin-api/manifest.ts'
import type { Dispose } from '../../plugin-api/plugin.ts'
import { isThenable, type Calls } from '../call/call.ts'
import { Refused } from './refused.ts'
import { frozen, readValue } from './shape.ts'

export interface FilterHandler {
  plugin: string
  title: Text
  priority: number
  timeoutMs: number
  work(value: unknown, facts: unknown, signal: AbortSignal): unknown
}

export interface Listener {
  plugin: string
  work(facts: unknown, signal: AbortSignal): unknown
}

const listenerMs = 10_000

/** Filters and listeners of all active plugins. */
export class Hooks {
  readonly #calls: Calls
  readonly #filters = new Map<FilterName, FilterHandler[]>()
  readonly #listeners = new Map<EventName, Set<Listener>>()

  constructor(calls: Calls) {
    this.#calls = calls
  }

  addFilter(name: FilterName, handler: FilterHandler): Dispose {
    const all = [...(this.#filters.get(name) ?? []), handler]
    this.#filters.set(name, all.toSorted(byPriority))
    return () => {
      const left = (this.#filters.get(name) ?? []).filter(other => other !== handler)
      this.#filters.set(name, left)
    }
  }

  addListener(name: EventName, listener: Listener): Dispose {
    const all = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, all.add(listener))
    return () => void all.delete(listener)
  }

  hasFilter(name: FilterName): boolean {
    return (this.#filters.get(name)?.length ?? 0) > 0
  }

  hasListener(name?: EventName): boolean {
    if (name !== undefined) return (this.#listeners.get(name)?.size ?? 0) > 0
    return [...this.#listeners.values()].some(listeners => listeners.size > 0)
  }

  /**
   * The value as the handlers leave it. Never inside a transaction: handlers may wait.
   * Throws DomainError when a handler refuses, or when one fails that must not be gone round.
   */
  async filter<Name extends FilterName>(
    name: Name,
    value: Filters[Name]['value'],
    facts: Filters[Name]['facts']
  ): Promise<Filters[Name]['value']> {
    let last = value
    for (const handler of this.#filters.get(name) ?? []) {
      last = await this.#pass(name, handler, last, facts)
    }
    return last
  }

  /** Tells listeners. What they do with it is nobody's concern. */
  tell<Name extends EventName>(name: Name, facts: Events[Name], except?: string): void {
    for (const { plugin, work } of this.#listeners.get(name) ?? []) {
      if (plugin === except) continue
      const told = this.#calls.run(plugin, `on ${name}`, signal => work(frozen(facts), signal), {
        timeoutMs: listenerMs
      })
      told.catch(() => {})
    }
  }

  async #pass<Name extends FilterName>(
    name: Name,
    handler: FilterHandler,
    value: Filters[Name]['value'],
    facts: Filters[Name]['facts']
  ): Promise<Filters[Name]['value']> {
    const isAnswer = (error: unknown) => error instanceof Refused
    const read = (changed: unknown) => (changed === undefined ? value : readValue(name, changed))
    // A promise costs a timer; most handlers answer at once.
    const work = (signal: AbortSignal) => {
      const changed = handler.work(frozen(value), frozen(facts), signal)
      return isThenable(changed) ? Promise.resolve(changed).then(read) : read(changed)
    }
    try {
      const { plugin, timeoutMs } = handler
      return await this.#calls.run(plugin, `filter ${name}`, work, { timeoutMs, isAnswer })
    } catch (error) {
      if (filterRules[name].onError === 'skip') return value
      throw stopped(handler, error)
    }
  }
}

const byPriority = (a: FilterHandler, b: FilterHandler) =>
  a.priority - b.priority || (a.plugin < b.plugin ? -1 : 1)

/** Texts go along in both languages: who reads them is known later. */
function stopped({ title }: FilterHandler, error: unknown): DomainError {
  if (!(error instanceof Refused)) return new DomainError('guard_failed', 503, { plugin: title })
  return new DomainError('refused_by_plugin', 422, { plugin: title, why: error.why })
}
