import { Migrator, type Migration } from 'kysely'
import { pauseWatchdog } from './pause.ts'
import type { Db } from './schema.ts'

/**
 * Brings the tables of one owner (`core`, a plugin's id) up to date, all or nothing.
 * Each owner has its own ledger, so that a removed plugin never looks like a corrupted core.
 * Returns the names of the migrations that ran. Throws what the failing migration threw.
 */
export async function migrate(
  db: Db,
  owner: string,
  migrations: Record<string, Migration>
): Promise<string[]> {
  const { error, results } = await pauseWatchdog(() =>
    migratorOf(db, owner, migrations).migrateToLatest()
  )
  if (error) throw error
  return (results ?? []).map(result => result.migrationName)
}

/** Names of the migrations that have not run yet. */
export async function pendingMigrations(
  db: Db,
  owner: string,
  migrations: Record<string, Migration>
): Promise<string[]> {
  const known = await migratorOf(db, owner, migrations).getMigrations()
  return known.filter(migration => !migration.executedAt).map(migration => migration.name)
}

function migratorOf(db: Db, owner: string, migrations: Record<string, Migration>): Migrator {
  const suffix = owner.replaceAll('-', '_')
  return new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
    migrationTableName: `migration_${suffix}`,
    migrationLockTableName: `migration_lock_${suffix}`
  })
}
