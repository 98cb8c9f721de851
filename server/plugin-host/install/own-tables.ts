import { sql } from 'kysely'
import type { Db } from '../../db/schema.ts'

/** A table, index, trigger or view as the database remembers it. */
export interface SchemaPart {
  type: 'table' | 'index' | 'trigger' | 'view'
  name: string
  sql: string
}

export interface OwnTable {
  name: string
  isVirtual: boolean
  sql: string
}

const prefixOf = (id: string) => `${id.replaceAll('-', '_')}_`

/** Kysely's record of the migrations that have run. */
export const ledgerOf = (id: string) =>
  ['migration', 'migration_lock'].map(name => `${name}_${id.replaceAll('-', '_')}`)

/** The tables of a plugin in the order of their making, without the ledger. */
export async function listOwnTables(db: Db, id: string): Promise<OwnTable[]> {
  const others = await longerPrefixes(db, id)
  const { rows } = await sql<{ name: string; type: string; sql: string }>`
    select list.name, list.type, master.sql
    from pragma_table_list list join sqlite_master master
      on master.name = list.name and master.type = 'table'
    where list.schema = 'main' and list.type in ('table', 'virtual')
    order by master.rowid`.execute(db)
  return rows
    .filter(({ name }) => isOwn(name, id, others))
    .map(({ name, type, ...row }) => ({ name, isVirtual: type === 'virtual', sql: row.sql }))
}

/** Indexes, triggers and views on the tables of a plugin. */
export async function listOwnParts(db: Db, id: string): Promise<SchemaPart[]> {
  const others = await longerPrefixes(db, id)
  const { rows } = await sql<SchemaPart & { tbl_name: string }>`
    select type, name, tbl_name, sql from sqlite_master
    where type in ('index', 'trigger', 'view') and sql is not null
    order by rowid`.execute(db)
  return rows
    .filter(row => isOwn(row.tbl_name, id, others))
    .map(({ type, name, sql: text }) => ({ type, name, sql: text }))
}

function isOwn(table: string, id: string, others: string[]): boolean {
  const name = table.toLowerCase()
  return name.startsWith(prefixOf(id)) && !others.some(prefix => name.startsWith(prefix))
}

/** Tables of `poin-plus` begin like those of `poin`, but are not its. */
async function longerPrefixes(db: Db, id: string): Promise<string[]> {
  const rows = await db.selectFrom('plugin').select('id').execute()
  const own = prefixOf(id)
  return rows.map(row => prefixOf(row.id)).filter(other => other !== own && other.startsWith(own))
}
