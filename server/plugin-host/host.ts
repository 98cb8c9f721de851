import { conflict, notFound } from '../errors.ts'
import type { Role } from '../agent/table.ts'
import type { PluginManifest } from '../plugin-api/manifest.ts'
import type { SettingsSchema } from '../plugin-api/settings.ts'
import type { Calls } from './call/call.ts'
import { setAside, settleLastDeath } from './boot/set-aside.ts'
import type { Quarantine, Why } from './boot/why.ts'
import type { ReadOptions, StoredForm } from './form/form.ts'
import { storeForm } from './form/store.ts'
import type { Offers } from './offers.ts'
import { choosePermission } from './permission/choice.ts'
import type { PermissionEntry } from './permission/registry.ts'
import { testForm, type TestResult } from './form/test.ts'
import type { LogLine } from './log-lines.ts'
import { neededFirst } from './order.ts'
import type { PluginHooks } from './hook/open.ts'
import { PluginRouter } from './router.ts'
import { PackageDesk } from './install/desk.ts'
import type { Hand } from './install/hand.ts'
import { Installs, type InstallFacts } from './install/installs.ts'
import { listPrevious } from './install/version.ts'
import { RunningPlugins } from './running.ts'
import { stampOf } from './scan.ts'
import { listPluginRows, quarantineOf, type PluginState } from './state.ts'
import type { HostTools } from './tools.ts'
import { removeExpiredValues } from './value.ts'

export interface PluginEntry extends InstallFacts {
  id: string
  version: string
  /** Null when `plugin.json` cannot be used; `reason` says why. */
  manifest: PluginManifest | null
  isBundled: boolean
  /** Where the code that runs lies. */
  folder: string
  /** What the owner wants. */
  isActive: boolean
  state: PluginState
  /** The last error, or what is missing. */
  reason: string | null
  /** Why and since when it is out of service; null unless `quarantined`. */
  quarantine: Quarantine | null
}

/** The settings of a running plugin, with the form that they are typed into. */
export interface PluginForm {
  schema: SettingsSchema
  stored: StoredForm
  /** It can try what is typed. */
  hasTest: boolean
}

/** Finds, starts and stops plugins. One that fails is marked with its reason and stops nobody else. */
export class PluginHost extends PackageDesk {
  readonly router = new PluginRouter()
  readonly #tools: HostTools
  readonly #installs: Installs
  readonly #running: RunningPlugins
  protected readonly hand: Hand

