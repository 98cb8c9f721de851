import { sql } from 'kysely'
import t from 'tap'
import type { OwnTables } from '../../server/plugin-host/table-guard.ts'
import { hostileWorld } from '../support/hostile-world.ts'
import { fileMs } from '../support/patience.ts'
import { pluginWorld } from '../support/plugin-world.ts'

t.setTimeout(fileMs)

t.test('who holds on to its start, its migration or its end holds up nobody', async t => {
  const { plugins, drop, db } = await pluginWorld(t, { setupMs: 1_500 })
  const never = 'await new Promise(() => {})'
  drop('impor', '', { files: { 'index.js': `${never}; export default { setup() {} }` } })
  drop('migrasi', '', {
    files: {
      'migrations/0001-a.js': `export async function up(db) {
        await db.schema.createTable('migrasi_a').addColumn('a', 'text').execute(); ${never} }`
    }
  })
  drop('bentuk', '', { files: { 'migrations/0001-a.js': 'export const up = 7' } })
  drop('inti', '', {
    files: {
      'migrations/0001-a.js': `export async function up(db) {
        await db.schema.createTable('inti_a').addColumn('a', 'text').execute()
        await db.deleteFrom('message').execute() }`
    }
  })
  const holding = (more: string) => ({
    'migrations/0001-a.js': `export const up = db => db.schema.createTable('genggam_a')
      .addColumn('customer', 'integer', column => column.references('customer.id')${more}).execute()`
  })
  drop('genggam', '', { files: holding('') })
  t.match(await plugins.activate('genggam'), {
    reason: 'genggam_a refers to customer: say on delete cascade or on delete set null'
  })
  drop('genggam', '', { files: holding(".onDelete('cascade')") })
  drop('melekat', `for (let n = 0; n < 40; n++) sapa.own(() => new Promise(() => {}))`)
  drop('tetangga', `seen.push('tetangga')`)

  t.match(await plugins.activate('impor'), { state: 'broken', reason: /import took longer/ })
  t.match(await plugins.activate('migrasi'), {
    ...{ state: 'broken', reason: 'The migration 0001-a took longer than 1500 ms' }
  })
  t.match(await plugins.activate('bentuk'), { state: 'broken', reason: /has no function up/ })
  t.match(await plugins.activate('inti'), { reason: /inti may only use tables inti_…/ })
  const { rows } = await sql`select name from sqlite_master where name in ('migrasi_a', 'inti_a')`
    .execute(db)
    .catch(() => ({ rows: [null] }))
  t.same(rows, [], 'what was half done is undone, and the database answers')

  await plugins.activate('melekat')
  const start = performance.now()
  t.match(await plugins.deactivate('melekat'), { state: 'installed' })
  t.ok(performance.now() - start < 60_000, 'all of its ends together have ten seconds')
  t.match(await plugins.activate('tetangga'), { state: 'active' })
  t.same(seen, ['tetangga'])
})

t.test('a transaction that does not end is undone, and what comes late is refused', async t => {
  const world = await hostileWorld(t)
  await world.add(
    'gantung',
    `await sapa.db.schema.createTable('gantung_a').addColumn('a', 'text').execute()
     globalThis.hold = () => sapa.db.transaction().execute(async trx => {
       globalThis.late = () => trx.insertInto('gantung_a').values({ a: 'terlambat' }).execute()
       await trx.insertInto('gantung_a').values({ a: 'batal' }).execute()
       await new Promise(() => {})
     })`
  )
  const { hold } = globalThis as unknown as { hold(): Promise<void> }

  await t.rejects(hold(), /took longer than 5000 ms and was undone/)

  const { late } = globalThis as unknown as { late(): Promise<void> }
  await t.rejects(late, /The transaction is over/)
  const { rows } = await sql`select * from gantung_a`.execute(world.db)
  t.same(rows, [])
  await world.stands('gantung', 'active')
})

