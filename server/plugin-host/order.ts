import type { PluginEntry } from './host.ts'

/** Plugins after those that they require; a circle starts in any order and says what is missing. */
export function neededFirst(plugins: PluginEntry[]): PluginEntry[] {
  const sorted = new Set<PluginEntry>()
  const visit = (plugin: PluginEntry, above: readonly string[]) => {
    if (above.includes(plugin.id)) return
    for (const id of Object.keys(plugin.manifest?.requires?.plugins ?? {})) {
      const needed = plugins.find(other => other.id === id)
      if (needed) visit(needed, [...above, plugin.id])
    }
    sorted.add(plugin)
  }
  for (const plugin of plugins) visit(plugin, [])
  return [...sorted]
}
