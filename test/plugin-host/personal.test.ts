import t, { type Test } from 'tap'
import { dropPlugin } from '../support/plugin.ts'
import { apiWorld } from '../support/program.ts'
import { until } from '../support/until.ts'

const keeps = { manifest: { personalData: true } }

/** Points by e-mail address; breaks while `globalThis.broken` says so. */
const points = `
  const points = new Map([['rina@pelanggan.example', 40]])
  const addresses = customer => customer.identities.map(identity => identity.value)
  sapa.personal({
    async export(customer) {
      const found = addresses(customer).filter(value => points.has(value))
      return found.length === 0 ? null : found.map(value => ({ value, points: points.get(value) }))
    },
    async erase(customer) {
      seen.push(addresses(customer))
      const { meanwhile } = globalThis
      globalThis.meanwhile = undefined
      await meanwhile?.()
      if (globalThis.broken) throw new Error('basis data terkunci')
      for (const value of addresses(customer)) points.delete(value)
    }
  })`

async function setup(t: Test) {
  const world = await apiWorld(t)
  // Of the bundled plugins one keeps facts, too: here only those of the test count.
  await world.sapa.plugins.deactivate('webchat')
  await world.db.deleteFrom('plugin_keeper').execute()
  globalThis.seen = []
  Object.assign(globalThis, { broken: false })
  dropPlugin(world.dataDir, 'poin', points, keeps)
  await world.sapa.plugins.activate('poin')
  const rina = await world.make.customer(world.db, { name: 'Rina Marlina' })
  const address = { customer_id: rina.id, value: 'rina@pelanggan.example' }
  await world.make.identity(world.db, address)
  const path = `/customers/${rina.id}/plugin-records`
  const work = (ms = 0) => {
    world.clock.forward(ms)
    return world.sapa.jobs.tick(world.clock.now)
  }
  return { ...world, rina, path, work }
}

t.test('what plugins keep of a customer is told, and which of them could not say', async t => {
  const { call, path, sapa, dataDir, make, db } = await setup(t)
  const other = (id: string, body: string) =>
    dropPlugin(dataDir, id, `sapa.personal({ export: ${body}, erase: async () => {} })`, keeps)
  other('besar', "async () => 'x'.repeat(1_000_001)")
  other('kupon', 'async () => ({ kupon: 1n })')
  other('lupa', "async () => { throw new Error('rahasia 7391') }")
  other('mati', 'async () => 1')
  dropPlugin(dataDir, 'tak-simpan', '')
  other('tak-pernah', 'async () => 1')
  for (const id of ['besar', 'kupon', 'lupa', 'mati', 'tak-simpan']) {
    t.match(await sapa.plugins.activate(id), { state: 'active' })
  }
  await sapa.plugins.deactivate('mati')
  await sapa.plugins.scan()

  const { status, body } = await call.admin(`GET ${path}`)
  t.equal(status, 200)
  t.strictSame(
    body.data.map(({ title: _, ...told }: { title: string }) => told),
    [
      { plugin: 'besar', state: 'failed', records: null },
      { plugin: 'kupon', state: 'failed', records: null },
      { plugin: 'lupa', state: 'failed', records: null },
      { plugin: 'mati', state: 'off', records: null },
      {
        ...{ plugin: 'poin', state: 'answered' },
        records: [{ value: 'rina@pelanggan.example', points: 40 }]
      }
    ]
  )
  const { id } = await make.customer(db)
  const nothing = await call.owner(`GET /customers/${id}/plugin-records`)
  t.match(nothing.body.data.at(-1), { plugin: 'poin', state: 'nothing', records: null })
  t.equal((await call.owner('GET /customers/999999/plugin-records')).status, 404)
  t.equal((await call.supervisor(`GET ${path}`)).status, 403)
})

t.test('a customer is forgotten by each plugin, again and again until it is done', async t => {
  const { call, path, work, db } = await setup(t)
  Object.assign(globalThis, { broken: true })

  t.equal((await call.admin(`DELETE ${path}`)).status, 403, 'the owner alone')
  t.match(await call.owner(`DELETE ${path}`), {
    status: 202,
    body: { data: [{ plugin: 'poin', state: 'waiting', is_plugin_active: true, attempts: 0 }] }
  })
  for (let times = 0; times < 12; times++) await work(3_600_000 * 1.3)
  t.equal(seen.length, 12, 'more often than other jobs')
  t.match((await call.owner(`GET ${path}/erasures`)).body.data, [
    { state: 'waiting', attempts: 12, error: 'basis data terkunci' }
  ])
  Object.assign(globalThis, { broken: false })
  await call.owner(`DELETE ${path}`)
  await work(3_600_000 * 1.3)

  t.match((await call.owner(`GET ${path}/erasures`)).body, {
    data: [{ state: 'done', error: null, attempts: 13, done_at: String }],
    next: null
  })
  t.match((await call.owner(`GET ${path}`)).body.data, [{ state: 'nothing' }])
  const row = await db.selectFrom('plugin_erasure').select('customer').executeTakeFirst()
  t.equal(row?.customer, '{}', 'nothing of the customer stays in the task')
})

