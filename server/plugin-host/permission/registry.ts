import { isAtLeast } from '../../agent/permission.ts'
import type { Role } from '../../agent/table.ts'
import type { PluginPermission } from '../../plugin-api/neighbour.ts'
import type { Dispose } from '../../plugin-api/plugin.ts'

type Holder = PluginPermission['role']

/** From the least to the most trusted. A guest never has a plugin's permission. */
export const holders: readonly Holder[] = ['agent', 'supervisor', 'admin', 'owner']

/** A permission as the owner sees it. */
export interface PermissionEntry {
  name: string
  label: PluginPermission['label']
  /** Least role that has it now. */
  role: Holder
  /** Least role that had it before the owner chose. */
  usualRole: Holder
}

/** The permissions of active plugins, with the owner's choices. Asked at every request, so in memory. */
export class Permissions {
  readonly #all = new Map<string, Map<string, PluginPermission>>()
  readonly #chosen = new Map<string, Map<string, Holder>>()
  readonly #named = new Map<string, Set<string>>()

  /** The owner's choices, read when the plugin starts. */
  recall(plugin: string, chosen: ReadonlyMap<string, Holder>): void {
    this.#chosen.set(plugin, new Map(chosen))
    this.#named.delete(plugin)
  }

  add(plugin: string, permission: PluginPermission): Dispose {
    const { name, role, label } = permission
    if (!/^[a-z][a-z0-9-]{0,40}$/.test(name)) {
      throw new Error(`The permission ${name} must match ^[a-z][a-z0-9-]{0,40}$`)
    }
    if (!holders.includes(role)) throw new Error(`The permission ${name} has no role ${role}`)
    if (!label?.en || !label.id) throw new Error(`The permission ${name} has no label in en and id`)
    const own = this.#all.get(plugin) ?? new Map<string, PluginPermission>()
    if (own.has(name)) throw new Error(`The permission ${name} is registered already`)
    this.#all.set(plugin, own.set(name, permission))
    return () => void own.delete(name)
  }

  /** Something of the plugin is behind this permission; it must be registered when setup ends. */
  expect(plugin: string, name: string): void {
    this.#named.set(plugin, (this.#named.get(plugin) ?? new Set()).add(name))
  }

  /** What was named but never registered. */
  missing(plugin: string): string[] {
    return [...(this.#named.get(plugin) ?? [])].filter(name => !this.#all.get(plugin)?.has(name))
  }

  choose(plugin: string, name: string, role: Holder): void {
    this.#chosen.set(plugin, (this.#chosen.get(plugin) ?? new Map()).set(name, role))
  }

  /** Closed for everybody when the plugin does not know the permission. */
  allows(plugin: string, name: string, role: Role): boolean {
    const least = this.find(plugin, name)?.role
    return least !== undefined && isAtLeast(role, least)
  }

  find(plugin: string, name: string): PermissionEntry | undefined {
    return this.list(plugin).find(permission => permission.name === name)
  }

  list(plugin: string): PermissionEntry[] {
    return [...(this.#all.get(plugin)?.values() ?? [])].map(({ name, label, role }) => {
      const chosen = this.#chosen.get(plugin)?.get(name)
      return { name, label, role: chosen ?? role, usualRole: role }
    })
  }
}
