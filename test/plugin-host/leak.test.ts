import t from 'tap'
import { slotRules } from '../../server/plugin-api/slots.ts'
import { chatWorld, type ChatWorld } from '../support/chat-world.ts'
import { fileMs } from '../support/patience.ts'
import { dropPlugin } from '../support/plugin.ts'

t.setTimeout(fileMs)
const rounds = 50
const text = `{ en: 'Serbaguna', id: 'Serbaguna' }`

const slots = Object.keys(slotRules).map(
  name =>
    `sapa.slot('${name}', { id: 'a', title: ${text}, render: props => props.rows
      ? Object.fromEntries(props.rows.map(row => [row.conversation, sapa.html\`serbaguna\`])) : sapa.html\`serbaguna\` })`
)
const routes = ['agent', 'supervisor', 'admin', 'owner', 'api', 'public'].map(
  access => `sapa.route({ method: 'GET', path: '/${access}', access: '${access}', handle: bad })`
)

/** One of each thing that a plugin can register. */
const everything = `
  const bad = async () => ({ body: 'serbaguna' })
  sapa.channel({ type: 'serbaguna', label: ${text}, icon: 'message', identityKinds: ['external'], settings: {},
    capabilities: () => ({}), parse: () => [], open: async () => ({ send: bad, close: async () => {} }) })
  sapa.filter('message.inbound', value => ({ ...value, text: value.text + ' dst' }))
  sapa.filter('message.outbound', () => {})
  sapa.filter('acknowledgement.text', () => {})
  sapa.on('message.received', () => { seen.push('heard') })
  sapa.consume('message.received', 'a', async () => { seen.push('consumed') })
  sapa.permission({ name: 'uang', label: ${text}, role: 'admin' })
  ${routes.join('\n')}
  sapa.page({ path: '/halaman', title: ${text}, access: 'agent', nav: { icon: 'star', badge: async () => 3 }, handle: async () => sapa.html\`<p>serbaguna</p>\` })
  ${slots.join('\n')}
  sapa.jobs.handle('sapu', async () => {})
  sapa.jobs.every('sapu', '0 * * * *')
  sapa.rules.condition({ id: 'a', label: ${text}, test: async () => true })
  sapa.rules.action({ id: 'a', label: ${text}, run: async () => {} })
  sapa.command({ name: 'hitung', summary: 'Counts', run: async () => 0 })
  sapa.expose({ hitung: () => 1 })
  sapa.personal({ export: async () => null, erase: async () => {} })
  sapa.settings.onChange(() => {})
  const timer = setInterval(() => {}, 1000)
  const listener = () => {}
  process.on('SIGUSR2', listener)
  sapa.own(() => { clearInterval(timer); process.off('SIGUSR2', listener) })`

/** Everything that could remember a plugin, as text or as a number. */
async function traces(world: ChatWorld) {
  const { sapa, app, as, call, first } = world
  const { offers, hooks, router } = sapa.plugins
  const get = async (url: string) => (await app.inject(as.owner({ method: 'GET', url }))).body
  const pages = [
    '/inbox/all',
    `/conversations/${first.conversation_id}`,
    '/reports',
    '/customers/1'
  ]
  const shown = await Promise.all(pages.map(get))
  const status = async (url: string) =>
    (await app.inject(as.owner({ method: 'GET', url }))).statusCode
  return {
    timers: process.getActiveResourcesInfo().filter(name => name === 'Timeout').length,
    listeners: process.eventNames().map(name => process.listenerCount(name)),
    channels: sapa.channels.list().map(channel => channel.type),
    words: sapa.words.has('plugin.serbaguna.halo'),
    filters: ['message.inbound', 'message.outbound', 'acknowledgement.text'].map(name =>
      hooks.hooks.hasFilter(name as 'message.inbound')
    ),
    listens: hooks.hooks.hasListener(),
    commands: offers.commands.list('serbaguna'),
    exposed: offers.exposures.find('serbaguna', '*'),
    pages: offers.pages.listNav('owner').map(page => page.plugin),
    permissions: offers.permissions.list('serbaguna'),
    personal: offers.personal.has('serbaguna'),
    rules: [...offers.rules.conditions(), ...offers.rules.actions()].map(part => part.key),
    api: router.listApi().map(({ plugin, route }) => `${plugin} ${route.path}`),
    described: JSON.stringify((await call.owner('GET /openapi.json')).body).includes('serbaguna'),
    ruleParts: (await call.owner('GET /rule-conditions')).body.data,
    shown: shown.map(body => /serbaguna/i.test(body)),
    doors: [
      await status('/p/serbaguna/public'),
      await status('/p/serbaguna/halaman'),
      (await call.owner('GET /x/serbaguna/api')).status,
      await status(`/slots/customer.sidebar/serbaguna.a?conversation=${first.conversation_id}`)
    ]
  }
}

t.test(
  `${rounds} rounds of switching leave nothing of a plugin that registers everything`,
  async t => {
    const world = await chatWorld(t)
    const { sapa, dataDir } = world
    dropPlugin(dataDir, 'serbaguna', everything, {
      manifest: {
        ...{ provides: ['channel:serbaguna'], personalData: true },
        scopes: ['customers:read', 'conversations:write', 'net:*']
      },
      settings: { kunci: { type: 'text', label: { en: 'Key', id: 'Kunci' } } },
      files: { 'locales/en.json': '{ "halo": "Hello" }', 'locales/id.json': '{ "halo": "Halo" }' }
    })
    const round = async () => {
      const on = await sapa.plugins.activate('serbaguna')
      t.equal(on.state, 'active', on.reason ?? '')
    }
    await round()
    const busy = await traces(world)
    t.match(busy, { described: true, listens: true, personal: true, words: true })
    t.same(busy.doors, [200, 200, 200, 200], 'while it is on, all of it is there')
    t.same(busy.shown, [true, true, true, true])
    t.equal((await world.receive('Halo')).text, 'Halo dst')
    await world.settled()
    t.same(seen.toSorted(), ['consumed', 'heard'])
    await sapa.plugins.deactivate('serbaguna')
    const before = await traces(world)

    for (let n = 0; n < rounds; n++) {
      await round()
      await sapa.plugins.deactivate('serbaguna')
    }

    t.strictSame(await traces(world), before)
    t.match(before, {
      ...{ described: false, exposed: null, commands: [], permissions: [], personal: false },
      ...{ words: false, listens: false, api: [], rules: [], pages: [], ruleParts: [] },
      ...{ filters: [false, false, false], doors: [404, 404, 404, 404] }
    })
    t.notOk(before.shown.some(Boolean), 'no page speaks of it')
    globalThis.seen = []
    t.equal((await world.receive('Halo')).text, 'Halo')
    await world.settled()
    await sapa.jobs.tick(new Date(world.clock.now.getTime() + 2 * 3_600_000))
    t.same(seen, [], 'nothing of it runs any more')
    t.same(world.sapa.plugins.calls.meter.of('serbaguna').errors, 0)
  }
)