t.test('no spelling of a query leads to a table of Sapa', async t => {
  const { plugins, drop, db } = await pluginWorld(t)
  drop('poin', 'globalThis.tables = sapa.db')
  await plugins.activate('poin')
  const { tables } = globalThis as unknown as { tables: OwnTables }
  await sql`create table if not exists poin_a (id integer primary key, agent text)`.execute(tables)
  const refused = [
    'select * from agent',
    'select * from/**/agent',
    'select * from -- a\n agent',
    'select * from(agent)',
    'select * from "agent"',
    "select * from 'agent'",
    'select * from [agent]',
    'select * from `agent`',
    'select * from main.agent',
    'select * from poin_a, agent',
    'select * from poin_a a join poin_a b on a.id = b.id, agent',
    'select * from poin_a as agent, agent as poin_b',
    'select (select email from agent) from poin_a',
    'with x as (select * from agent) select * from x',
    'with x as (select 1), y as (select * from agent) select * from y',
    'select * from sqlite_master',
    "select * from pragma_table_info('agent')",
    'insert into agent (id) values (1)',
    'insert or replace into agent (id) values (1)',
    'replace into agent (id) values (1)',
    'update agent set role = 1',
    'update or ignore agent set role = 1',
    'delete from agent',
    'drop table if exists agent',
    'alter table agent rename to poin_x',
    'create view poin_v as select * from agent',
    'create table poin_b as select * from agent',
    'create index poin_i on agent (email)',
    'create trigger poin_t after insert on message begin select 1; end',
    'create trigger poin_t after insert on poin_a begin delete from message; end',
    'drop trigger message_search_insert',
    'drop index message_remote',
    'drop view report',
    'explain select * from agent',
    "create virtual table poin_v using fts5(text, content='message', content_rowid='id')",
    'create virtual table poin_v using fts5(text, content=message)',
    "create virtual table poin_v using fts5(text, con='message')",
    'create virtual table poin_v using fts5(text, C = "message")',
    'create virtual table poin_v using fts4(content="message", text)',
    "create virtual table poin_v using fts5vocab('message_search', 'row')",
    'create virtual table poin_v using fts5vocab(main, message_search, instance)',
    'create virtual table if not exists poin_v using "fts4aux"(message_search)',
    'create virtual table poin_v using dbstat'
  ]
  for (const query of refused) {
    await t.rejects(sql.raw(query).execute(tables), /may only use tables/, query)
  }
  const orders = ['pragma foreign_keys = off', "attach 'x.db' as x", 'begin', 'commit', 'vacuum']
  for (const order of [...orders, '/* a */ rollback', "select load_extension('x')"]) {
    await t.rejects(sql.raw(order).execute(tables), /how the database works/, order)
  }
  await t.rejects(sql`select * from ${sql.id('agent')}`.execute(tables), /may only use/)
  await t.rejects(sql`select * from ${sql.raw('agent')}`.execute(tables), /may only use/)
  await t.rejects(sql`select * from ${sql.table('agent')}`.execute(tables), /may only use/)
  const doors = ['withoutPlugins', 'withSchema', 'connection', 'startTransaction', 'executeQuery']
  for (const door of doors as ['connection']) {
    const open = tables[door] as unknown as (schema: string) => Promise<unknown>
    await t.rejects(open.call(tables, 'main'), /belongs to Sapa/, door)
  }
  const allowed = [
    'create table poin_c (id integer primary key, customer integer references customer (id) on delete cascade on update cascade)',
    'create index poin_j on poin_a (agent)',
    "insert into poin_a (id, agent) values (1, 'from agent') on conflict (id) do update set agent = excluded.agent",
    'with banyak (n) as (select count(*) from poin_a) select n from banyak',
    'with recursive n (i) as (select 1 union all select i + 1 from n where i < 3) select i from n, poin_a',
    'select agent, message.id from poin_a as message where agent is not distinct from id',
    'update poin_a set agent = (select count(*) from poin_c), id = 1 where id = 1',
    'create trigger poin_t after update of agent on poin_a begin delete from poin_c; end',
    'drop trigger poin_t',
    "create virtual table poin_f using fts5(agent, content='poin_a')",
    "create virtual table poin_g using fts5(agent, content='')",
    'create virtual table poin_h using fts5(content, agent)'
  ]
  for (const query of allowed) await sql.raw(query).execute(tables)
  t.same((await sql`select count(*) as n from agent`.execute(db)).rows, [{ n: 0 }])
})

t.test('a channel or a form in a wrong shape is told at its start', async t => {
  const world = await hostileWorld(t)
  const label = `label: { en: 'A', id: 'A' }`
  const rest = 'capabilities: () => ({}), parse: () => [], open: async () => ({})'
  const wrong: [string, string, object, RegExp][] = [
    ['tanpa-nama', `{ type: 'tanpa-nama', ${rest} }`, {}, /label needs en and id/],
    ['gambar', `{ type: 'gambar', ${label}, icon: {}, ${rest} }`, {}, /icon is a text/],
    ['buta', `{ type: 'buta', ${label}, ${rest}, parse: 7 }`, {}, /parse must be a function/],
    ['isian', `{ type: 'isian', ${label}, ${rest}, settings: { a: null } }`, {}, /field a has no/],
    ['formulir', '', { a: { type: 'text' } }, /the field a needs a label/],
    ['pola', '', { a: { type: 'text', label: { en: 'A', id: 'A' }, pattern: '(' } }, /pattern/]
  ]
  for (const [id, channel, settings, reason] of wrong) {
    const provides = channel ? [`channel:${id}`] : []
    const code = channel ? `sapa.channel(${channel})` : ''
    await world.enter(id, code, { settings, manifest: { provides } })
    t.match(await world.sapa.plugins.find(id), { state: 'broken', reason })
  }
  await world.stands('tanpa-nama', 'broken', /label needs en and id/)
})

t.test('a channel that says nothing without its settings leaves its chats readable', async t => {
  const world = await hostileWorld(t)
  const channel = `{ type: 'pemalu', label: { en: 'Shy', id: 'Pemalu' }, icon: 'mail', settings: {},
    capabilities: ({ host }) => ({ hasSubject: host.length > 0 }), parse: () => [], open: async () => ({}) }`
  await world.enter('pemalu', `sapa.channel(${channel})`, {
    manifest: { provides: ['channel:pemalu'] }
  })
  t.match(await world.sapa.plugins.find('pemalu'), { state: 'active' })
  const { id, conversation_id: conversation, text } = world.first
  const of = { channel: 'pemalu', subject: '' }
  await world.db.updateTable('conversation').set(of).where('id', '=', conversation).execute()
  await world.db.updateTable('message').set(of).where('id', '=', id).execute()

  t.match(await world.get(`/conversations/${conversation}`), { status: 200, body: text })
})
