import t from 'tap'
import { setup, type Setup } from '../support/app.ts'
import { post } from '../support/form.ts'
import { dropPlugin } from '../support/plugin.ts'

const hours = {
  title: { en: 'Opening hours', id: 'Jam buka' },
  description: { en: 'Tells when', id: 'Memberi tahu jam buka' }
}

/** A shop with a plugin that works and one that does not start. */
async function shop(t: Parameters<typeof setup>[0]) {
  const world = await setup(t)
  dropPlugin(
    world.dataDir,
    'points',
    'sapa.route({ method: "GET", path: "/", access: "public", async handle() { throw new Error("Kartu <b>rusak</b>") } })',
    {
      manifest: { scopes: ['net:api.poin.example'], icon: 'star' }
    }
  )
  dropPlugin(world.dataDir, 'hours', 'throw new Error("Kunci API belum diisi")', {
    manifest: hours
  })
  await world.sapa.plugins.scan()
  return world
}

const change = (verb: string, ...ids: string[]) => {
  const request = post('/plugins/changes', { change: verb })
  return { ...request, payload: `${request.payload}${ids.map(id => `&id=${id}`).join('')}` }
}

const states = async ({ sapa }: Setup) =>
  Object.fromEntries((await sapa.plugins.list()).map(({ id, state }) => [id, state]))

t.test('the doors of the plugins: signed out, wrong role, unknown id, foreign page', async t => {
  const { app, as, sapa } = await shop(t)
  const pages = [
    '/plugins',
    '/plugins/rows',
    '/plugins/new',
    '/plugins/points/settings',
    '/plugins/points/log'
  ]

  for (const url of pages) {
    t.equal((await app.inject({ url, headers: { accept: 'text/html' } })).statusCode, 303, url)
    for (const role of ['guest', 'agent', 'supervisor'] as const) {
      t.equal((await app.inject(as[role]({ url }))).statusCode, 403, `${role} ${url}`)
    }
    for (const role of ['admin', 'owner'] as const) {
      t.equal((await app.inject(as[role]({ url }))).statusCode, 200, `${role} ${url}`)
    }
  }
  for (const url of ['/plugins/nothing/settings', '/plugins/nothing/log', '/plugins/A%20b/log']) {
    t.equal((await app.inject(as.owner({ url }))).statusCode, 404, url)
  }
  const forms = [
    change('activation', 'points'),
    post('/plugins/points/settings', {}),
    post('/plugins/points/tests', {})
  ]
  for (const form of forms) {
    t.equal((await app.inject(as.supervisor(form))).statusCode, 403, form.url)
    const foreign = { ...form.headers, 'sec-fetch-site': 'cross-site' }
    t.equal((await app.inject(as.owner({ ...form, headers: foreign }))).statusCode, 403, form.url)
  }
  t.equal((await app.inject(as.owner(change('activation', 'points', 'nothing')))).statusCode, 404)
  t.equal((await app.inject(as.owner(change('explosion', 'points')))).statusCode, 422)
  t.equal((await app.inject(as.owner(change('activation')))).statusCode, 422)
  t.equal((await app.inject(as.owner(post('/plugins/nothing/settings', {})))).statusCode, 404)
  t.match(await sapa.plugins.find('points'), { state: 'installed' }, 'nothing was switched on')
})

t.test('a plugin is switched on and off from its row, also twice and without script', async t => {
  const world = await shop(t)
  const { app, as } = world

  for (const round of ['once', 'again']) {
    const on = await app.inject(as.admin(change('activation', 'points')))
    t.equal(on.statusCode, 303, round)
    const { body } = await app.inject(as.admin({ url: String(on.headers.location) }))
    t.match(body, '1 plugin is active now.')
    t.match(body, 'internet: api.poin.example')
    t.match(body, /id="plugin-points-switch" name="change" value="deactivation"/)
  }
  t.match(await states(world), { points: 'active' })

  const part = change('deactivation', 'points')
  const off = await app.inject(
    as.admin({ ...part, headers: { ...part.headers, 'hx-request': 'true' } })
  )
  t.equal(off.statusCode, 200)
  t.notMatch(off.body, '<html')
  t.match(off.body, '1 plugin is off now.')
  t.match(await states(world), { points: 'installed' })
})

