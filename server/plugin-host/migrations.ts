import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { sql, type Migration } from 'kysely'
import { migrate } from '../db/migrate.ts'
import type { Db } from '../db/schema.ts'
import { listForeignTables } from './install/own-tables.ts'
import { within } from '../jobs/within.ts'
import { runAs } from './attribution.ts'
import type { Found } from './scan.ts'
import { ownTables, type OwnTables } from './table-guard.ts'
import { isOwnTable } from './table-owner.ts'

/**
 * Brings the tables of a plugin up to date. Migrations that only a newer version knows count as done:
 * after a rollback the old code finds the tables of the new one.
 */
export async function migratePlugin(
  db: Db,
  { id, source }: Found,
  limitMs: number = migrationMs
): Promise<void> {
  const plugins = (await db.selectFrom('plugin').select('id').execute()).map(row => row.id)
  const guarded = (trx: Db) => ownTables(trx, id, () => plugins)
  const known = await loadMigrations(source.migrations(id), id, limitMs, guarded)
  const ran = await ranMigrations(db, id)
  await refuseForeignTables(db, id)
  const foreign = ran.map(name => [name, nothing] as const)
  await migrate(db, id, { ...Object.fromEntries(foreign), ...known })
}

/** Everybody waits for the only connection meanwhile. */
const migrationMs = 60_000

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
async function loadMigrations(
  folder: string,
  id: string,
  limitMs: number,
  guarded: (trx: Db) => OwnTables
): Promise<Record<string, Migration>> {
  const files = existsSync(folder) ? readdirSync(folder) : []
  const migrations: Record<string, Migration> = {}
  for (const file of files.filter(name => /^\d{4}-[\w-]+\.[jt]s$/.test(name)).toSorted()) {
    const url = pathToFileURL(join(folder, file)).href
    const name = file.replace(/\.[jt]s$/, '')
    const run = <T>(work: () => Promise<T>) => inTime(`The migration ${name}`, limitMs, id, work)
    const { up } = await run(async () => (await import(url)) as Migration)
    if (typeof up !== 'function') throw new Error(`The migration ${name} has no function up`)
    migrations[name] = {
      up: async db => {
        await run(async () => up(guarded(db as Db)))
        await refuseHolding(db as Db, id)
      }
    }
  }
  return migrations
}

/** A row that holds on to a customer would keep Sapa from erasing them. */
async function refuseHolding(db: Db, id: string): Promise<void> {
  const { rows } = await sql<{ name: string; target: string }>`
    select list.name, key."table" as target
    from pragma_table_list list, pragma_foreign_key_list(list.name) key
    where list.schema = 'main' and list.type = 'table'
      and key.on_delete not in ('CASCADE', 'SET NULL')`.execute(db)
  const holding = rows.find(
    ({ name, target }) => isOwnTable(name, id, []) && !isOwnTable(target, id, [])
  )
  if (!holding) return
  const { name, target } = holding
  throw new Error(`${name} refers to ${target}: say on delete cascade or on delete set null`)
}

async function inTime<T>(what: string, ms: number, id: string, work: () => Promise<T>): Promise<T> {
  const answer = runAs(id, 'migration', work)
  if (await within(answer, ms)) return answer
  throw new Error(`${what} took longer than ${ms} ms`)
}
