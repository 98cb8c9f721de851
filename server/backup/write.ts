import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync
} from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { listBlobs } from '../blob/list.ts'
import { AlreadyRunning, lockDataDir } from '../db/lock.ts'
import { openDb } from '../db/open.ts'
import { databaseFile, ranMigrations } from '../db/prepare.ts'
import type { Db } from '../db/schema.ts'
import type { WorkerPool } from '../jobs/pool.ts'
import { codeFile } from '../paths.ts'
import { keyFile } from '../secret/key.ts'
import { BadBackup, blobName, names, type End, type Manifest } from './archive.ts'
import { countAll } from './count.ts'
import { writeTar, type Packer } from './pack.ts'
import type { takeSnapshot } from './snapshot.ts'
import { unpack } from './unpack.ts'

export interface BackupRequest {
  dataDir: string
  /** Complete and checked, or as it was before. */
  file: string
  withKey: boolean
  /** Version of this Sapa. */
  sapa: string
  pool: WorkerPool
}

export interface Written {
  file: string
  bytes: number
  manifest: Manifest
  end: End
}

type Damages = ReturnType<typeof takeSnapshot>

const hourMs = 3_600_000

/** Backs up a data folder, also while a server works on it. */
export async function writeBackup(request: BackupRequest, now: Date): Promise<Written> {
  const file = resolve(request.file)
  refuseForeignFile(file)
  const workshop = `${file}.partial`
  const leave = enter(workshop)
  try {
    const draft = join(workshop, 'backup.tar')
    await writeDraft(request, workshop, draft, now)
    const { manifest, end } = await unpack(draft, null)
    chmodSync(draft, 0o600)
    renameSync(draft, file)
    syncFolder(dirname(file))
    return { file, bytes: statSync(file).size, manifest, end }
  } finally {
    leave()
  }
}

/** A folder beside the file. What a killed backup left in it goes; a second one at once is refused. */
function enter(workshop: string): () => void {
  const unlock = lockWorkshop(workshop)
  rmSync(join(workshop, names.database), { force: true })
  rmSync(join(workshop, `${names.database}.partial`), { force: true })
  return () => {
    rmSync(workshop, { recursive: true, force: true })
    unlock()
  }
}

function lockWorkshop(workshop: string): () => void {
  try {
    return lockDataDir(workshop)
  } catch (error) {
    if (!(error instanceof AlreadyRunning)) throw error
    throw new BadBackup('Another backup is writing this very file just now.')
  }
}

async function writeDraft(
  { dataDir, withKey, sapa, pool }: BackupRequest,
  workshop: string,
  draft: string,
  now: Date
): Promise<void> {
  const copy = join(workshop, names.database)
  const module = pathToFileURL(codeFile('server/backup/snapshot')).href
  const places = [databaseFile(dataDir), copy]
  const limits = { timeoutMs: hourMs }
  const damages = await pool.run<Damages>(module, 'takeSnapshot', places, limits)
  if (damages.length > 0) {
    throw new BadBackup(`The database itself is damaged, so no backup was written: ${damages[0]}.`)
  }
  const db = openDb(copy, { isReadOnly: true })
  try {
    const facts = { format: 1, sapa, createdAt: now.getTime(), holdsKey: withKey } as const
    const manifest = { ...facts, migrations: await ranMigrations(db), counts: await countAll(db) }
    await writeTar(draft, packer => fill(packer, { manifest, db, dataDir, copy }))
  } finally {
    await db.destroy()
  }
}

interface Contents {
  manifest: Manifest
  db: Db
  dataDir: string
  copy: string
}

async function fill(packer: Packer, { manifest, db, dataDir, copy }: Contents): Promise<void> {
  await packer.addText(names.manifest, JSON.stringify(manifest))
  await packer.addFile(names.database, copy)
  const state: Pick<End, 'damaged' | 'missing'> = { damaged: [], missing: [] }
  for await (const { hash } of listBlobs(db)) {
    const name = blobName(hash)
    const found = await packer.addFile(name, join(dataDir, name))
    if (found === null) state.missing.push(hash)
    else if (found !== hash) state.damaged.push(hash)
  }
  for (const name of await listPlugins(dataDir)) await packer.addFile(name, join(dataDir, name))
  if (manifest.holdsKey) await packer.addFile(names.key, keyFile(dataDir))
  await packer.addEnd(names.end, state)
}

/** Plugins as `plugins/…`, without what is only passing; links are left out. */
async function listPlugins(dataDir: string): Promise<string[]> {
  const folder = join(dataDir, 'plugins')
  if (!existsSync(folder)) return []
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(dataDir.length + 1))
    .filter(name => !/^plugins[\\/]\.(staging|uploads)[\\/]/.test(name))
    .toSorted()
}

/** A mistyped name must not cost somebody another file. */
function refuseForeignFile(file: string): void {
  if (!existsSync(file)) return
  const head = Buffer.alloc(512)
  const handle = openSync(file, 'r')
  try {
    readSync(handle, head, 0, head.length, 0)
  } finally {
    closeSync(handle)
  }
  const isBackup =
    head.toString('latin1', 0, names.manifest.length) === names.manifest &&
    head.toString('latin1', 257, 262) === 'ustar'
  if (!isBackup)
    throw new BadBackup(`${file} is there already and is no backup; choose another name.`)
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  fsyncSync(handle)
  closeSync(handle)
}
