import type { Test } from 'tap'
import { openDb } from '../../server/db/open.ts'
import { databaseFile } from '../../server/db/prepare.ts'
import type { Db } from '../../server/db/schema.ts'
import { layPrepared } from './prepared.ts'
import { temporaryFolder } from './temporary.ts'

/** A database of the newest shape, empty, on disk: `file` can be opened again to play a crash. */
export async function openTestDb(t: Test): Promise<{ db: Db; file: string; folder: string }> {
  const folder = temporaryFolder(t)
  await layPrepared(folder)
  const file = databaseFile(folder)
  const db = openDb(file)
  t.teardown(() => db.destroy())
  return { db, file, folder }
}
