import t from 'tap'
import { post } from '../support/form.ts'
import { hostileWorld, type HostileWorld } from '../support/hostile-world.ts'
import { fileMs } from '../support/patience.ts'
import { until } from '../support/until.ts'

t.setTimeout(fileMs)

/** What a plugin does where it is called. All in one function, chosen by a word. */
const mischief = `
  const wrong = [7, null, [], Symbol('x'), { text: 7, body: 1n }, { then() { throw new Error('Janji palsu') } }]
  const bad = () => {
    const { mood } = globalThis
    if (mood === 'suddenly') throw new Error('Seketika')
    if (mood === 'trap') return { get then() { throw new Error('Jebakan') } }
    return later(mood)
  }
  const later = async mood => {
    if (mood === 'calm') return undefined
    if (mood === 'throws') throw new Error('Kartu <b>rusak</b>')
    if (mood === 'nothing') throw undefined
    if (mood === 'wordless') throw Object.create(null)
    if (mood === 'unreadable') throw Object.defineProperty(new Error(), 'message', { get() { throw new Error('licik') } })
    if (mood === 'tangled') {
      const parts = Array.from({ length: 60 }, () => ({ rows: Array(10_000).fill('x') }))
      for (const part of parts) Object.assign(part, parts)
      throw Object.assign(new Error('Sambungan putus'), { request: parts })
    }
    if (mood === 'long') throw new Error('x'.repeat(3e7))
    if (mood === 'silent') return new Promise(() => {})
    if (mood === 'huge') { const x = 'x'.repeat(7e7); return { text: x, body: x, isSpam: false } }
    return wrong[Number(mood)]
  }`

const failures = [
  'suddenly',
  'trap',
  'throws',
  'nothing',
  'wordless',
  'unreadable',
  'tangled',
  'long',
  '5'
]
const moods = [...failures, 'huge', '0', '3', '4']
const thrown = new Set(failures)

interface Way {
  code: string
  /** As the fault log names it. */
  entry: string
  knock(world: HostileWorld, id: string): Promise<unknown>
  /** Looks at what comes back, or minds only these; where not, whatever is returned is nobody's concern. */
  isRead?: boolean | string[]
  settings?: object
  manifest?: object
  /** Instead of a `setup` with the code. */
  index?: string
  /** Until it is tried again. */
  restMs?: number
}

const title = `{ en: 'A', id: 'A' }`
const limit = { batas: { type: 'number', label: { en: 'Limit', id: 'Batas' } } }

const ways: Record<string, Way> = {
  filter: {
    code: `sapa.filter('message.inbound', bad)`,
    entry: 'filter message.inbound',
    knock: world => world.receive('Halo'),
    isRead: true
  },
  listener: {
    code: `sapa.on('message.received', bad)`,
    entry: 'on message.received',
    knock: async world => {
      await world.receive('Halo')
      await world.settled()
    }
  },
  consumer: {
    code: `sapa.consume('message.received', 'a', bad)`,
    entry: 'consume message.received a',
    restMs: 3 * 3_600_000,
    knock: async world => {
      await world.receive('Halo')
      await world.settled()
    }
  },
  route: {
    code: `sapa.route({ method: 'GET', path: '/a', access: 'agent', handle: bad })`,
    entry: 'route GET /a',
    knock: (world, id) => world.get(`/p/${id}/a`),
    isRead: true
  },
  program: {
    code: `sapa.route({ method: 'GET', path: '/a', access: 'api', handle: bad })`,
    entry: 'route GET /a',
    knock: (world, id) => world.call.agent(`GET /x/${id}/a`),
    isRead: true
  },
  page: {
    code: `sapa.page({ path: '/b', title: ${title}, access: 'agent', handle: bad })`,
    entry: 'page GET /b',
    knock: (world, id) => world.get(`/p/${id}/b`),
    isRead: true
  },
  slot: {
    code: `sapa.slot('customer.header', { id: 'a', title: ${title}, render: bad })`,
    entry: 'slot customer.header a',
    knock: world => world.get(world.url),
    isRead: true
  },
  card: {
    code: `sapa.slot('customer.sidebar', { id: 'a', title: ${title}, render: bad })`,
    entry: 'slot customer.sidebar a',
    knock: (world, id) =>
      world.get(`/slots/customer.sidebar/${id}.a?conversation=${world.first.conversation_id}`),
    isRead: true
  },
  row: {
    code: `sapa.slot('inbox.row.meta', { id: 'a', title: ${title}, render: bad })`,
    entry: 'slot inbox.row.meta a',
    knock: world => world.get('/inbox/all'),
    isRead: true
  },
  chore: {
    code: `sapa.jobs.handle('hitung', bad); globalThis.addJob = () => sapa.jobs.add('hitung', {}, { key: 'satu' })`,
    entry: 'job hitung',
    restMs: 3 * 3_600_000,
    knock: async ({ sapa, clock }) => {
      await (globalThis as unknown as { addJob(): Promise<void> }).addJob()
      await sapa.jobs.tick(clock.now)
    }
  },
  settings: {
    code: `sapa.settings.onChange(bad)`,
    entry: 'settings',
    knock: ({ call }, id) => call.admin(`PATCH /plugins/${id}/settings`, { batas: 5 }),
    settings: limit
  },
  button: {
    code: '',
    index: `export default { settings: ${JSON.stringify(limit)}, test: bad, setup() {} }`,
    entry: 'test',
    knock: ({ app, as }, id) => app.inject(as.admin(post(`/plugins/${id}/tests`, { batas: '5' }))),
    isRead: true
  },
  telling: {
    code: `sapa.personal({ export: bad, erase: async () => {} })`,
    manifest: { personalData: true },
    entry: 'personal export',
    knock: ({ call }) => call.admin('GET /customers/1/plugin-records'),
    isRead: ['huge', '3', '4']
  },
  erasing: {
    code: `sapa.personal({ export: async () => null, erase: bad })`,
    manifest: { personalData: true },
    entry: 'personal erase',
    restMs: 3 * 3_600_000,
    knock: async ({ call, sapa, clock }) => {
      await call.owner('DELETE /customers/1/plugin-records')
      await sapa.jobs.tick(clock.now)
    }
  },
  condition: {
    code: `sapa.rules.condition({ id: 'a', label: ${title}, test: bad })`,
    entry: 'condition condition.a',
    knock: ({ call, first }, id) =>
      call.admin(`POST /rule-conditions/${id}.a/evaluations`, {
        conversation: first.conversation_id
      }),
    isRead: true
  },
  action: {
    code: `sapa.rules.action({ id: 'a', label: ${title}, run: bad })`,
    entry: 'action action.a',
    knock: ({ sapa, first }, id) => {
      const facts = { conversation: first.conversation_id, customer: 1, message: null }
      return sapa.plugins.offers.rules.run(`${id}.a`, {}, facts).catch(() => {})
    }
  },
  exposed: {
    code: `sapa.expose({ hitung: bad })`,
    entry: 'exposed hitung',
    knock: (_world, id) =>
      (globalThis as unknown as { borrow(id: string): Promise<void> }).borrow(id)
  }
}

