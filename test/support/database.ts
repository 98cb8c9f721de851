import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { migrations } from '../../migrations/index.ts'
import { migrate } from '../../server/db/migrate.ts'
import { openDb } from '../../server/db/open.ts'
import type { Db } from '../../server/db/schema.ts'
import { atExit } from './at-exit.ts'
import { makeFolder, removeFolder, temporaryFolder } from './temporary.ts'

/** A database of the newest shape, empty, on disk: `file` can be opened again to play a crash. */
export async function openTestDb(t: Test): Promise<{ db: Db; file: string; folder: string }> {
  const folder = temporaryFolder(t)
  const file = join(folder, 'sapa.db')
  copyFileSync(await (prepared ??= prepare()), file)
  const db = openDb(file)
  t.teardown(() => db.destroy())
  return { db, file, folder }
}

/** Migrated once for a test file, then copied. */
let prepared: Promise<string> | undefined

async function prepare(): Promise<string> {
  const folder = makeFolder()
  atExit(() => removeFolder(folder))
  const db = openDb(join(folder, 'sapa.db'))
  await migrate(db, 'core', migrations)
  await db.destroy()
  return join(folder, 'sapa.db')
}
