import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { sapa } from '../support/command.ts'
import { read, refused, shop } from '../support/command-world.ts'
import { fileMs } from '../support/patience.ts'
import { dropPlugin } from '../support/plugin.ts'
import { startServer } from '../support/process.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { until } from '../support/until.ts'
import { pluginZip } from '../support/zip.ts'

t.setTimeout(fileMs)

const settings = {
  shop: { type: 'url', required: true, label: { en: 'Shop', id: 'Toko' } },
  key: { type: 'secret', label: { en: 'Key', id: 'Kunci' } }
}
const greeting =
  'sapa.log.info({ n: 3 }, "Poin dihitung"); sapa.route({ method: "GET", path: "/", access: "public", async handle() { return { body: String(sapa.settings.get().shop) } } })'

t.test('without a server, plugins are listed, switched and set up', async t => {
  const dataDir = await shop(t)
  dropPlugin(dataDir, 'points', greeting, { settings })
  dropPlugin(dataDir, 'hours', 'throw new Error("Kunci API belum diisi")')

  const list = await sapa(dataDir, ['plugin', 'list'])
  t.equal(list.code, 0)
  t.match(list.out, /^email +\S+ +/m)
  t.match(list.out, /^points +1\.2\.0 +installed +Loyalty$/m)
  refused(t, await sapa(dataDir, ['plugin', 'activate', 'nothing']), /nothing|not|exist/i)
  refused(t, await sapa(dataDir, ['plugin', 'activate', 'hours']), /broken: Kunci API belum diisi/)
  refused(t, await sapa(dataDir, ['plugin', 'settings', 'points']), /points is switched off/)

  for (const round of ['once', 'again']) {
    const on = await sapa(dataDir, ['plugin', 'activate', 'points'])
    t.match(on.out, /points is active\. It runs from the next start\./, round)
  }
  const change = ['plugin', 'settings', 'points', '--set']
  refused(t, await sapa(dataDir, [...change, 'shop=bukan alamat']), /shop: /)
  refused(t, await sapa(dataDir, [...change, 'colour=red']), /no field colour/)
  refused(t, await sapa(dataDir, [...change, 'shop']), /name=value/)
  const set = await sapa(
    dataDir,
    [...change, 'shop=https://toko.example', '--secret-stdin', 'key'],
    { input: 'kunci-rahasia' }
  )
  t.match(set.out, /shop +https:\/\/toko\.example/)
  t.match(set.out, /key +\(set\)/)
  t.notMatch(set.out + set.err, 'kunci-rahasia')

  const json = await sapa(dataDir, ['plugin', 'list', '--json'])
  t.match(JSON.parse(json.out), [{}, {}, { id: 'points', state: 'active', isActive: true }])
  const off = await sapa(dataDir, ['plugin', 'deactivate', 'points'])
  t.match(off.out, /switched off/)
  const rows = await read(dataDir, db =>
    db.selectFrom('plugin').select(['id', 'is_active']).execute()
  )
  t.match(
    rows.find(row => row.id === 'points'),
    { is_active: 0 }
  )
})

t.test('without a server, a plugin is updated, put back and removed', async t => {
  const dataDir = await shop(t)
  const run = (...words: string[]) => sapa(dataDir, ['plugin', ...words])
  dropPlugin(dataDir, 'points', greeting, { settings })
  await run('activate', 'points')
  refused(t, await run('update', 'points'), /no update for points/)
  dropPlugin(dataDir, 'points', greeting, {
    settings,
    manifest: { version: '2.0.0', scopes: ['net:poin.example'] }
  })

  refused(t, await run('update', 'points'), /net:poin\.example/)
  t.match((await run('update', 'points', '--accept')).out, /points is 2\.0\.0 now and active/)
  t.match((await run('rollback', 'points')).out, /points is 1\.2\.0 now and active/)
  refused(t, await run('rollback', 'points'), /no earlier version/)
  refused(t, await run('remove', 'points'), /--keep or --delete.*0 settings/s)
  refused(t, await run('remove', 'points', '--keep'), /Switch the plugin points off first/)
  await run('deactivate', 'points')
  t.match((await run('remove', 'points', '--delete')).out, /removed.*backups\/plugin-points-/)
  refused(t, await run('remove', 'points', '--keep'), /no plugin points/)
  refused(t, await run('remove', 'email', '--keep'), /Switch|comes with Sapa/)
})

