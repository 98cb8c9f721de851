import { activatePlugin, endActivation, Incompatible, sayGoodbye, Waiting } from './activate.ts'
import type { Active } from './active.ts'
import { plainError } from '../plain-error.ts'
import type { PluginRouter } from './router.ts'
import type { Found } from './scan.ts'
import { changePlugin, listPluginRows, type PluginState } from './state.ts'
import type { HostTools } from './tools.ts'

/** The plugins that run: the one place where they start and end, one after the other. */
export class RunningPlugins {
  readonly active = new Map<string, Active>()
  /** What could run, by id. */
  found = new Map<string, Found>()
  readonly #tools: HostTools
  readonly #router: PluginRouter
  #turn: Promise<unknown> = Promise.resolve()

  constructor(tools: HostTools, router: PluginRouter) {
    this.#tools = tools
    this.#router = router
  }

  /** Waits for one's turn. Everything below is only for whoever has it. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work)
    this.#turn = turn.catch(() => {})
    return turn
  }

  has(id: string): boolean {
    return this.active.has(id)
  }

  /** Starts a plugin; a failure is its new state. Those that waited for it start too. */
  async start(id: string): Promise<void> {
    const found = this.found.get(id)
    if (!found || this.has(id) || this.#tools.boot?.safeMode) return
    try {
      await this.tryOut(found)
    } catch (error) {
      return this.#markFailed(id, error)
    }
    await this.settle(id)
  }

  /** Starts this version, without a word in its row. Throws why it could not. */
  async tryOut(found: Found): Promise<void> {
    const { boot } = this.#tools
    const { id } = found
    boot?.enter(id)
    try {
      this.#refuseRival(id)
      const others = [...this.active].map(([other, { manifest }]) => [other, manifest.version])
      const versions = new Map(others as [string, string][])
      this.#router.claims.claim(id, found.manifest?.paths)
      this.active.set(id, await activatePlugin(this.#tools, this.#router, found, versions))
    } catch (error) {
      this.#router.claims.release(id)
      this.#tools.onFailure?.(id, error)
      throw error
    } finally {
      boot?.leave()
    }
  }

  /** Writes down that a plugin runs, and starts those that waited for it. */
  async settle(id: string): Promise<void> {
    await this.mark(id, 'active', null)
    for (const row of (await listPluginRows(this.#tools.db)).values()) {
      if (row.is_active === 1 && row.state === 'waiting') await this.start(row.id)
    }
  }

  /** Ends a plugin. Those that need it end before and wait. */
  async end(id: string): Promise<void> {
    if (!this.has(id)) return
    for (const [other, { manifest }] of this.active) {
      if (!Object.hasOwn(manifest.requires?.plugins ?? {}, id) || other === id) continue
      await this.end(other)
      await this.mark(other, 'waiting', `Needs the plugin ${id}, which is not active`)
    }
    await this.#endOne(id)
  }

  /** Ends all, the newest first; what the rows say stays. */
  async endAll(): Promise<void> {
    for (const id of [...this.active.keys()].toReversed()) await this.take(() => this.#endOne(id))
  }

  async mark(id: string, state: PluginState, reason: string | null, wanted?: 0 | 1): Promise<void> {
    const version = this.found.get(id)?.manifest?.version
    const now = this.#tools.clock().getTime()
    await changePlugin(this.#tools.db, id, {
      ...{ state, reason, state_since: now, quarantine: null },
      ...(state === 'active' && { activated_at: now }),
      ...(version !== undefined && { version }),
      ...(wanted !== undefined && { is_active: wanted })
    })
  }

  /** Lets a plugin that is about to be removed say what it has to. Never throws. */
  async sayGoodbye(id: string, isKept: boolean): Promise<void> {
    const found = this.found.get(id)
    if (!found?.manifest || this.#tools.boot?.safeMode) return
    try {
      await sayGoodbye(this.#tools, found, found.manifest, isKept)
    } catch (error) {
      const { faults } = this.#tools.calls
      faults
        .logOf(id)
        .error({ err: plainError(error), plugin: id }, 'A plugin failed at its uninstall')
    }
  }

  async #endOne(id: string): Promise<void> {
    const active = this.active.get(id)
    if (!active) return
    this.active.delete(id)
    await endActivation(active)
    this.#router.remove(id)
  }

  async #markFailed(id: string, error: unknown): Promise<void> {
    if (error instanceof Waiting) return this.mark(id, 'waiting', error.message)
    const { faults } = this.#tools.calls
    faults.logOf(id).error({ err: plainError(error), plugin: id }, 'A plugin could not start')
    const state = error instanceof Incompatible ? 'incompatible' : 'broken'
    await this.mark(id, state, faults.textOf(id, error))
  }

  /** Its own conflicts are looked at with its manifest; here those of the others. */
  #refuseRival(id: string): void {
    for (const [other, { manifest }] of this.active) {
      if (!manifest.conflicts?.includes(id)) continue
      throw new Error(`Cannot run together with the plugin ${other}`)
    }
  }
}
