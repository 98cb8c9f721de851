import { join } from 'node:path'
import t from 'tap'
import { blame, runAs } from '../../server/plugin-host/attribution.ts'
import { now, pluginWorld as setup } from '../support/plugin-world.ts'

t.test('a plugin is found, switched on, and switched off again', async t => {
  const { plugins, drop, db } = await setup(t)
  drop('poin', `sapa.own(() => seen.push('off')); seen.push(sapa.id + ' ' + sapa.version)`)

  await plugins.start()
  t.match(await plugins.find('poin'), { isActive: false, state: 'installed', isBundled: false })
  t.same(seen, [], 'nothing of it has run')
  t.match(await plugins.activate('poin'), { isActive: true, state: 'active', version: '1.2.0' })
  t.match(await plugins.activate('poin'), { state: 'active' }, 'twice is once')
  t.match(await plugins.deactivate('poin'), { isActive: false, state: 'installed' })

  t.same(seen, ['poin 1.2.0', 'off'])
  t.match(await db.selectFrom('plugin').selectAll().where('id', '=', 'poin').execute(), [
    { is_active: 0, version: '1.2.0' }
  ])
  await t.rejects(plugins.activate('tidak-ada'), { code: 'not_found' })
  await t.rejects(plugins.deactivate('tidak-ada'), { code: 'not_found' })
})

t.test('what the owner switched on starts with Sapa; one that fails stops nobody', async t => {
  const world = await setup(t)
  world.drop('poin', `seen.push('poin')`)
  world.drop('rusak', `seen.push('rusak'); throw new Error('Kunci lisensi hilang')`)
  world.drop('salah', '', { files: { 'index.js': 'export default {' } })
  world.drop('kosong', '', { files: { 'index.js': 'export const a = 1' } })
  world.drop('catatan', '', { files: { 'plugin.json': '{' } })
  for (const id of ['rusak', 'poin', 'salah', 'kosong', 'catatan']) await world.plugins.activate(id)
  await world.plugins.stop()
  globalThis.seen = []

  await world.plugins.start()

  t.same(seen.toSorted(), ['poin', 'rusak'])
  const reasons = Object.fromEntries(
    (await world.plugins.list()).map(each => [each.id, [each.isActive, each.state, each.reason]])
  )
  t.match(reasons, {
    poin: [true, 'active', null],
    rusak: [true, 'broken', 'Kunci lisensi hilang'],
    salah: [true, 'broken', /Unexpected/],
    kosong: [true, 'broken', /no setup function/],
    catatan: [true, 'broken', /plugin\.json cannot be read/]
  })
})

t.test('a plugin for another API is not run at all', async t => {
  const { plugins, drop } = await setup(t)
  drop('masa-depan', `seen.push('ran')`, { manifest: { api: '^2.0' } })

  const plugin = await plugins.activate('masa-depan')

  t.match(plugin, { state: 'incompatible', reason: /Made for plugin API \^2\.0; this Sapa has 1/ })
  t.same(seen, [])
})

t.test('a failed start leaves nothing behind, and can be repeated once repaired', async t => {
  const { plugins, drop, jobs, channels } = await setup(t)
  const channel = `{ type: 'poin', label: { en: 'Points', id: 'Poin' }, capabilities: () => ({}), parse: () => [], open: async () => ({}) }`
  const code = `
    sapa.channel(${channel})
    sapa.route({ method: 'GET', path: '/saldo', access: 'public', handle: async () => ({}) })
    sapa.jobs.handle('hitung', async () => {})
    sapa.own(() => seen.push('undone'))
    if (!globalThis.isRepaired) throw new Error('belum siap')`
  drop('poin', code, { manifest: { provides: ['channel:poin'] } })

  t.match(await plugins.activate('poin'), { state: 'broken', reason: 'belum siap' })
  t.same(seen, ['undone'])
  t.equal(channels.get('poin'), undefined)
  t.equal(plugins.router.find('poin', 'GET', '/saldo'), null)
  await jobs.handle('poin', 'hitung', async () => {})()

  Object.assign(globalThis, { isRepaired: true })
  t.match(await plugins.activate('poin'), { state: 'active', reason: null })
  t.ok(channels.get('poin'))
  t.ok(plugins.router.find('poin', 'GET', '/saldo'))
})

