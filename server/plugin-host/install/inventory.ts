import { sql } from 'kysely'
import type { Db } from '../../db/schema.ts'
import { listOwnTables } from './own-tables.ts'
import { versionsFolder } from './place.ts'
import { listFiles } from './walk.ts'

/** What a plugin has stored, counted: what an uninstall would delete or keep. */
export interface Inventory {
  tables: { name: string; rows: number }[]
  /** Fields of its form that have a value, secrets included. */
  settings: number
  values: number
  jobs: number
  /** Its code, all kept versions together. */
  files: number
  bytes: number
}

export async function takeInventory(db: Db, dataDir: string, id: string): Promise<Inventory> {
  const tables: Inventory['tables'] = []
  for (const { name } of await listOwnTables(db, id)) {
    tables.push({ name, rows: await countRows(db, name) })
  }
  const row = await db
    .selectFrom('plugin')
    .select(['settings', 'secrets'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const files = await listFiles(versionsFolder(dataDir, id)).catch(() => [])
  return {
    tables,
    settings: fieldsIn(row.settings) + fieldsIn(row.secrets),
    values: await count(db, 'plugin_value', 'plugin_id', id),
    jobs: await count(db, 'job', 'owner', id),
    files: files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0)
  }
}

const fieldsIn = (json: string) => Object.keys(JSON.parse(json) as object).length

async function countRows(db: Db, table: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from ${sql.id(table)}`.execute(db)
  return rows[0]?.count ?? 0
}

async function count(db: Db, table: string, column: string, id: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from ${sql.id(table)} where ${sql.id(column)} = ${id}`.execute(db)
  return rows[0]?.count ?? 0
}
