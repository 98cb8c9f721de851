import { sql } from 'kysely'
import t from 'tap'
import type { SapaContext } from '../../server/plugin-api/plugin.ts'
import type { OwnTables } from '../../server/plugin-host/table-guard.ts'
import { now, pluginWorld as setup } from '../support/plugin-world.ts'

t.test('a plugin has tables, values, jobs and texts of its own', async t => {
  const world = await setup(t)
  const migration = `export const up = db =>
    db.schema.createTable('poin_saldo').addColumn('pelanggan', 'text').addColumn('poin', 'integer').execute()`
  world.drop(
    'poin',
    `globalThis.poin = sapa
     sapa.jobs.handle('hitung', async payload => { seen.push(payload) })
     sapa.jobs.every('hitung', '0 * * * *')
     await sapa.db.insertInto('poin_saldo').values({ pelanggan: 'Rina', poin: 5 }).execute()`,
    {
      files: {
        'migrations/0001-saldo.js': migration,
        'locales/en.json': '{ "sisa": "{count, plural, one {# point} other {# points}} left" }',
        'locales/id.json': '{ "sisa": "Sisa {count} poin" }'
      }
    }
  )
  t.match(await world.plugins.activate('poin'), { state: 'active', reason: null })
  const { poin } = globalThis as unknown as {
    poin: SapaContext
  }

  t.same(await poin.db.selectFrom('poin_saldo').selectAll().execute(), [
    { pelanggan: 'Rina', poin: 5 }
  ])
  await poin.values.set('kode', 'ABC', 60_000)
  t.equal(await poin.values.get('kode'), 'ABC')
  world.clock.now = new Date(now.getTime() + 60_001)
  t.equal(await poin.values.get('kode'), null)
  await poin.jobs.add('hitung', { pelanggan: 'Rina' })
  await world.jobs.tick(world.clock.now)
  await world.jobs.tick(new Date('2026-11-20T13:00:00Z'))
  t.same(seen, [{ pelanggan: 'Rina' }, null])
  t.equal(poin.t('id', 'sisa', { count: 3 }), 'Sisa 3 poin')
  t.equal(poin.t('en', 'sisa', { count: 1 }), '1 point left')
  const failure = poin.failure('auth', 'Token ditolak', { code: '401' })
  t.match(failure, { failure: 'auth', message: 'Token ditolak', detail: { code: '401' } })
  await t.rejects(poin.fetch('https://api.example.com/'), { code: 'host_refused' })

  await world.plugins.deactivate('poin')
  t.match(await world.plugins.activate('poin'), { state: 'active' }, 'migrations ran once')
})

t.test('a plugin cannot reach other tables by accident', async t => {
  const { plugins, drop } = await setup(t)
  drop('poin', 'globalThis.tables = sapa.db')
  await plugins.activate('poin')
  const { tables } = globalThis as unknown as {
    tables: OwnTables
  }
  const refusal = /poin may only use tables poin_…/

  await t.rejects(tables.selectFrom('agent').selectAll().execute(), refusal)
  await t.rejects(tables.selectFrom('agent as poin_x').selectAll().execute(), refusal)
  await t.rejects(tables.insertInto('setting').values({ key: 'x', value: 'y' }).execute(), refusal)
  await t.rejects(tables.updateTable('agent').set({ role: 'owner' }).execute(), refusal)
  await t.rejects(tables.deleteFrom('message').execute(), refusal)
  await t.rejects(tables.schema.dropTable('message').execute(), refusal)
  await t.rejects(tables.schema.dropIndex('message_remote').execute(), refusal)
  const joined = tables
    .selectFrom('poin_saldo')
    .innerJoin('agent', 'agent.id', 'poin_saldo.agent')
    .selectAll()
  await t.rejects(joined.execute(), refusal)
  const nested = async () =>
    tables
      .selectFrom('poin_saldo')
      .selectAll()
      .where('pelanggan', 'in', tables.selectFrom('customer').select('id'))
      .execute()
  await t.rejects(nested, refusal)
  await t.rejects(
    tables.transaction().execute(trx => trx.selectFrom('agent').selectAll().execute()),
    refusal
  )
  await t.rejects(tables.destroy(), /belongs to Sapa/)

  await tables.schema.createTable('poin_saldo').addColumn('poin', 'integer').execute()
  const own = tables
    .with('banyak', query => query.selectFrom('poin_saldo').select('poin'))
    .selectFrom('banyak as b')
    .select('b.poin')
  t.same(await own.execute(), [])
})

