import { join } from 'node:path'
import type { Db } from '../../db/schema.ts'
import { findPlugins, inspect, stagedSource, type Found, type Source } from '../scan.ts'
import { listPluginRows, recordPlugins, type PluginRow } from '../state.ts'
import { versionsFolder } from './place.ts'

/** What can run: bundled plugins, and of each installed one the version that its row names. */
export async function findInstalled(
  db: Db,
  dataDir: string,
  bundled: readonly Source[],
  now: Date
): Promise<Map<string, Found>> {
  const found = new Map(findPlugins(bundled).map(plugin => [plugin.id, plugin]))
  await recordPlugins(db, [...found.values()], now)
  for (const row of (await listPluginRows(db)).values()) {
    const staged = found.has(row.id) ? null : stagedPlugin(dataDir, row)
    if (staged) found.set(row.id, staged)
  }
  return found
}

/** Null when no code of it is here. */
function stagedPlugin(dataDir: string, row: Pick<PluginRow, 'id' | 'folder'>): Found | null {
  if (row.folder === null) return null
  const folder = join(versionsFolder(dataDir, row.id), row.folder)
  return inspect(stagedSource(folder), row.id, folder)
}
