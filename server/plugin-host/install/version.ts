import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Selectable } from 'kysely'
import type { Db } from '../../db/schema.ts'
import type { PluginOrigin, PluginVersionTable } from '../table.ts'
import { versionsFolder } from './place.ts'
import type { Staged } from './stage.ts'

type Version = Omit<Selectable<PluginVersionTable>, 'files'>

/** So many versions of a plugin stay on the disk. */
const kept = 3

/** Remembers a version that lies on the disk; the newest one last. */
export async function recordVersion(
  db: Db,
  staged: Staged,
  origin: PluginOrigin,
  now: Date
): Promise<void> {
  const { manifest, folder, hash } = staged
  const row = {
    ...{ version: manifest.version, hash, origin, staged_at: await nextTime(db, manifest.id, now) },
    files: JSON.stringify(staged.files)
  }
  await db
    .insertInto('plugin_version')
    .values({ plugin_id: manifest.id, folder, ...row })
    .onConflict(conflict => conflict.columns(['plugin_id', 'folder']).doUpdateSet(row))
    .execute()
}

/** Times tell the order of versions, so no two are the same. */
async function nextTime(db: Db, id: string, now: Date): Promise<number> {
  const [newest] = await listVersions(db, id)
  return Math.max(now.getTime(), (newest?.staged_at ?? 0) + 1)
}

/** The newest first. */
export async function listVersions(db: Db, id: string): Promise<Version[]> {
  return db
    .selectFrom('plugin_version')
    .select(['plugin_id', 'folder', 'version', 'hash', 'origin', 'staged_at'])
    .where('plugin_id', '=', id)
    .orderBy('staged_at', 'desc')
    .orderBy('folder', 'desc')
    .execute()
}

/** For each plugin the version that was installed before the one that its row names. */
export async function listPrevious(db: Db): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('plugin_version as old')
    .innerJoin('plugin', 'plugin.id', 'old.plugin_id')
    .innerJoin('plugin_version as now', on =>
      on.onRef('now.plugin_id', '=', 'plugin.id').onRef('now.folder', '=', 'plugin.folder')
    )
    .whereRef('old.staged_at', '<', 'now.staged_at')
    .select(['old.plugin_id', 'old.version'])
    .orderBy('old.staged_at')
    .execute()
  return new Map(rows.map(row => [row.plugin_id, row.version]))
}

/** Removes all but the newest versions; what runs or waits stays. */
export async function removeOldVersions(
  db: Db,
  dataDir: string,
  id: string,
  inUse: readonly (string | null)[]
): Promise<void> {
  const versions = await listVersions(db, id)
  const spare = versions.filter(({ folder }) => !inUse.includes(folder))
  const room = Math.max(0, kept - (versions.length - spare.length))
  for (const { folder } of spare.slice(room)) await removeVersion(db, dataDir, id, folder)
}

async function removeVersion(db: Db, dataDir: string, id: string, folder: string): Promise<void> {
  await db
    .deleteFrom('plugin_version')
    .where('plugin_id', '=', id)
    .where('folder', '=', folder)
    .execute()
  const place = join(versionsFolder(dataDir, id), folder)
  if (existsSync(place)) await rm(place, { recursive: true, force: true })
}

/** Removes every version of a plugin. */
export async function removeAllVersions(db: Db, dataDir: string, id: string): Promise<void> {
  await db.deleteFrom('plugin_version').where('plugin_id', '=', id).execute()
  await rm(versionsFolder(dataDir, id), { recursive: true, force: true })
}