t.test(
  'a plugin cannot reach the tables of another one whose name begins like its own',
  async t => {
    const { plugins, drop } = await setup(t)
    drop('poin', 'globalThis.tables = sapa.db')
    await plugins.activate('poin')
    const { tables } = globalThis as unknown as { tables: OwnTables }
    await tables.schema.createTable('poin_saldo').addColumn('poin', 'integer').execute()

    drop(
      'poin-plus',
      `await sapa.db.schema.createTable('poin_plus_hadiah').addColumn('nama', 'text').execute()`
    )
    t.match(await plugins.activate('poin-plus'), { state: 'active', reason: null })

    const refusal = /poin may only use tables poin_…, not poin_plus_hadiah/
    await t.rejects(tables.selectFrom('poin_plus_hadiah').selectAll().execute(), refusal)
    await t.rejects(sql`drop table poin_plus_hadiah`.execute(tables), refusal)
    t.same(await tables.selectFrom('poin_saldo').selectAll().execute(), [])
    await plugins.uninstall('poin-plus', 'keep')
    await t.rejects(tables.selectFrom('poin_plus_hadiah').selectAll().execute(), refusal)
  }
)

t.test('a new plugin does not inherit tables that an older one has made', async t => {
  const { plugins, drop, db } = await setup(t)
  drop(
    'poin',
    `await sapa.db.schema.createTable('poin_plus_riwayat').ifNotExists().addColumn('poin', 'integer').execute()
     await sapa.db.insertInto('poin_plus_riwayat').values({ poin: 5 }).execute()`
  )
  await plugins.activate('poin')
  drop('poin-plus', `await sapa.db.deleteFrom('poin_plus_riwayat').execute()`)

  const { state, reason } = await plugins.activate('poin-plus')

  t.equal(state, 'broken')
  t.match(reason, 'poin_plus_riwayat')
  await plugins.deactivate('poin-plus')
  await plugins.uninstall('poin-plus', 'delete')
  const { rows } = await sql`select poin from poin_plus_riwayat`.execute(db)
  t.same(rows, [{ poin: 5 }])
})

t.test('raw queries are skimmed for other tables', async t => {
  const { plugins, drop } = await setup(t)
  drop('poin', 'globalThis.tables = sapa.db')
  await plugins.activate('poin')
  const { tables } = globalThis as unknown as {
    tables: OwnTables
  }

  await t.rejects(sql`select * from agent`.execute(tables), /may only use tables/)
  await t.rejects(sql`delete from "message"`.execute(tables), /may only use tables/)
  await t.rejects(sql`pragma synchronous = off`.execute(tables), /how the database works/)
  await sql`create table if not exists poin_kupon (kode text)`.execute(tables)
  await sql`insert into poin_kupon (kode) values (${'from agent'})`.execute(tables)
  t.same((await sql`select kode from poin_kupon`.execute(tables)).rows, [{ kode: 'from agent' }])
})

const settings = {
  kunci: { type: 'secret', label: { en: 'Key', id: 'Kunci' }, required: true },
  batas: { type: 'number', label: { en: 'Limit', id: 'Batas' }, default: 10, min: 1 }
}

