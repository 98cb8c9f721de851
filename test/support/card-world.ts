import { sql } from 'kysely'
import type { Test } from 'tap'
import type { Db } from '../../server/db/schema.ts'
import { make } from './factory.ts'
import { dropPlugin } from './plugin.ts'
import { pluginWorld } from './plugin-world.ts'

export const first = {
  '0001-saldo.js': `export async function up(db) {
    await db.schema.createTable('poin_kartu')
      .addColumn('id', 'integer', col => col.primaryKey().autoIncrement())
      .addColumn('customer_id', 'integer', col => col.references('customer.id').onDelete('cascade'))
      .addColumn('nama', 'text').execute()
    await db.schema.createTable('poin_saldo')
      .addColumn('kartu_id', 'integer', col => col.references('poin_kartu.id'))
      .addColumn('poin', 'integer').execute()
    await db.schema.createIndex('poin_nama').on('poin_kartu').column('nama').execute()
  }`
}

/** The plugin `poin` 1.0.0 runs and has rows; `offer` drops another version of it. */
export async function cardWorld(t: Test) {
  const world = await pluginWorld(t)
  const { folder, plugins, db } = world
  const drop = (version: string, code: string, migrations: object = first, more: object = {}) =>
    dropPlugin(
      folder,
      'poin',
      `seen.push('${version}'); sapa.own(() => seen.push('-${version}')); ${code}`,
      {
        manifest: { version, ...more },
        files: Object.fromEntries(
          Object.entries(migrations).map(([name, text]) => [`migrations/${name}`, text as string])
        )
      }
    )
  drop('1.0.0', '')
  await plugins.start()
  await plugins.activate('poin')
  const customer = await make.customer(db, {})
  await sql`insert into poin_kartu (customer_id, nama) values (${customer.id}, 'Sari'), (null, 'Budi')`.execute(
    db
  )
  await sql`insert into poin_saldo values (1, 70), (2, 5)`.execute(db)
  await sql`delete from poin_kartu where nama = 'Tak ada'`.execute(db)
  await db
    .insertInto('plugin_value')
    .values({ plugin_id: 'poin', key: 'k', value: 'v', expires_at: null })
    .execute()
  globalThis.seen = []
  return { ...world, offer: drop, drop, customer }
}

/** Everything that the plugin has in the database. */
export async function storedState(db: Db) {
  const { rows } = await sql<{ name: string; sql: string }>`
    select name, sql from sqlite_master
    where (tbl_name like 'poin%' or tbl_name like 'migration%poin' or name like 'sapa_copy%') order by name`.execute(
    db
  )
  const content: unknown[] = []
  for (const { name } of rows.filter(
    row => row.sql?.startsWith('CREATE TABLE') || row.sql?.startsWith('create table')
  )) {
    content.push([name, (await sql`select * from ${sql.id(name)}`.execute(db)).rows])
  }
  const values = await db.selectFrom('plugin_value').selectAll().execute()
  return {
    rows,
    content,
    values,
    journal: await db.selectFrom('plugin_update').selectAll().execute()
  }
}
