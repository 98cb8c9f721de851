import t, { type Test } from 'tap'
import { pluginWorld } from '../support/plugin-world.ts'

type Lent = Record<string, (...args: unknown[]) => Promise<unknown>>
interface Asker {
  use(plugin: string, range?: string): Lent | null
}

const lender = `
  class Points {
    #all = new Map([['rina', 40]])
    balance(name) { return this.#all.get(name) ?? 0 }
    get secret() { return 'rahasia' }
  }
  const api = new Points()
  api.fails = async () => { throw new Error('basis data terkunci') }
  api.hangs = () => new Promise(() => {})
  api.version = sapa.version
  sapa.expose(api)`

async function setup(t: Test) {
  const world = await pluginWorld(t)
  world.drop('points', lender)
  world.drop(
    'card',
    `globalThis.asker = sapa
     sapa.rules.condition({ id: 'rich', label: { en: 'Rich', id: 'Kaya' },
       test: async () => (await sapa.use('points').fails()) > 10 })`
  )
  await world.plugins.activate('points')
  await world.plugins.activate('card')
  const { asker } = globalThis as unknown as { asker: Asker }
  const faults = async (id: string) => {
    const all = await world.plugins.calls.faults.list(id)
    return all.map(({ entry, text }) => ({ entry, text }))
  }
  return { ...world, asker, faults }
}

t.test('a plugin calls the functions that another one exposes, and nothing else', async t => {
  const { asker } = await setup(t)
  const points = asker.use('points', '^1.0')

  t.equal(await points?.['balance']?.('rina'), 40)
  t.equal(await points?.['balance']?.('sari'), 0)
  t.same(Object.keys(points ?? {}).toSorted(), ['balance', 'fails', 'hangs'])
  t.throws(() => Object.assign(points ?? {}, { balance: () => 1_000 }), TypeError)
  t.equal(asker.use('points', '^2.0'), null, 'another version')
  t.equal(asker.use('kupon'), null, 'not there')
  t.throws(() => asker.use('points', 'terbaru'), /not a version range/)
})

t.test('what was lent ends when the other plugin is switched off', async t => {
  const { asker, plugins } = await setup(t)
  const points = asker.use('points')
  const waiting = points?.['hangs']?.()
  const refused = t.rejects(waiting ?? Promise.resolve(), /The plugin points is switched off/)

  t.match(await plugins.deactivate('points'), { state: 'installed' })
  await refused
  await t.rejects(points?.['balance']?.('rina') ?? Promise.resolve(), /points is switched off/)
  t.equal(asker.use('points'), null)
  t.equal((await plugins.find('card')).state, 'active', 'who borrows goes on')

  await plugins.activate('points')
  await t.rejects(points?.['balance']?.('rina') ?? Promise.resolve(), /switched off/, 'for good')
  t.equal(await asker.use('points')?.['balance']?.('rina'), 40)
})

t.test('a failure is the fault of who lends', async t => {
  const { plugins, faults, asker } = await setup(t)
  const facts = { conversation: 1, customer: 1, message: null }

  await t.rejects(plugins.offers.rules.test('card.rich', {}, facts), {
    message: 'The plugin points failed: basis data terkunci'
  })
  t.same(await faults('points'), [{ entry: 'exposed fails', text: 'basis data terkunci' }])
  t.same(await faults('card'), [])
  for (let times = 0; times < 5; times++) {
    await t.rejects(asker.use('points')?.['fails']?.() ?? Promise.resolve(), /basis data|rests/)
  }
  t.match(await faults('card'), [], 'nor when it rests')
  t.equal(await asker.use('points')?.['balance']?.('rina'), 40, 'its other functions go on')
})

t.test('plugins that ask each other in a circle come to an end', async t => {
  const { drop, plugins } = await pluginWorld(t)
  const asks = (other: string) => `sapa.expose({ ask: () => sapa.use('${other}').ask() })
    globalThis['${other}-asker'] = sapa`
  drop('kiri', asks('kanan'))
  drop('kanan', asks('kiri'))
  await plugins.activate('kiri')
  await plugins.activate('kanan')
  const { 'kanan-asker': kiri } = globalThis as unknown as { 'kanan-asker': Asker }

  await t.rejects(kiri.use('kanan')?.['ask']?.() ?? Promise.resolve(), /in a circle/)
  t.match(await plugins.deactivate('kiri'), { state: 'installed' })
  t.match(await plugins.deactivate('kanan'), { state: 'installed' })
})

t.test('what cannot be lent stops its plugin', async t => {
  const { drop, plugins } = await pluginWorld(t)
  const wrong: [string, RegExp][] = [
    ['sapa.expose(null)', /object with functions/],
    ['sapa.expose({ saldo: 40 })', /object with functions/],
    ['sapa.expose({ then: () => 1 })', /named then/],
    ['sapa.expose({ a: () => 1 }); sapa.expose({ b: () => 1 })', /called already/]
  ]
  for (const [index, [code, reason]] of wrong.entries()) {
    drop(`keliru-${index}`, code)
    t.match(await plugins.activate(`keliru-${index}`), { state: 'broken', reason }, code)
    drop('pemakai', 'globalThis.asker = sapa')
    await plugins.activate('pemakai')
    const { asker } = globalThis as unknown as { asker: Asker }
    t.equal(asker.use(`keliru-${index}`), null, 'and nothing of it stays')
  }
})
