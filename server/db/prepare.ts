import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { migrations } from '../../migrations/index.ts'
import { backupBeforeMigration } from './backup.ts'
import { migrate, pendingMigrations } from './migrate.ts'
import { connectionOf, openDb } from './open.ts'
import type { Db } from './schema.ts'

export interface Databases {
  /** Writes. */
  db: Db
  /** Reads only. */
  reader: Db
}

/** Carries a reason why the data folder cannot be used, in words for the person who starts Sapa. */
export class UnusableData extends Error {}

export function databaseFile(dataDir: string): string {
  return join(dataDir, 'sapa.db')
}

/** Opens the database and brings it up to date; existing data is copied aside before it is changed. */
export async function prepareDb(dataDir: string, now: Date): Promise<Databases> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = databaseFile(dataDir)
  const isNew = !existsSync(file)
  const db = openDb(file)
  try {
    await bringUpToDate(db, dataDir, isNew, now)
  } catch (error) {
    await db.destroy()
    throw error
  }
  return { db, reader: openDb(file, { isReadOnly: true }) }
}

/** Closes both. Kysely leaves a connection open that no query has used, and its files with it. */
export async function closeDatabases({ db, reader }: Databases): Promise<void> {
  for (const one of [reader, db]) {
    await one.destroy()
    connectionOf(one).close()
  }
}

/** Names of the core's migrations that this database still lacks. */
export async function pendingCoreMigrations(db: Db): Promise<string[]> {
  return pendingMigrations(db, 'core', migrations)
}

async function bringUpToDate(db: Db, dataDir: string, isNew: boolean, now: Date): Promise<void> {
  if (isNew) return void (await migrate(db, 'core', migrations))
  await refuseNewer(db)
  const pending = await pendingCoreMigrations(db)
  if (pending.length === 0) return
  await backupBeforeMigration(db, dataDir, now)
  await migrate(db, 'core', migrations)
}

/** For a second program beside the server: it must expect the very shape that is there. */
export async function refuseOtherVersion(db: Db): Promise<void> {
  await refuseNewer(db)
  if ((await pendingCoreMigrations(db)).length === 0) return
  throw new UnusableData('The running server is older than this program. Restart it first.')
}

/** Names of migrations that only a newer Sapa knows. */
export async function unknownCoreMigrations(db: Db): Promise<string[]> {
  return (await ranMigrations(db)).filter(name => !(name in migrations))
}

async function refuseNewer(db: Db): Promise<void> {
  const unknown = await unknownCoreMigrations(db)
  if (unknown.length === 0) return
  throw new UnusableData(
    `The database was used by a newer Sapa (${unknown.join(', ')}). Start that version, or restore a backup.`
  )
}

/** Names of the core's migrations that have run. */
export async function ranMigrations(db: Db): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(table => table.name === 'migration_core')) return []
  const ledger = db.withTables<{ migration_core: { name: string } }>()
  const rows = await ledger.selectFrom('migration_core').select('name').execute()
  return rows.map(row => row.name)
}
