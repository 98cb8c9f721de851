import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import t from 'tap'
import { cardWorld as setup, first, storedState } from '../support/card-world.ts'
import { dropPlugin } from '../support/plugin.ts'

t.test('an update keeps settings and tables', async t => {
  const { plugins, offer, db } = await setup(t)
  await db
    .updateTable('plugin')
    .set({ settings: '{"nama":"Sari"}' })
    .where('id', '=', 'poin')
    .execute()
  offer('1.1.0', '', {
    ...first,
    '0002-level.js': `export const up = db => db.schema.alterTable('poin_kartu').addColumn('level', 'text').execute()`
  })

  t.match(await plugins.update('poin'), {
    version: '1.1.0',
    state: 'active',
    updateError: null,
    previous: '1.0.0'
  })

  t.same(seen, ['-1.0.0', '1.1.0'])
  const { rows } = await sql`select nama, level from poin_kartu order by id`.execute(db)
  t.same(rows, [
    { nama: 'Sari', level: null },
    { nama: 'Budi', level: null }
  ])
  const row = await db
    .selectFrom('plugin')
    .selectAll()
    .where('id', '=', 'poin')
    .executeTakeFirstOrThrow()
  t.equal(row.settings, '{"nama":"Sari"}')
  const after = await storedState(db)
  t.same(after.journal, [])
  t.notMatch(JSON.stringify(after.rows), /sapa_copy/)
  await t.rejects(plugins.update('poin'), { code: 'no_update' })
  await t.rejects(plugins.update('email'), { code: 'plugin_bundled' })
  await t.rejects(plugins.update('tidak-ada'), { code: 'not_found' })
})

const failures: [string, string, object, RegExp, object?][] = [
  ['its setup throws', `throw new Error('belum siap')`, first, /belum siap/],
  ['its code cannot be read', '}', first, /Unexpected/],
  ['it is for another Sapa', '', first, /Made for plugin API/, { api: '^9.0' }],
  [
    'its migration fails half-way',
    '',
    {
      ...first,
      '0002-ubah.js': `export async function up(db) {
        await db.schema.alterTable('poin_saldo').addColumn('level', 'text').execute()
        await db.deleteFrom('poin_saldo').execute()
        throw new Error('macet di tengah')
      }`
    },
    /macet di tengah/
  ],
  [
    'its setup fails after its migrations have changed everything',
    `await sapa.values.set('k', 'lain'); throw new Error('kunci salah')`,
    {
      ...first,
      '0002-ubah.js': `export async function up(db) {
        await db.schema.dropTable('poin_saldo').execute()
        await db.schema.alterTable('poin_kartu').renameColumn('nama', 'judul').execute()
        await db.deleteFrom('poin_kartu').execute()
        await db.schema.createTable('poin_baru').addColumn('a', 'text').execute()
      }`
    },
    /kunci salah/
  ]
]
for (const [sentence, code, migrations, reason, more] of failures) {
  t.test(`the old version goes on when ${sentence}`, async t => {
    const { plugins, offer, db } = await setup(t)
    const before = await storedState(db)
    offer('2.0.0', code, migrations, more)

    const plugin = await plugins.update('poin')

    t.match(plugin, { version: '1.0.0', state: 'active', isActive: true, updateError: reason })
    t.match(plugin.offer, { version: '2.0.0' }, 'it can be tried again')
    t.same(await storedState(db), before)
    t.equal(seen.at(-1), '1.0.0')
    await sql`insert into poin_kartu (nama) values ('Tono')`.execute(db)
    const { rows } = await sql<{ id: number }>`select max(id) as id from poin_kartu`.execute(db)
    t.same(rows, [{ id: 3 }], 'numbers go on where they were')
  })
}

t.test('new scopes need a yes; fewer do not', async t => {
  const { plugins, offer } = await setup(t)
  offer('1.1.0', '', first, { scopes: ['net:*', 'customers:read'] })

  await t.rejects(plugins.update('poin'), {
    code: 'consent_needed',
    scopes: ['net:*', 'customers:read']
  })
  await t.rejects(plugins.update('poin', { acceptedScopes: ['net:*'] }), {
    code: 'consent_needed',
    values: { scopes: 'customers:read' }
  })
  t.same(seen, [])
  t.match(await plugins.update('poin', { acceptedScopes: ['net:*', 'customers:read'] }), {
    version: '1.1.0'
  })
  offer('1.2.0', '', first, { scopes: ['net:*'] })
  t.match(await plugins.update('poin'), { version: '1.2.0' })
})

