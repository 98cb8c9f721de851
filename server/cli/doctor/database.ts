import { damagesOf, factsOf } from '../../db/examine.ts'
import { pendingCoreMigrations, unknownCoreMigrations } from '../../db/prepare.ts'
import type { Db } from '../../db/schema.ts'
import { count, fine, megabytes, problem, warning, type Finding } from './finding.ts'

/** The file and its shape. */
export async function examineDatabase(db: Db): Promise<Finding[]> {
  const { sqlite, journalMode, bytes } = factsOf(db)
  const damages = damagesOf(db)
  return [
    fine('database', `SQLite ${sqlite}, ${megabytes(bytes)}`),
    journalMode === 'wal'
      ? fine('journal mode', 'Write-ahead log')
      : warning('journal mode', `It is ${journalMode}; the next start sets the write-ahead log.`),
    damages.length === 0
      ? fine('integrity', 'The database is whole')
      : problem('integrity', `The database is damaged; restore a backup: ${damages.join('; ')}`),
    await migrations(db)
  ]
}

async function migrations(db: Db): Promise<Finding> {
  const unknown = await unknownCoreMigrations(db)
  if (unknown.length > 0) {
    return problem('migrations', `A newer Sapa has used this database (${unknown.join(', ')}).`)
  }
  const pending = await pendingCoreMigrations(db)
  if (pending.length === 0) return fine('migrations', 'The database is up to date')
  const waiting = count(pending.length, 'migration waits', 'migrations wait')
  return warning('migrations', `${waiting} for the next start or \`sapa migrate\`.`)
}