t.test('registering twice, or what the manifest does not say, fails', async t => {
  const { plugins, drop } = await setup(t)
  const route = `sapa.route({ method: 'GET', path: '/saldo', access: 'public', handle: async () => ({}) })`
  drop('dua-rute', `${route}; ${route}`)
  drop('dua-tugas', `const w = async () => {}; sapa.jobs.handle('a', w); sapa.jobs.handle('a', w)`)
  drop('diam-diam', `sapa.channel({ type: 'rahasia' })`)
  drop('ingkar', '', { manifest: { provides: ['channel:janji'] } })

  t.match(await plugins.activate('dua-rute'), { state: 'broken', reason: /already declared/ })
  t.match(await plugins.activate('dua-tugas'), { state: 'broken', reason: /already has a handler/ })
  t.match(await plugins.activate('diam-diam'), {
    reason: 'plugin.json does not say that it provides channel:rahasia'
  })
  t.match(await plugins.activate('ingkar'), { reason: 'setup did not register channel:janji' })
})

t.test('two plugins cannot give the same channel', async t => {
  const { plugins, drop } = await setup(t)
  const manifest = { provides: ['channel:obrolan'] }
  for (const id of ['satu', 'dua'])
    drop(
      id,
      `sapa.channel({ type: 'obrolan', label: { en: 'Chat', id: 'Obrolan' }, capabilities() {}, parse() {}, open() {} })`,
      { manifest }
    )

  t.match(await plugins.activate('satu'), { state: 'active' })
  t.match(await plugins.activate('dua'), { state: 'broken', reason: 'channel_taken' })
  await plugins.deactivate('satu')
  t.match(await plugins.activate('dua'), { state: 'active' })
})

t.test('a setup that hangs is given up', async t => {
  const { plugins, drop } = await setup(t, { setupMs: 30 })
  drop('lambat', `await new Promise(() => {})`)

  t.match(await plugins.activate('lambat'), { state: 'broken', reason: /longer than 30 ms/ })
})

t.test('disposers run in reverse, and one that throws holds up no other', async t => {
  const { plugins, drop } = await setup(t)
  drop(
    'poin',
    `sapa.signal.addEventListener('abort', () => seen.push('signal'))
     sapa.own(() => seen.push('first'))
     sapa.own(() => { throw new Error('macet') })
     const dispose = sapa.jobs.handle('hitung', async () => {})
     sapa.own(async () => { await dispose(); await dispose(); seen.push('last') })`
  )
  await plugins.activate('poin')

  t.match(await plugins.deactivate('poin'), { state: 'installed' })

  t.same(seen, ['signal', 'last', 'first'])
})

t.test('a plugin that goes on after its end can register nothing', async t => {
  const { plugins, drop } = await setup(t)
  drop(
    'bandel',
    `globalThis.late = () => sapa.route({ method: 'GET', path: '/a', access: 'public' })
     globalThis.owned = () => sapa.own(() => seen.push('at once'))`
  )
  await plugins.activate('bandel')
  await plugins.deactivate('bandel')
  const { late, owned } = globalThis as unknown as { late(): void; owned(): void }

  t.throws(late, /bandel is switched off/)
  owned()
  await new Promise(setImmediate)

  t.same(seen, ['at once'])
})