t.test('several are switched on at once, and the one that fails says why', async t => {
  const world = await shop(t)
  const { app, as } = world

  const done = await app.inject(as.admin(change('activation', 'points', 'hours', 'points')))
  const { body } = await app.inject(as.admin({ url: String(done.headers.location) }))

  t.match(body, '1 plugin is active now. 1 plugin could not start; the reason is below.')
  t.match(body, 'Kunci API belum diisi')
  t.match(await states(world), { points: 'active', hours: 'broken' })
  t.match(body, /href="\/plugins"[^]*nav__count--hot">1</, 'the navigation counts it')
  const agent = await app.inject(as.agent({ url: '/inbox/mine' }))
  t.notMatch(agent.body, 'href="/plugins"')
})

t.test('tabs and the search show what they say', async t => {
  const { app, as, sapa } = await shop(t)
  await sapa.plugins.activate('points')
  await sapa.plugins.activate('hours')
  const ids = async (url: string) => {
    const { body } = await app.inject(as.admin({ url }))
    const own = (await sapa.plugins.list()).filter(plugin => !plugin.isBundled)
    const shown = [...body.matchAll(/<article class="plugin-row[^"]*" id="plugin-([\w-]+)"/g)]
    return shown.map(match => match[1]).filter(id => own.some(plugin => plugin.id === id))
  }

  t.same((await ids('/plugins')).toSorted(), ['hours', 'points'])
  t.same((await ids('/plugins?tab=active')).toSorted(), ['points'])
  t.same(await ids('/plugins?tab=inactive'), [])
  t.same(await ids('/plugins?tab=troubled'), ['hours'])
  t.same(await ids('/plugins?q=POIN'), ['points'], 'in both languages')
  t.same(await ids('/plugins?tab=active&q=jam'), [])
  t.same((await ids('/plugins?tab=nonsense')).length, 2)
  const odd = await app.inject(as.admin({ url: '/plugins?q=%22%3E%3Cscript%3E' }))
  t.notMatch(odd.body, '"><script>')
  t.match(odd.body, 'No plugin matches')
})

t.test('the list counts the calls, errors and time of the last hour', async t => {
  const { app, as, sapa, clock } = await shop(t)
  await sapa.plugins.activate('points')

  await app.inject({ url: '/p/points/' })
  await app.inject({ url: '/p/points/' })
  const { body } = await app.inject(as.admin({ url: '/plugins' }))
  const row = body.slice(body.indexOf('id="plugin-points"'))

  t.match(row, '2 calls')
  t.match(row, '2 errors')
  t.match(body, /Errors<\/dt><dd>2 <small>from 1 plugin/)
  t.notMatch(body, /\d MB/, 'memory cannot be told apart')
  clock.forward(61 * 60_000)
  const later = await app.inject(as.admin({ url: '/plugins' }))
  t.match(later.body, /Errors<\/dt><dd>0 <small>from 0 plugins/)
})

t.test('the log page shows what went wrong and what was written, without secrets', async t => {
  const { app, as, sapa, dataDir } = await shop(t)
  const settings = { key: { type: 'secret', label: { en: 'Key', id: 'Kunci' } } }
  const code = 'sapa.log.info({ key: sapa.settings.get().key, n: 7 }, "Kartu <i>siap</i>")'
  dropPlugin(dataDir, 'cards', code, { settings })
  await sapa.plugins.activate('cards')
  await sapa.plugins.saveForm('cards', { key: 'kunci-rahasia-toko' })
  await sapa.plugins.deactivate('cards')
  await sapa.plugins.activate('cards')
  await sapa.plugins.activate('points')
  await app.inject({ url: '/p/points/' })

  const faults = await app.inject(as.admin({ url: '/plugins/points/log' }))
  t.match(faults.body, 'route GET /')
  t.match(faults.body, 'Kartu &lt;b&gt;rusak&lt;/b&gt;')
  const lines = await app.inject(as.admin({ url: '/plugins/cards/log' }))
  t.match(lines.body, 'Kartu &lt;i&gt;siap&lt;/i&gt;')
  t.match(lines.body, '&quot;n&quot;:7')
  t.match(lines.body, '[secret]')
  t.notMatch(lines.body, 'kunci-rahasia-toko')
  const { body } = await app.inject(as.admin({ url: '/plugins/hours/log' }))
  t.match(body, 'No error is on record.')
  t.match(body, 'Nothing was written yet.')
})

t.test('a plugin that the system switched off says why, everywhere, and comes back', async t => {
  const world = await shop(t)
  const { app, as, sapa } = world
  await sapa.plugins.activate('points')
  await sapa.plugins.quarantine('points', new Error('Kartu <b>rusak</b>'), {
    ...{ kind: 'faults', count: 15, entry: 'route GET /' }
  })
  const why = /Turned off .* after 15 errors in 10 minutes\.[^]* Conversations keep running\./

  const list = await app.inject(as.admin({ url: '/plugins?tab=troubled' }))
  t.match(list.body, why)
  t.match(list.body, 'Kartu &lt;b&gt;rusak&lt;/b&gt;')
  t.match(list.body, 'Activate again')
  const banner = /class="banner banner--warn"[^]*Loyalty\.[^]*Turned off/
  t.match((await app.inject(as.admin({ url: '/inbox/mine' }))).body, banner)
  t.match((await app.inject(as.admin({ url: '/banners' }))).body, banner)
  t.notMatch((await app.inject(as.agent({ url: '/inbox/mine' }))).body, 'Turned off')

  await app.inject(as.admin(change('activation', 'points')))
  t.match(await states(world), { points: 'active' })
  t.notMatch((await app.inject(as.admin({ url: '/inbox/mine' }))).body, 'Turned off')
})

t.test('a plugin that waits says for whom', async t => {
  const world = await shop(t)
  const { app, as, sapa, dataDir } = world
  dropPlugin(dataDir, 'cards', '', {
    manifest: { title: { en: 'Cards', id: 'Kartu' }, requires: { plugins: { points: '^1.0' } } }
  })
  await sapa.plugins.activate('points')
  await sapa.plugins.activate('cards')
  await sapa.plugins.deactivate('points')

  const { body } = await app.inject(as.admin({ url: '/plugins?tab=troubled' }))
  t.match(body, 'Waits for Loyalty and starts with it.')
  await sapa.plugins.activate('points')
  t.match(await states(world), { cards: 'active' })
})

t.test('what the conformance kit found of this version stands beside it', async t => {
  const world = await setup(t)
  const { app, as, sapa, dataDir } = world
  const kept = (tier: string | null, version = '1.2.0') => ({
    'conformance.json': JSON.stringify({ tier, version, channel: 'x', at: '2026-11-20', cases: [] })
  })
  const found = {
    ...{ perak: kept('silver'), perunggu: kept('bronze'), tanpa: kept(null) },
    ...{ lama: kept('gold', '1.1.0'), rusak: { 'conformance.json': '{' }, ngawur: kept('<b>') }
  }
  for (const [id, files] of Object.entries(found)) dropPlugin(dataDir, id, '', { files })
  await sapa.plugins.scan()

  const page = await app.inject(as.owner({ url: '/plugins' }))
  const tierOf = (id: string) => {
    const [, row = ''] = page.body.split(`id="plugin-${id}"`)
    return /plugin-tier--(\w+)[^>]*>.*?<\/svg>([^<]*)</s
      .exec(row.split('<article')[0] ?? '')
      ?.slice(1)
      .map(text => text.trim())
  }

  t.same(tierOf('email'), ['gold', 'Tested: gold'])
  t.same(tierOf('perak'), ['silver', 'Tested: silver'])
  t.same(tierOf('perunggu'), ['bronze', 'Tested: bronze'])
  for (const id of ['tanpa', 'lama', 'rusak', 'ngawur']) t.equal(tierOf(id), undefined, id)
})
