import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { sql, type Migration } from 'kysely'
import { migrate } from '../db/migrate.ts'
import type { Db } from '../db/schema.ts'
import { listForeignTables } from './install/own-tables.ts'
import type { Found } from './scan.ts'

/**
 * Brings the tables of a plugin up to date. Migrations that only a newer version knows count as done:
 * after a rollback the old code finds the tables of the new one.
 */
export async function migratePlugin(db: Db, { id, source }: Found): Promise<void> {
  const known = await loadMigrations(source.migrations(id))
  const ran = await ranMigrations(db, id)
  await refuseForeignTables(db, id)
  const foreign = ran.map(name => [name, nothing] as const)
  await migrate(db, id, { ...Object.fromEntries(foreign), ...known })
}

const nothing: Migration = { up: async () => {} }

/**
 * Before its first start a plugin has no tables. What lies there under its name was made by another,
 * such as `poin_plus_…` by `poin` before `poin-plus` came; it would be removed with the wrong one.
 */
async function refuseForeignTables(db: Db, id: string): Promise<void> {
  const names = (await listForeignTables(db, id)).map(table => table.name)
  if (names.length === 0) return
  throw new Error(`Another plugin has made tables with the name of this one: ${names.join(', ')}`)
}

async function ranMigrations(db: Db, id: string): Promise<string[]> {
  const ledger = `migration_${id.replaceAll('-', '_')}`
  const { rows: tables } = await sql`
    select 1 from sqlite_master where type = 'table' and name = ${ledger}`.execute(db)
  if (tables.length === 0) return []
  const { rows } = await sql<{ name: string }>`select name from ${sql.id(ledger)}`.execute(db)
  return rows.map(row => row.name)
}

/** The migrations of a folder, by name. */
async function loadMigrations(folder: string): Promise<Record<string, Migration>> {
  const files = existsSync(folder) ? readdirSync(folder) : []
  const migrations: Record<string, Migration> = {}
  for (const file of files.filter(name => /^\d{4}-[\w-]+\.[jt]s$/.test(name)).toSorted()) {
    const url = pathToFileURL(join(folder, file)).href
    migrations[file.replace(/\.[jt]s$/, '')] = (await import(url)) as Migration
  }
  return migrations
}
