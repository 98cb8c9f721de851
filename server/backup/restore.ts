import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { migrations as known } from '../../migrations/index.ts'
import { damagesOf } from '../db/examine.ts'
import { lockAfterCommands } from '../db/lock.ts'
import { connectionOf, openDb } from '../db/open.ts'
import { unknownCoreMigrations } from '../db/prepare.ts'
import { BadBackup, names, type Counts, type End, type Manifest } from './archive.ts'
import { countAll } from './count.ts'
import { settleRestored } from './settle.ts'
import { finishRestore, markReady, stagingFolder } from './swap.ts'
import { unpack } from './unpack.ts'

export interface Restored {
  manifest: Manifest
  end: End
  counts: Counts
  /** Steps that may or may not have been sent since the backup. */
  unknown: number
  /** Folder inside the data folder with what was there before; null when it was empty. */
  aside: string | null
}

/**
 * Puts a backup into the data folder. Nothing there is touched until everything is unpacked and
 * checked; then it is swapped in, and what was there stays beside it.
 */
export async function restoreBackup(
  { file, dataDir, isForced }: { file: string; dataDir: string; isForced: boolean },
  now: Date
): Promise<Restored> {
  const unlock = await lockAfterCommands(dataDir, 'command')
  try {
    finishRestore(dataDir)
    const before = contents(dataDir)
    if (before.length > 0 && !isForced) throw refuseFull(dataDir, before)
    return await stage(file, dataDir, now)
  } finally {
    unlock()
  }
}

async function stage(file: string, dataDir: string, now: Date): Promise<Restored> {
  const staging = stagingFolder(dataDir)
  mkdirSync(staging, { mode: 0o700 })
  try {
    for (const name of ['blobs', 'plugins']) mkdirSync(join(staging, name), { mode: 0o700 })
    const { manifest, end } = await unpack(file, staging, refuseNewer)
    const { counts, unknown } = await settle(join(staging, names.database), manifest, now)
    syncTree(staging)
    const aside = `before-restore-${now.toISOString().replace(/[:.]/g, '-')}`
    markReady(dataDir, aside)
    finishRestore(dataDir)
    return {
      manifest,
      end,
      counts,
      unknown,
      aside: existsSync(join(dataDir, aside)) ? aside : null
    }
  } catch (error) {
    rmSync(staging, { recursive: true, force: true })
    throw error
  }
}

async function settle(file: string, manifest: Manifest, now: Date) {
  const db = openDb(file)
  try {
    const [damage] = damagesOf(db)
    if (damage) throw new BadBackup(`The database in this backup is damaged: ${damage}.`)
    if ((await unknownCoreMigrations(db)).length > 0) throw newer(manifest)
    const counts = await countAll(db)
    if (JSON.stringify(counts) !== JSON.stringify(manifest.counts)) {
      throw new BadBackup('The database in this backup does not hold what its manifest says.')
    }
    return { counts, unknown: await settleRestored(db, manifest.createdAt, now) }
  } finally {
    await db.destroy()
    connectionOf(db).close()
  }
}

function refuseNewer(manifest: Manifest): void {
  if (manifest.migrations.some(name => !(name in known))) throw newer(manifest)
}

const newer = ({ sapa }: Manifest) =>
  new BadBackup(`This backup is of a newer Sapa (${sapa}). Restore it with that version.`)

/** The key is often brought back first; the rest is no data. */
const harmless = new Set(['secret.key', 'sapa.lock', 'sapa.pid', 'lost+found', 'restoring'])

function contents(dataDir: string): string[] {
  return readdirSync(dataDir).filter(name => !harmless.has(name) && !/^sapa\.lock-/.test(name))
}

function refuseFull(dataDir: string, found: string[]): BadBackup {
  const some = found.slice(0, 3).join(', ')
  return new BadBackup(
    `${dataDir} is not empty (${some}${found.length > 3 ? ', …' : ''}). With --force what is there is moved aside into a folder beside the restored data.`
  )
}

/** Files are on the disk already; here go their names. */
function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) syncTree(join(folder, entry.name))
  }
  const handle = openSync(folder, 'r')
  fsyncSync(handle)
  closeSync(handle)
}
