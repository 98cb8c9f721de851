import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import t from 'tap'
import { cardWorld as setup, storedState } from '../support/card-world.ts'
import { checkManifest } from '../../server/plugin-host/manifest.ts'
import { dropPlugin, manifestFor } from '../support/plugin.ts'
import { now, pluginWorld } from '../support/plugin-world.ts'

t.test('an inventory counts what is stored, and not what is a neighbour’s', async t => {
  const { plugins, folder, db } = await setup(t)
  dropPlugin(folder, 'poin-plus', '', {
    files: {
      'migrations/0001-a.js': `export const up = db => db.schema.createTable('poin_plus_kartu').addColumn('a', 'text').execute()`
    }
  })
  await plugins.activate('poin-plus')
  await db
    .updateTable('plugin')
    .set({ settings: '{"nama":"Sari"}', secrets: '{"kunci":"x"}' })
    .where('id', '=', 'poin')
    .execute()

  t.match(await plugins.inventory('poin'), {
    tables: [
      { name: 'poin_kartu', rows: 2 },
      { name: 'poin_saldo', rows: 2 }
    ],
    ...{ settings: 2, values: 1, jobs: 0, files: 4 }
  })
  await plugins.uninstall('poin', 'delete')
  t.match(await plugins.find('poin-plus'), { state: 'active' })
  t.match(await plugins.inventory('poin-plus'), { tables: [{ name: 'poin_plus_kartu', rows: 0 }] })
  await t.rejects(plugins.inventory('poin'), { code: 'not_found' })
})

t.test('uninstalled with everything, a copy lies in the backups', async t => {
  const { plugins, db, folder, jobs } = await setup(t)
  await jobs.add(db, 'poin', 'hitung', {})
  await db
    .insertInto('schedule')
    .values({ owner: 'poin', name: 'hitung', cron: '* * * * *', next_at: 0, last_at: null })
    .execute()

  const { backup } = await plugins.uninstall('poin', 'delete')

  const stamp = now.toISOString().replaceAll(/[:.]/g, '-')
  t.equal(backup, join(folder, 'backups', `plugin-poin-${stamp}.sqlite`))
  const copy = new SQLite(backup ?? '', { readonly: true })
  t.same(copy.prepare('select nama from poin_kartu').pluck().all(), ['Sari', 'Budi'])
  t.same(copy.prepare('select id, version from plugin').all(), [{ id: 'poin', version: '1.0.0' }])
  t.same(copy.prepare('select count(*) from job').pluck().all(), [1])
  copy.close()
  const left = await storedState(db)
  t.same([left.rows, left.values], [[], []])
  t.same(await db.selectFrom('job').selectAll().execute(), [])
  t.same(await db.selectFrom('schedule').selectAll().execute(), [])
  for (const place of ['plugins/poin', 'plugins/.versions/poin'])
    t.notOk(existsSync(join(folder, place)), place)
  await t.rejects(plugins.find('poin'), { code: 'not_found' })
  t.match(
    readFileSync(backup ?? '')
      .subarray(0, 6)
      .toString(),
    'SQLite'
  )
  t.same(seen, ['-1.0.0'])
})

t.test('uninstalled but kept, a later install finds everything again', async t => {
  const { plugins, db, drop, folder } = await setup(t)
  await db
    .updateTable('plugin')
    .set({ settings: '{"nama":"Sari"}' })
    .where('id', '=', 'poin')
    .execute()

  t.same(await plugins.uninstall('poin', 'keep'), { backup: null })

  t.notOk(existsSync(join(folder, 'plugins/poin')))
  await t.rejects(plugins.find('poin'), { code: 'not_found' })
  t.same(await plugins.listKept(), [{ id: 'poin', version: '1.0.0' }])
  t.match(await plugins.inventory('poin'), { tables: [{ rows: 2 }, {}], settings: 1, files: 0 })
  drop('1.0.0', '')
  t.match(await plugins.activate('poin'), { state: 'active' })
  t.match(await plugins.inventory('poin'), { tables: [{ rows: 2 }, {}], settings: 1 })
  await plugins.uninstall('poin', 'keep')
  await plugins.uninstall('poin', 'delete')
  t.same(await plugins.listKept(), [])
})

t.test('a plugin says goodbye, and cannot hold up its uninstall', async t => {
  const { plugins, folder, lines } = await pluginWorld(t, { setupMs: 1_000 })
  const code = (body: string) => ({
    files: {
      'index.js': `export default { setup() {}, async onUninstall(sapa, facts) { ${body} } }`
    }
  })
  dropPlugin(
    folder,
    'sopan',
    '',
    code(`seen.push([sapa.id, facts.isKept, await sapa.values.get('k')])`)
  )
  dropPlugin(folder, 'macet', '', code(`await new Promise(() => {})`))
  dropPlugin(folder, 'marah', '', code(`throw new Error('jangan hapus')`))
  dropPlugin(folder, 'baru', '', code(`seen.push('never')`))
  await plugins.start()
  for (const id of ['sopan', 'macet', 'marah']) await plugins.activate(id)

  for (const id of ['sopan', 'macet', 'marah', 'baru']) await plugins.uninstall(id, 'delete')

  t.same(seen, [['sopan', false, null]], 'one that never ran does not run now')
  t.same(
    (await plugins.list()).filter(plugin => !plugin.isBundled),
    []
  )
  t.match(lines.join(''), /jangan hapus/)
})

t.test('a bundled plugin is only emptied, while it is off', async t => {
  const { plugins, db } = await pluginWorld(t)
  await plugins.start()
  await db
    .insertInto('plugin_value')
    .values({ plugin_id: 'email', key: 'k', value: 'v', expires_at: null })
    .execute()

  await t.rejects(plugins.uninstall('email', 'keep'), { code: 'plugin_bundled' })
  await t.rejects(plugins.uninstall('email', 'delete'), { code: 'plugin_on' })
  await plugins.deactivate('email')
  const { backup } = await plugins.uninstall('email', 'delete')

  t.ok(existsSync(backup ?? ''))
  t.same(await db.selectFrom('plugin_value').selectAll().execute(), [])
  t.match(await plugins.activate('email'), { state: 'active' })
  await t.rejects(plugins.uninstall('tidak-ada', 'keep'), { code: 'not_found' })
})

t.test("no plugin's tables can begin like a table of Sapa's own", async t => {
  const { db } = await pluginWorld(t)
  const tables = await db.introspection.getTables()
  const starts = tables.flatMap(({ name }) => /^([a-z]+)_/.exec(name)?.[1] ?? [])

  for (const id of new Set(starts)) {
    t.throws(() => checkManifest({ ...manifestFor(id) }, id), /is reserved/, id)
  }
})