t.test('settings reach the plugin open, and lie in the database sealed', async t => {
  const { plugins, drop, db } = await setup(t)
  drop(
    'poin',
    `seen.push(sapa.settings.get()); sapa.settings.onChange(values => seen.push(values))
     sapa.settings.onChange(() => { throw new Error('ceroboh') })`,
    { settings }
  )
  await plugins.activate('poin')
  t.same(seen, [{ kunci: undefined, batas: 10 }])

  await t.rejects(plugins.saveForm('poin', { batas: '0' }), {
    code: 'invalid',
    fields: { kunci: 'error.field.required', batas: 'error.field.too_small' }
  })
  await plugins.saveForm('poin', { kunci: 'kunci-rahasia-7391', batas: '5' })

  t.same(seen.at(-1), { kunci: 'kunci-rahasia-7391', batas: 5 })
  const row = await db
    .selectFrom('plugin')
    .selectAll()
    .where('id', '=', 'poin')
    .executeTakeFirstOrThrow()
  t.equal(row.settings, '{"batas":5}')
  t.notMatch(JSON.stringify(row), /kunci-rahasia-7391/)
  t.notMatch(JSON.stringify([plugins.form('poin'), await plugins.list()]), /kunci-rahasia-7391/)
  await plugins.deactivate('poin')
  await plugins.activate('poin')
  t.same(seen.at(-1), { kunci: 'kunci-rahasia-7391', batas: 5 }, 'kept while it was off')
})

t.test('no secret gets into what is told of faults', async t => {
  const { plugins, drop, lines, db } = await setup(t)
  const write = (when: string, version: string) =>
    drop('poin', '', {
      manifest: { version },
      files: {
        'index.js': `const fail = ({ kunci }) => { throw new Error('GET /?key=' + kunci + ' failed') }
          export default {
            settings: ${JSON.stringify(settings)}, test: fail,
            async setup(sapa) { globalThis.ask = () => fail(sapa.settings.get()); ${when} } }`
      }
    })
  write('', '1.0.0')
  await plugins.activate('poin')
  await plugins.saveForm('poin', { kunci: 'kunci-rahasia-7391' })
  const { ask } = globalThis as unknown as { ask: () => void }

  t.equal(await plugins.testForm('poin', { kunci: 'kunci-diketik-5522' }), null)
  const thrown = { message: 'GET /?key=[secret] failed', stack: /key=\[secret\]/ }
  await t.rejects(
    plugins.calls.run('poin', 'tanya', ask),
    thrown,
    'whoever asked is not told either'
  )
  const tangled = Object.freeze(
    Object.assign(new Error('?key=kunci-rahasia-7391'), { failure: 'auth' })
  )
  const refused = { message: '?key=[secret]', failure: 'auth' }
  await t.rejects(
    plugins.calls.run('poin', 'jawab', () => Promise.reject(tangled), { isAnswer: () => true }),
    refused
  )
  await plugins.quarantine('poin', new Error('lagi kunci-rahasia-7391'), { kind: 'faults' })
  t.equal((await plugins.find('poin')).reason, 'lagi [secret]')
  await plugins.deactivate('poin')
  write('globalThis.ask()', '2.0.0')
  t.match(await plugins.activate('poin'), { state: 'broken', reason: 'GET /?key=[secret] failed' })

  const faults = await plugins.calls.faults.list('poin')
  t.same(
    faults.map(fault => fault.text),
    ['GET /?key=[secret] failed', 'GET /?key=[secret] failed']
  )
  const rows = await db.selectFrom('plugin').selectAll().execute()
  t.notMatch(JSON.stringify([rows, faults, lines]), /rahasia-7391|diketik-5522/)
})

t.test('no secret gets into the log', async t => {
  const { plugins, drop, lines } = await setup(t)
  drop(
    'poin',
    `globalThis.say = () => {
       const key = sapa.settings.get().kunci
       const error = new Error('refused ' + key, { cause: { url: 'https://api.example.com/' + key } })
       sapa.log.warn({ err: error, headers: { authorization: 'Bearer lain' }, list: [key] }, 'with ' + key)
       sapa.log.error({ password: 'kata-sandi', body: Buffer.from('isi pesan'), nested: { deep: { token: 'tok-1' } } })
     }`,
    { settings }
  )
  await plugins.activate('poin')
  await plugins.saveForm('poin', { kunci: 'kunci-rahasia-7391' })

  const { say } = globalThis as unknown as { say(): void }
  say()

  const text = lines.join('')
  t.match(text, /with \[secret\]/)
  t.match(text, /"plugin":"poin"/)
  t.notMatch(text, /kunci-rahasia-7391|Bearer lain|kata-sandi|isi pesan|tok-1/)
})