const enter = (world: HostileWorld, id: string, { code, index, ...way }: Way) =>
  world.enter(id, `${mischief}; ${code}`, {
    ...{ settings: way.settings ?? {}, manifest: way.manifest ?? {} },
    ...(index !== undefined && { files: { 'index.js': `${mischief}; ${index}` } })
  })

const setMood = (mood: string) => Object.assign(globalThis, { mood })

for (const [id, way] of Object.entries(ways)) {
  t.test(`whatever a plugin does in its ${id}, the others go on`, async t => {
    setMood('calm')
    const world = await hostileWorld(t)
    await world.add('peminjam', `globalThis.borrow = id => sapa.use(id).hitung().catch(() => {})`)
    await enter(world, id, way)
    for (const mood of moods) {
      // So that it does not rest.
      world.clock.forward(way.restMs ?? 2 * 60_000)
      setMood(mood)
      const before = (await world.faults(id)).length
      await way.knock(world, id)
      setMood('calm')
      const { isRead = [] } = way
      const isFault = thrown.has(mood) || isRead === true || (isRead && isRead.includes(mood))
      const [newest] = await world.faults(id)
      const count = (await world.faults(id)).length - before
      t.equal(count > 0, isFault, `${id} ${mood}: a fault`)
      if (isFault) t.match(newest, { entry: way.entry }, `${id} ${mood}`)
      t.ok((newest?.text.length ?? 0) <= 2_000)
    }
    await world.stands(id, 'active')
    await world.change(id, 'deactivation')
    t.match((await world.get('/plugins', 'admin')).body, /plugin-tetangga/)
    await world.change(id, 'activation')
    await world.stands(id, 'active')
  })
}

t.test('who never answers keeps nobody waiting, and can be switched off', async t => {
  setMood('calm')
  const world = await hostileWorld(t)
  const silent = Object.entries(ways).filter(
    ([id]) => !['chore', 'consumer', 'erasing'].includes(id)
  )
  await world.add('peminjam', `globalThis.borrow = id => sapa.use(id).hitung().catch(() => {})`)
  for (const [id, way] of silent) {
    await enter(world, id, way)
  }
  setMood('silent')
  const knocks = silent.map(([id, way]) => way.knock(world, id))
  await world.stands('route', 'active')
  setMood('calm')
  for (const [id] of silent) await world.change(id, 'deactivation')
  await Promise.all(knocks)
  await world.stands('route', 'installed')
  await until(async () => (await world.get('/inbox/all')).status === 200)
})
