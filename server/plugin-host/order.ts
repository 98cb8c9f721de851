import type { PluginEntry } from './host.ts'

/** Plugins after those that they require or like to have; a circle starts in any order and says what is missing. */
export function neededFirst(plugins: PluginEntry[]): PluginEntry[] {
  const sorted = new Set<PluginEntry>()
  const visit = (plugin: PluginEntry, above: readonly string[]) => {
    if (above.includes(plugin.id)) return
    const { requires, optional } = plugin.manifest ?? {}
    for (const id of Object.keys({ ...requires?.plugins, ...optional?.plugins })) {
      const needed = plugins.find(other => other.id === id)
      if (needed) visit(needed, [...above, plugin.id])
    }
    sorted.add(plugin)
  }
  for (const plugin of plugins) visit(plugin, [])
  return [...sorted]
}