t.test('back to the version before, also when the newer one has changed the tables', async t => {
  const { plugins, offer, db, folder } = await setup(t)
  const migrations = {
    ...first,
    '0002-level.js': `export const up = db => db.schema.alterTable('poin_kartu').addColumn('level', 'text').execute()`
  }
  offer('1.1.0', '', migrations)
  await plugins.update('poin')

  t.match(await plugins.rollback('poin'), {
    version: '1.0.0',
    state: 'active',
    offer: { version: '1.1.0' }
  })

  const { rows } = await sql`select nama, level from poin_kartu where id = 1`.execute(db)
  t.same(rows, [{ nama: 'Sari', level: null }])
  await t.rejects(plugins.rollback('poin'), { code: 'no_previous' })
  await plugins.stop()
  await plugins.start()
  t.match(await plugins.find('poin'), { version: '1.0.0', state: 'active' })
  t.match(await plugins.update('poin'), { version: '1.1.0', state: 'active' })
  for (const minor of [2, 3, 4]) {
    offer(`1.${minor}.0`, '', migrations)
    await plugins.update('poin')
  }
  t.same(
    readdirSync(join(folder, 'plugins/.versions/poin')).map(name => name.split('-')[0]),
    ['1.2.0', '1.3.0', '1.4.0'],
    'three versions stay'
  )
})

t.test('those that need it wait through an update and go on', async t => {
  const { plugins, offer, folder } = await setup(t)
  const needs = (range: string) => ({ manifest: { requires: { plugins: { poin: range } } } })
  dropPlugin(
    folder,
    'laporan',
    `seen.push('laporan'); sapa.own(() => seen.push('-laporan'))`,
    needs('^1.0')
  )
  await plugins.activate('laporan')
  globalThis.seen = []
  offer('1.1.0', '')

  await plugins.update('poin')

  t.same(seen, ['-laporan', '-1.0.0', '1.1.0', 'laporan'])
  offer('2.0.0', '')
  await plugins.update('poin')
  t.match(await plugins.find('laporan'), {
    isActive: true,
    state: 'waiting',
    reason: /Needs poin \^1\.0, but it is 2\.0\.0/
  })
  await plugins.rollback('poin')
  t.match(await plugins.find('laporan'), { state: 'active' })
})

t.test('searches, views, triggers and reckoned columns come back too', async t => {
  const { plugins, offer, db } = await setup(t)
  for (const statement of [
    'create virtual table poin_cari using fts5 (nama)',
    `insert into poin_cari (rowid, nama) values (7, 'Sari Dewi')`,
    'create table poin_hitung (a integer, b integer as (a * 2) stored)',
    'insert into poin_hitung (a) values (21)',
    'create view poin_semua as select nama from poin_kartu',
    `create trigger poin_catat after insert on poin_kartu begin
      insert into poin_cari (rowid, nama) values (new.id + 100, new.nama); end`
  ]) {
    await sql.raw(statement).execute(db)
  }
  offer('2.0.0', `throw new Error('belum siap')`, {
    ...first,
    '0002-bersih.js': `export async function up(db) {
      await db.schema.dropView('poin_semua').execute()
      for (const name of ['poin_cari', 'poin_hitung']) await db.schema.dropTable(name).execute()
    }`
  })

  t.match(await plugins.update('poin'), { version: '1.0.0', updateError: 'belum siap' })

  await sql`insert into poin_kartu (nama) values ('Sari Ayu')`.execute(db)
  const { rows } = await sql`
    select rowid, nama from poin_cari where poin_cari match 'sari' order by rowid`.execute(db)
  t.same(rows, [
    { rowid: 7, nama: 'Sari Dewi' },
    { rowid: 103, nama: 'Sari Ayu' }
  ])
  t.same((await sql`select * from poin_hitung`.execute(db)).rows, [{ a: 21, b: 42 }])
  t.equal((await sql`select * from poin_semua`.execute(db)).rows.length, 3)
  await plugins.uninstall('poin', 'delete')
  t.same((await sql`select name from sqlite_master where name like 'poin%'`.execute(db)).rows, [])
})

t.test('an update that cannot even be prepared leaves the old version running', async t => {
  const { plugins, offer, db } = await setup(t)
  offer('1.1.0', '')
  await sql
    .raw(`create trigger tolak before insert on plugin_update begin
    select raise(abort, 'disk penuh'); end`)
    .execute(db)

  const plugin = await plugins.update('poin')

  t.match(plugin, { version: '1.0.0', state: 'active', updateError: /disk penuh/ })
  t.same(seen, ['-1.0.0', '1.0.0'])
})
