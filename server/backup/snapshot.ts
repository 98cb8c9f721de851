import { copyDatabase } from '../db/backup.ts'
import { damagesOf } from '../db/examine.ts'
import { connectionOf, openDb } from '../db/open.ts'

/**
 * One consistent state of a database in use, in a new file, and what is wrong with that file. Takes
 * as long as the disk needs: run it in a worker.
 */
export function takeSnapshot(from: string, to: string): string[] {
  const db = openDb(from, { isReadOnly: true })
  try {
    copyDatabase(db, to)
  } finally {
    connectionOf(db).close()
  }
  const copy = openDb(to, { isReadOnly: true })
  try {
    return damagesOf(copy)
  } finally {
    connectionOf(copy).close()
  }
}