  constructor(tools: HostTools) {
    super()
    this.#installs = new Installs(tools)
    this.#tools = {
      ...tools,
      knownIds: () => [...this.#installs.ids, ...this.#running.active.keys()]
    }
    this.#running = new RunningPlugins(this.#tools, this.router)
    this.hand = { tools: this.#tools, installs: this.#installs, running: this.#running }
  }

  /** What active plugins offer: permissions, parts of rules, … */
  get offers(): Offers {
    return this.#tools.offers
  }

  /** What plugins change and hear. */
  get hooks(): PluginHooks {
    return this.#tools.hooks
  }

  /** The way into every plugin, with its figures and faults. */
  get calls(): Calls {
    return this.#tools.calls
  }

  /** The last lines that a plugin has written since the start. */
  lines(id: string): LogLine[] {
    return this.#tools.lines?.list(id) ?? []
  }

  /** Looks for plugins and remembers new ones. */
  async scan(): Promise<void> {
    this.#running.found = await this.#installs.scan()
  }

  /** Looks again: what was repaired in the drop zone starts, and copies that changed are flagged. */
  async refresh(): Promise<void> {
    await this.scan()
    for (const id of this.#installs.takeChanged()) {
      await this.#running.take(async () => {
        const row = await this.#installs.row(id)
        if (row?.is_active === 1 && row.state === 'broken') await this.#running.start(id)
      })
    }
    await this.#installs.checkCopies()
  }

  /** Scans and starts what the owner has switched on. Never throws because of a plugin. */
  async start(): Promise<void> {
    const { db, clock } = this.#tools
    const undone = await this.#installs.prepare()
    await this.scan()
    await removeExpiredValues(db, clock())
    // A version that ended Sapa while it was tried out is gone already.
    const isKnown = (id: string) => this.#running.found.has(id) && !undone.includes(id)
    await settleLastDeath(this.#tools, isKnown)
    if (this.isSafe) return
    await this.#startWanted()
  }

  /** In safe mode no plugin's code is loaded; what the owner wants stays. */
  get isSafe(): boolean {
    return Boolean(this.#tools.boot?.safeMode)
  }

  /** Ends safe mode, or begins it; then all plugins stop, or those that are wanted start. */
  async setSafeMode(isOn: boolean): Promise<void> {
    const { boot, clock } = this.#tools
    if (!boot || isOn === this.isSafe) return
    boot.setSafeMode(isOn ? { cause: 'asked', since: clock().getTime() } : null)
    if (isOn) await this.stop()
    else await this.#startWanted()
  }

  async #startWanted(): Promise<void> {
    const wanted = (await this.list()).filter(
      plugin => plugin.isActive && plugin.state !== 'quarantined'
    )
    for (const plugin of neededFirst(wanted))
      await this.#running.take(() => this.#running.start(plugin.id))
  }

  /** Stops all plugins; the owner's choices stay. */
  async stop(): Promise<void> {
    await this.#running.endAll()
    await this.calls.faults.settled()
  }

  /** Switches a plugin on. A failure is its new state, not an error. */
  async activate(id: string): Promise<PluginEntry> {
    await this.#running.take(async () => {
      await this.scan()
      if (!this.#running.found.has(id)) throw notFound('plugin')
      if (!this.#running.active.has(id)) await this.#running.mark(id, 'installed', null, 1)
      await this.#running.start(id)
    })
    return this.find(id)
  }

  /** Switches a plugin off. What it has stored stays. */
  async deactivate(id: string): Promise<PluginEntry> {
    await this.#running.take(async () => {
      const row = (await listPluginRows(this.#tools.db)).get(id)
      if (!row) throw notFound('plugin')
      await this.#running.end(id)
      await this.#running.mark(id, 'installed', null, 0)
    })
    return this.find(id)
  }

  /**
   * Takes a plugin out of service for an error that was traced to it. It stays wanted, but does not
   * start again by itself: `activate` is the way back.
   */
  async quarantine(id: string, error: unknown, why: Why): Promise<void> {
    const isDone = await this.#running.take(async () => {
      if (!this.#running.active.has(id)) return false
      await this.#running.end(id)
      await setAside(this.#tools, id, error, why)
      return true
    })
    if (isDone) this.#tools.onQuarantine?.(id, why)
  }

  /** Keeps an error that a plugin left uncaught. */
  noteFault(id: string, entry: string, error: unknown): void {
    this.#tools.calls.note(id, entry, error)
  }

  async list(): Promise<PluginEntry[]> {
    const rows = await listPluginRows(this.#tools.db)
    const previous = await listPrevious(this.#tools.db)
    return [...this.#running.found.values()].flatMap(found => {
      const { id, manifest, source } = found
      const row = rows.get(id)
      if (!row) return []
      const version = manifest?.version ?? row.version
      const facts = {
        ...this.#installs.facts(found, row, previous),
        ...{ id, version, manifest, folder: found.folder, isBundled: source.isBundled }
      }
      const { reason } = row
      const quarantine = quarantineOf(row)
      // What the row says was true before the start.
      const state = this.isSafe && row.state === 'active' ? 'installed' : row.state
      return [{ ...facts, isActive: row.is_active === 1, state, reason, quarantine }]
    })
  }

  async find(id: string): Promise<PluginEntry> {
    const plugin = (await this.list()).find(entry => entry.id === id)
    if (!plugin) throw notFound('plugin')
    return plugin
  }

  /** The form of a running plugin; null when it has none. */
  form(id: string): PluginForm | null {
    const active = this.#running.active.get(id)
    const schema = active?.plugin.settings
    const hasTest = active?.plugin.test !== undefined
    return active && schema ? { schema, stored: active.stored, hasTest } : null
  }

  /** Validates and stores the form and tells the plugin. Throws InvalidInput. */
  async saveForm(
    id: string,
    body: Record<string, unknown>,
    options: ReadOptions = {}
  ): Promise<void> {
    const active = this.#running.active.get(id)
    if (!active?.plugin.settings) throw notFound('plugin')
    await storeForm(this.#tools, active, body, options)
  }

  /** The permissions of a running plugin, with the least role that has each. */
  async permissions(id: string): Promise<PermissionEntry[]> {
    await this.#assertOn(id)
    return this.offers.permissions.list(id)
  }

  /** Who has a permission of a running plugin from now on; `by` is the role of who decides. */
  async setPermission(id: string, name: string, role: string, by: Role): Promise<PermissionEntry> {
    await this.#assertOn(id)
    const choice = { plugin: id, name, role }
    return choosePermission(this.#tools.db, this.offers.permissions, choice, by)
  }

  async #assertOn(id: string): Promise<void> {
    if (this.#running.active.has(id)) return
    await this.find(id)
    throw conflict('plugin_off', { id })
  }

  /** Tries what was typed, without storing it. Throws InvalidInput. */
  async testForm(id: string, body: Record<string, unknown>): Promise<TestResult> {
    const active = this.#running.active.get(id)
    if (!active) throw notFound('plugin')
    return testForm(this.#tools, active, body)
  }

  /** Where the files of a running plugin lie. `version` may be its stamp. */
  publicFolder(id: string, version: string): string | null {
    const active = this.#running.active.get(id)
    if (!active) return null
    const names = [active.manifest.version, stampOf(active.found)]
    return names.includes(version) ? `${active.found.folder}/public` : null
  }
}