t.test('twenty rounds of switching leave no timer, listener or handler', async t => {
  const { plugins, drop, channels, words } = await setup(t)
  const channel = `{ type: 'obrolan', label: { en: 'Chat', id: 'Obrolan' }, capabilities: () => ({}), parse: () => [], open() {} }`
  drop(
    'obrolan',
    `sapa.channel(${channel})
     sapa.route({ method: 'POST', path: '/kirim', access: 'agent', handle: async () => ({}) })
     sapa.jobs.handle('sapu', async () => {})
     sapa.jobs.every('sapu', '0 * * * *')
     sapa.settings.onChange(() => {})
     const timer = setInterval(() => {}, 1000)
     sapa.own(() => clearInterval(timer))`,
    {
      manifest: { provides: ['channel:obrolan'] },
      files: { 'locales/en.json': '{ "halo": "Hello" }', 'locales/id.json': '{ "halo": "Halo" }' }
    }
  )
  const leftovers = () => [
    process.getActiveResourcesInfo().filter(name => name === 'Timeout').length,
    process.eventNames().map(name => process.listenerCount(name)),
    channels.list().length,
    words.has('plugin.obrolan.halo')
  ]
  await plugins.activate('obrolan')
  await plugins.deactivate('obrolan')
  const before = leftovers()

  for (let round = 0; round < 20; round++) {
    t.match(await plugins.activate('obrolan'), { state: 'active' })
    await plugins.deactivate('obrolan')
  }

  t.same(leftovers(), before)
  t.equal(words.has('plugin.obrolan.halo'), false)
})

t.test('a plugin called like something that every object has stops nobody else', async t => {
  const { plugins, drop } = await setup(t)
  drop('constructor', '')
  drop('poin', '')
  await plugins.activate('constructor')
  await plugins.activate('poin')

  await plugins.deactivate('constructor')

  t.match(await plugins.find('poin'), { state: 'active', reason: null })
})

t.test('a plugin that needs another starts after it', async t => {
  const { plugins, drop } = await setup(t)
  drop('a-laporan', `seen.push('a-laporan')`, {
    manifest: { requires: { plugins: { 'z-dasar': '^1' } } }
  })
  drop('z-dasar', `seen.push('z-dasar')`)
  drop('lawan', '', { manifest: { conflicts: ['z-dasar'] } })

  t.match(await plugins.activate('a-laporan'), {
    state: 'waiting',
    reason: /Needs the plugin z-dasar/
  })
  await plugins.activate('z-dasar')
  t.match(await plugins.find('a-laporan'), { state: 'active' }, 'it goes on by itself')
  t.match(await plugins.activate('lawan'), {
    reason: 'Cannot run together with the plugin z-dasar'
  })
  await plugins.stop()
  globalThis.seen = []
  await plugins.start()

  t.same(seen, ['z-dasar', 'a-laporan'])
  await plugins.deactivate('z-dasar')
  t.match(await plugins.find('a-laporan'), { isActive: true, state: 'waiting' })
})

t.test('errors are traced to their plugin, and it is taken out of service', async t => {
  const { plugins, drop, folder } = await setup(t)
  drop('pecah', `globalThis.later = () => new Promise(done => setTimeout(done, 1))`)
  await plugins.activate('pecah')

  const named = await runAs('pecah', 'timer', async () => {
    await new Promise(setImmediate)
    return blame(new Error('di dalam timer'))
  })
  t.equal(named, 'pecah')
  const error = new Error('dari berkas')
  error.stack = `Error: dari berkas\n    at kirim (${join(folder, 'plugins/pecah/index.js')}:3:9)`
  t.equal(blame(error), 'pecah')
  t.equal(blame(new Error('dari inti')), null)

  await plugins.quarantine('pecah', error, { kind: 'faults', count: 15, entry: 'timer' })
  t.match(await plugins.find('pecah'), {
    ...{ isActive: true, state: 'quarantined', reason: 'dari berkas' },
    quarantine: { kind: 'faults', count: 15, entry: 'timer', at: now.getTime() }
  })
  await plugins.quarantine('pecah', new Error('lagi'), { kind: 'exit' })
  t.match(await plugins.find('pecah'), { reason: 'dari berkas' }, 'once is enough')

  await plugins.start()
  t.match(await plugins.find('pecah'), { state: 'quarantined' }, 'a start leaves it off')
  t.match(await plugins.activate('pecah'), { state: 'active', quarantine: null }, 'the owner not')
})