t.test('a plugin that is off is waited for, even when the customer is gone by then', async t => {
  const { call, path, work, sapa, db, rina } = await setup(t)
  await sapa.plugins.deactivate('poin')

  t.match((await call.owner(`DELETE ${path}`)).body.data, [{ is_plugin_active: false }])
  await call.owner(`DELETE ${path}`)
  await work(7 * 24 * 3_600_000)
  t.match((await call.owner(`GET ${path}/erasures`)).body.data, [{ state: 'waiting', attempts: 0 }])
  await db.deleteFrom('customer').where('id', '=', rina.id).execute()
  await sapa.plugins.activate('poin')
  await work()

  t.same(seen, [['rina@pelanggan.example']], 'asked for twice, done once')
  t.match((await call.owner(`GET ${path}/erasures`)).body.data, [{ state: 'done' }])
  t.equal((await call.owner(`GET ${path}`)).status, 404)
})

t.test(
  'a plugin that was removed without what it stored still counts as one that keeps',
  async t => {
    const { call, path, work, sapa, dataDir } = await setup(t)
    await sapa.plugins.uninstall('poin', 'keep')

    t.match((await call.owner(`GET ${path}`)).body.data, [{ plugin: 'poin', state: 'off' }])
    await call.owner(`DELETE ${path}`)
    await work(24 * 3_600_000)
    dropPlugin(dataDir, 'poin', points, keeps)
    await sapa.plugins.activate('poin')
    await work()
    t.same(seen, [['rina@pelanggan.example']], 'done when it is back')

    await sapa.plugins.uninstall('poin', 'delete')
    t.same((await call.owner(`GET ${path}`)).body.data, [], 'nothing left to tell')
    t.same((await call.owner(`GET ${path}/erasures`)).body.data, [])
  }
)

t.test('an address that a customer has lost between two requests is forgotten, too', async t => {
  const { call, path, work, sapa, db, make, rina } = await setup(t)
  await make.identity(db, { customer_id: rina.id, value: 'rina@lain.example' })
  await sapa.plugins.deactivate('poin')
  await call.owner(`DELETE ${path}`)
  await db.deleteFrom('identity').where('value', '=', 'rina@pelanggan.example').execute()
  await call.owner(`DELETE ${path}`)

  await sapa.plugins.activate('poin')
  await work()

  t.same(seen, [['rina@pelanggan.example', 'rina@lain.example']])
})

t.test('what is asked for while a plugin forgets is not taken for done', async t => {
  const { call, path, work, db, make, rina } = await setup(t)
  await call.owner(`DELETE ${path}`)
  Object.assign(globalThis, {
    meanwhile: async () => {
      await make.identity(db, { customer_id: rina.id, value: 'rina@baru.example' })
      await call.owner(`DELETE ${path}`)
    }
  })

  await work()
  await work(60 * 60_000)

  t.same(seen, [['rina@pelanggan.example'], ['rina@pelanggan.example', 'rina@baru.example']])
  t.match((await call.owner(`GET ${path}/erasures`)).body.data, [{ state: 'done' }])
})

t.test('an erasure that is interrupted by switching off is done later', async t => {
  const { call, path, work, sapa, dataDir } = await setup(t)
  const hangs = `sapa.personal({ export: async () => null, erase: async () => {
    seen.push('erase'); if (globalThis.broken) await new Promise(() => {}) } })`
  dropPlugin(dataDir, 'lambat', hangs, keeps)
  await sapa.plugins.activate('lambat')
  await sapa.plugins.deactivate('poin')
  Object.assign(globalThis, { broken: true })

  await call.owner(`DELETE ${path}`)
  const running = work()
  await until(() => seen.length > 0)
  t.match(await sapa.plugins.deactivate('lambat'), { state: 'installed' })
  await running
  Object.assign(globalThis, { broken: false })
  await sapa.plugins.activate('lambat')
  await work()

  t.same(seen, ['erase', 'erase'])
  const { body } = await call.owner(`GET ${path}/erasures`)
  t.match(body.data, [
    { plugin: 'poin', state: 'waiting', attempts: 0 },
    { plugin: 'lambat', state: 'done', attempts: 1, error: null }
  ])
})

t.test('without plugins that keep something there is nothing to do', async t => {
  const { call, make, db } = await apiWorld(t)
  const { id } = await make.customer(db)

  const none = { data: [] }
  t.match((await call.owner(`GET /customers/${id}/plugin-records`)).body, none)
  t.match(await call.owner(`DELETE /customers/${id}/plugin-records`), { status: 202, body: none })
  t.match((await call.owner(`GET /customers/${id}/plugin-records/erasures`)).body, none)
})

t.test('who says so must do so, and who does so must say so', async t => {
  const { sapa, dataDir } = await setup(t)
  const wrong: [string, boolean, RegExp][] = [
    ['', true, /did not call sapa.personal/],
    [points, false, /does not say personalData/],
    ['sapa.personal({ export: async () => 1 })', true, /export and erase/],
    [
      `${points}; ${points.replaceAll('const ', 'var ').replace('points =', 'p =')}`,
      true,
      /already/
    ]
  ]
  for (const [index, [code, personalData, reason]] of wrong.entries()) {
    dropPlugin(dataDir, `keliru-${index}`, code, { manifest: { personalData } })
    t.match(await sapa.plugins.activate(`keliru-${index}`), { state: 'broken', reason }, code)
  }
  dropPlugin(dataDir, 'aneh', '', { manifest: { personalData: 'ya' } })
  t.match(await sapa.plugins.activate('aneh'), { reason: /personalData must be true or false/ })
})
