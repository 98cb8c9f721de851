import { AsyncLocalStorage } from 'node:async_hooks'
import { satisfies, validRange } from 'semver'
import type { Dispose } from '../../plugin-api/plugin.ts'
import type { Calls } from '../call/call.ts'
import { NeighbourFault } from '../call/neighbour-fault.ts'
import { untilOff } from '../call/until-off.ts'
import { plainError } from '../../plain-error.ts'

const timeoutMs = 15_000
const deepest = 16

type Functions = Record<string, ((...args: unknown[]) => unknown) | undefined>

interface Exposure {
  plugin: string
  version: string
  names: string[]
  /** Null once it is revoked: those who still hold the handle keep nothing of the plugin. */
  api: Functions | null
  signal: AbortSignal
}

/** What active plugins offer to each other. */
export class Exposures {
  readonly #calls: Calls
  readonly #all = new Map<string, Exposure>()
  readonly #depth = new AsyncLocalStorage<number>()

  constructor(calls: Calls) {
    this.#calls = calls
  }

  add(plugin: string, version: string, api: object, signal: AbortSignal): Dispose {
    if (this.#all.has(plugin)) throw new Error('sapa.expose was called already')
    const names = functionsOf(api)
    if (names.length === 0) throw new Error('sapa.expose needs an object with functions')
    if (names.includes('then')) throw new Error('An exposed function cannot be named then')
    const exposure: Exposure = { plugin, version, names, api: api as Functions, signal }
    this.#all.set(plugin, exposure)
    return () => {
      exposure.api = null
      if (this.#all.get(plugin) === exposure) this.#all.delete(plugin)
    }
  }

  /** Functions that lead to the other plugin for as long as it runs; null when it does not. */
  find(plugin: string, range: string): object | null {
    if (validRange(range) === null) throw new Error(`${range} is not a version range`)
    const exposure = this.#all.get(plugin)
    if (!exposure || !satisfies(exposure.version, range)) return null
    const handle = exposure.names.map(name => [
      name,
      (...args: unknown[]) => this.#call(exposure, name, args)
    ])
    return Object.freeze(Object.fromEntries(handle) as object)
  }

  async #call(exposure: Exposure, name: string, args: unknown[]): Promise<unknown> {
    const { plugin, signal } = exposure
    const depth = this.#depth.getStore() ?? 0
    if (depth >= deepest) throw new NeighbourFault(`Plugins ask ${plugin} in a circle`)
    const work = () => {
      if (!exposure.api || signal.aborted) throw off(exposure)
      return untilOff(exposure.api[name]?.(...args), signal)
    }
    try {
      return await this.#depth.run(depth + 1, () =>
        this.#calls.run(plugin, `exposed ${name}`, work, { timeoutMs, signal })
      )
    } catch (error) {
      if (signal.aborted) throw off(exposure)
      const why = plainError(error).message
      throw new NeighbourFault(`The plugin ${plugin} failed: ${why}`, { cause: error })
    }
  }
}

const off = ({ plugin }: Exposure) => new NeighbourFault(`The plugin ${plugin} is switched off`)

/** Names of an object's functions, those of its class too. */
function functionsOf(api: unknown): string[] {
  const names = new Set<string>()
  let part: unknown = api
  while (typeof part === 'object' && part !== null && part !== Object.prototype) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(part))) {
      if (typeof value === 'function' && name !== 'constructor') names.add(name)
    }
    part = Object.getPrototypeOf(part) as unknown
  }
  return [...names]
}
