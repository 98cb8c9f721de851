import type { PluginCommand } from '../../plugin-api/neighbour.ts'
import type { Dispose } from '../../plugin-api/plugin.ts'

/** What active plugins add to `sapa plugin run`. */
export class Commands {
  readonly #all = new Map<string, Map<string, PluginCommand>>()

  add(plugin: string, command: PluginCommand): Dispose {
    const { name, summary, run } = command
    if (!/^[a-z][a-z0-9-]{0,40}$/.test(name)) {
      throw new Error(`The command ${name} must match ^[a-z][a-z0-9-]{0,40}$`)
    }
    if (!summary) throw new Error(`The command ${name} has no summary`)
    if (typeof run !== 'function') throw new Error(`The command ${name} has no function run`)
    const own = this.#all.get(plugin) ?? new Map<string, PluginCommand>()
    if (own.has(name)) throw new Error(`The command ${name} is registered already`)
    this.#all.set(plugin, own.set(name, command))
    return () => void own.delete(name)
  }

  list(plugin: string): PluginCommand[] {
    return [...(this.#all.get(plugin)?.values() ?? [])]
  }
}
