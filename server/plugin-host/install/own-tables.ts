import { sql } from 'kysely'
import type { Db } from '../../db/schema.ts'
import { isOwnTable } from '../table-owner.ts'

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

/** Kysely's record of the migrations that have run. */
export const ledgerOf = (id: string) =>
  ['migration', 'migration_lock'].map(name => `${name}_${id.replaceAll('-', '_')}`)

/** The tables of a plugin in the order of their making, without the ledger. None before its first start. */
export async function listOwnTables(db: Db, id: string): Promise<OwnTable[]> {
  const owners = await listOwners(db)
  return owners.includes(id) ? listTables(db, id, owners) : []
}

/** Tables that lie under the name of a plugin that never started: another one has made them. */
export async function listForeignTables(db: Db, id: string): Promise<OwnTable[]> {
  const owners = await listOwners(db)
  return owners.includes(id) ? [] : listTables(db, id, owners)
}

async function listTables(db: Db, id: string, owners: string[]): Promise<OwnTable[]> {
  const { rows } = await sql<{ name: string; type: string; sql: string }>`
    select list.name, list.type, master.sql
    from pragma_table_list list join sqlite_master master
      on master.name = list.name and master.type = 'table'
    where list.schema = 'main' and list.type in ('table', 'virtual')
    order by master.rowid`.execute(db)
  return rows
    .filter(({ name }) => isOwnTable(name, id, owners))
    .map(({ name, type, ...row }) => ({ name, isVirtual: type === 'virtual', sql: row.sql }))
}

/** Indexes, triggers and views on the tables of a plugin. */
export async function listOwnParts(db: Db, id: string): Promise<SchemaPart[]> {
  const owners = await listOwners(db)
  if (!owners.includes(id)) return []
  const { rows } = await sql<SchemaPart & { tbl_name: string }>`
    select type, name, tbl_name, sql from sqlite_master
    where type in ('index', 'trigger', 'view') and sql is not null
    order by rowid`.execute(db)
  return rows
    .filter(row => isOwnTable(row.tbl_name, id, owners))
    .map(({ type, name, sql: text }) => ({ type, name, sql: text }))
}

/** The plugins that have started once: their ledger is the first that they get. */
async function listOwners(db: Db): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select plugin.id from plugin join sqlite_master master
      on master.type = 'table' and master.name = 'migration_' || replace(plugin.id, '-', '_')`.execute(
    db
  )
  return rows.map(row => row.id)
}