t.test('beside a server the change takes effect there', async t => {
  const dataDir = await shop(t)
  dropPlugin(dataDir, 'points', greeting, { settings })
  const server = await startServer(t, { dataDir, entry: 'bin/sapa.js', args: ['start'] })
  const status = async () => (await fetch(`${server.url}/p/points/`)).status

  t.equal(await status(), 404)
  const on = await sapa(dataDir, ['plugin', 'activate', 'points'])
  t.match(on.out, /The running server uses it\./)
  t.equal(await status(), 200)
  const set = [
    'plugin',
    'settings',
    'points',
    '--set',
    'shop=https://toko.example',
    '--set',
    'key=kunci-rahasia'
  ]
  t.equal((await sapa(dataDir, set)).code, 0)
  t.equal(await (await fetch(`${server.url}/p/points/`)).text(), 'https://toko.example')
  const log = await sapa(dataDir, ['plugin', 'log', 'points'])
  t.match(log.out, /info +Poin dihitung \{"n":3\}/)
  t.notMatch(log.out, 'kunci-rahasia')
  await sapa(dataDir, ['plugin', 'deactivate', 'points'])
  t.equal(await status(), 404)

  const elsewhere = temporaryFolder(t)
  const file = join(elsewhere, 'cards.zip')
  const route =
    'sapa.route({ method: "GET", path: "/", access: "public", async handle() { return { body: "kartu" } } })'
  writeFileSync(
    file,
    await pluginZip('cards', route, { manifest: { scopes: ['net:kartu.example'] } })
  )
  refused(t, await sapa(dataDir, ['plugin', 'install', join(elsewhere, 'nothing')]), /nothing at/)
  const brought = await sapa(dataDir, ['plugin', 'install', file])
  t.match(brought.out, /cards 1\.2\.0 is installed and off\.\nIt may: net:kartu\.example/)
  await sapa(dataDir, ['plugin', 'activate', 'cards'])
  t.equal(await (await fetch(`${server.url}/p/cards/`)).text(), 'kartu')
  refused(t, await sapa(dataDir, ['plugin', 'activate', 'nothing']), /not|exist/i)
  const left = await read(dataDir, db => db.selectFrom('plugin_errand').select('id').execute())
  t.same(left, [], 'nothing of what was asked is left behind')
  t.equal(await server.stop(), 0)
})

t.test('commands at once wait for each other, and a server waits for them', async t => {
  const dataDir = await shop(t)
  for (const id of ['points', 'cards', 'hours']) dropPlugin(dataDir, id, greeting, { settings })

  const all = ['points', 'cards', 'hours'].map(id => sapa(dataDir, ['plugin', 'activate', id]))
  const server = startServer(t, { dataDir, entry: 'bin/sapa.js', args: ['start'] })
  for (const { code, out, err } of await Promise.all(all)) {
    t.equal(code, 0, err)
    t.match(out, / is active\./)
  }

  const { url } = await server
  for (const id of ['points', 'cards', 'hours']) {
    t.equal((await fetch(`${url}/p/${id}/`)).status, 200, `${id} runs`)
  }
})

t.test('a server that ends before it answers leaves no command waiting', async t => {
  const dataDir = await shop(t)
  dropPlugin(dataDir, 'points', 'await new Promise(() => {})')
  const server = await startServer(t, { dataDir, entry: 'bin/sapa.js', args: ['start'] })
  const asked = sapa(dataDir, ['plugin', 'activate', 'points'])
  await until(() =>
    read(dataDir, db =>
      db.selectFrom('plugin').select('is_active').where('id', '=', 'points').executeTakeFirst()
    ).then(row => row?.is_active === 1)
  )
  await server.kill()

  refused(t, await asked, /The server ended before it answered/)
  t.match((await sapa(dataDir, ['plugin', 'list'])).out, /^points /m)
})
