import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../../db/schema.ts'
import {
  ledgerOf,
  listOwnParts,
  listOwnTables,
  type OwnTable,
  type SchemaPart
} from './own-tables.ts'

/** How to put a plugin's tables back; the rows lie in tables of ours. */
export interface TableCopy {
  tables: (OwnTable & { copy: string; columns: string[]; lastId: number | null })[]
  parts: SchemaPart[]
}

/** Copies the tables, the ledger and the values of a plugin. In a transaction. */
export async function copyTables(trx: Db, id: string): Promise<TableCopy> {
  await dropCopies(trx, id)
  const tables: TableCopy['tables'] = []
  for (const table of await tablesAndLedger(trx, id)) {
    const copy = copyName(id, tables.length)
    const columns = await columnsOf(trx, table)
    await run(
      trx,
      sql`create table ${sql.id(copy)} as
      select ${list(columns)} from ${sql.id(table.name)}`
    )
    tables.push({ ...table, copy, columns, lastId: await lastIdOf(trx, table.name) })
  }
  await run(
    trx,
    sql`create table ${sql.id(copyName(id, 'values'))} as
    select * from plugin_value where plugin_id = ${sql.lit(id)}`
  )
  return { tables, parts: await listOwnParts(trx, id) }
}

/** Makes everything as it was when it was copied. In a transaction. */
export async function restoreTables(trx: Db, id: string, copy: TableCopy): Promise<void> {
  await run(trx, sql`pragma defer_foreign_keys = on`)
  await dropOwnTables(trx, id)
  for (const table of copy.tables) {
    await run(trx, sql.raw(table.sql))
    await run(
      trx,
      sql`insert into ${sql.id(table.name)} (${list(table.columns)})
      select ${list(table.columns)} from ${sql.id(table.copy)}`
    )
    if (table.lastId !== null) {
      await run(
        trx,
        sql`update sqlite_sequence set seq = ${table.lastId} where name = ${table.name}`
      )
    }
  }
  for (const part of copy.parts) await run(trx, sql.raw(part.sql))
  for (const table of copy.tables) await removeOrphans(trx, table.name)
  await trx.deleteFrom('plugin_value').where('plugin_id', '=', id).execute()
  await run(trx, sql`insert into plugin_value select * from ${sql.id(copyName(id, 'values'))}`)
  await dropCopies(trx, id)
}

/** Forgets a copy. In a transaction. */
export async function dropCopies(trx: Db, id: string): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select name from sqlite_master where type = 'table'`.execute(trx)
  const prefix = copyName(id, '')
  for (const { name } of rows.filter(row => row.name.startsWith(prefix))) {
    await run(trx, sql`drop table ${sql.id(name)}`)
  }
}

/** Drops the tables and the ledger of a plugin. In a transaction. */
export async function dropOwnTables(trx: Db, id: string): Promise<void> {
  const views = (await listOwnParts(trx, id)).filter(({ type }) => type === 'view')
  for (const { name } of views) await run(trx, sql`drop view ${sql.id(name)}`)
  // Children before their parents.
  for (const { name } of (await tablesAndLedger(trx, id)).toReversed()) {
    await run(trx, sql`drop table ${sql.id(name)}`)
  }
}

async function tablesAndLedger(trx: Db, id: string): Promise<OwnTable[]> {
  const ledger = ledgerOf(id)
  const { rows } = await sql<{ name: string; sql: string }>`
    select name, sql from sqlite_master where type = 'table'`.execute(trx)
  const found = rows.filter(({ name }) => ledger.includes(name))
  return [
    ...(await listOwnTables(trx, id)),
    ...found.map(table => ({ ...table, isVirtual: false }))
  ]
}

/** `#` stands in no plugin's id and in no table's name. */
const copyName = (id: string, part: number | string) => `sapa_copy_${id}#${part}`

/** A virtual table is filled by its rowid, or what points to it would point elsewhere. */
async function columnsOf(trx: Db, { name, isVirtual }: OwnTable): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from pragma_table_xinfo(${name}) where hidden = 0`.execute(trx)
  return [...(isVirtual ? ['rowid'] : []), ...rows.map(row => row.name)]
}

async function lastIdOf(trx: Db, name: string): Promise<number | null> {
  const { rows: known } = await sql`
    select 1 from sqlite_master where name = 'sqlite_sequence'`.execute(trx)
  if (known.length === 0) return null
  const { rows } = await sql<{ seq: number }>`
    select seq from sqlite_sequence where name = ${name}`.execute(trx)
  return rows[0]?.seq ?? null
}

/** Rows of customers that were erased while the update ran. */
async function removeOrphans(trx: Db, name: string): Promise<void> {
  const { rows } = await sql<{ rowid: number | null }>`
    select distinct "rowid" from pragma_foreign_key_check(${name})`.execute(trx)
  const ids = rows.flatMap(({ rowid }) => (rowid === null ? [] : [rowid]))
  for (const rowid of ids) {
    await run(trx, sql`delete from ${sql.id(name)} where rowid = ${rowid}`)
  }
}

const list = (columns: string[]) => sql.join(columns.map(column => sql.id(column)))

async function run(trx: Db, statement: RawBuilder<unknown>): Promise<void> {
  await statement.execute(trx)
}
