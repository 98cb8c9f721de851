import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { names } from './archive.ts'

/** Where a restore unpacks, inside the data folder: that may be a mount that cannot be renamed. */
export const stagingFolder = (dataDir: string) => join(dataDir, 'restoring')

const readyFile = (dataDir: string) => join(stagingFolder(dataDir), 'READY')

/** From here on the restore is certain: whoever opens the data folder next finishes it. */
export function markReady(dataDir: string, aside: string): void {
  const draft = `${readyFile(dataDir)}.draft`
  writeFileSync(draft, JSON.stringify({ aside }))
  sync(draft)
  renameSync(draft, readyFile(dataDir))
  sync(stagingFolder(dataDir))
}

/**
 * Puts a complete restore in place, moving what was there aside, and forgets an incomplete one. May
 * be killed and called again at any point. The caller holds the lock of the data folder.
 */
export function finishRestore(dataDir: string): void {
  const staging = stagingFolder(dataDir)
  if (!existsSync(staging)) return
  if (existsSync(readyFile(dataDir))) moveIn(dataDir, staging)
  rmSync(readyFile(dataDir), { force: true })
  rmSync(staging, { recursive: true, force: true })
}

function moveIn(dataDir: string, staging: string): void {
  const { aside } = JSON.parse(readFileSync(readyFile(dataDir), 'utf8')) as { aside: string }
  const old = join(dataDir, aside)
  if (existsSync(join(staging, names.database))) {
    // A write-ahead log beside another database would be read into it.
    for (const name of ['sapa.db-wal', 'sapa.db-shm']) move(dataDir, old, name)
  }
  for (const name of [names.database, 'blobs', 'plugins', names.key]) {
    if (!existsSync(join(staging, name))) continue
    move(dataDir, old, name)
    renameSync(join(staging, name), join(dataDir, name))
  }
  sync(dataDir)
}

function move(from: string, to: string, name: string): void {
  if (!existsSync(join(from, name))) return
  mkdirSync(to, { recursive: true, mode: 0o700 })
  renameSync(join(from, name), join(to, name))
}

function sync(path: string): void {
  const handle = openSync(path, 'r')
  fsyncSync(handle)
  closeSync(handle)
}
