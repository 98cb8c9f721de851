import type { PluginEntry } from '../plugin-host/host.ts'
import { ask } from './plugin-errand.ts'
import { say } from './say.ts'

/** All plugins, one a line. */
export async function listPlugins({ json }: { json?: boolean }): Promise<void> {
  const { value: plugins } = await ask<PluginEntry[]>({ verb: 'list' })
  const sorted = plugins.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  if (json) return say(JSON.stringify(sorted.map(plain), null, 2))
  for (const plugin of sorted) say(lineOf(plugin))
}

function plain({ manifest, ...entry }: PluginEntry) {
  const { title, author, provides = [], scopes = [] } = manifest ?? {}
  const { id, version, state, reason, isActive, isBundled } = entry
  return { id, version, state, reason, isActive, isBundled, title, author, provides, scopes }
}

function lineOf({ id, version, state, reason, manifest }: PluginEntry): string {
  const columns = [id.padEnd(22), version.padEnd(10), state.padEnd(13), manifest?.title.en ?? '']
  return columns.join(' ').trimEnd() + (reason ? `\n  ${reason}` : '')
}
