import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync
} from 'node:fs'
import { join } from 'node:path'
import { connectionOf } from './open.ts'
import { pauseWatchdog } from './pause.ts'
import type { Db } from './schema.ts'

const kept = 5

/** A whole copy of the database beside it, before its shape changes. Returns the file. */
export async function backupBeforeMigration(db: Db, dataDir: string, now: Date): Promise<string> {
  const folder = join(dataDir, 'backups')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const stamp = now.toISOString().replace(/[:.]/g, '-')
  const file = join(folder, `before-migration-${stamp}.db`)
  copyDatabase(db, file)
  removeOldest(folder)
  return file
}

/** One consistent state of the database in a new file, complete or not there at all. */
export function copyDatabase(db: Db, file: string): void {
  const partial = `${file}.partial`
  rmSync(partial, { force: true })
  pauseWatchdog(() => connectionOf(db).prepare('vacuum into ?').run(partial))
  chmodSync(partial, 0o600)
  syncFile(partial)
  renameSync(partial, file)
}

function removeOldest(folder: string): void {
  const copies = readdirSync(folder)
    .filter(name => name.startsWith('before-migration-'))
    .toSorted()
  for (const name of copies.slice(0, -kept)) rmSync(join(folder, name))
}

function syncFile(file: string): void {
  const handle = openSync(file, 'r+')
  fsyncSync(handle)
  closeSync(handle)
}
