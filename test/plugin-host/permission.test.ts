import t, { type Test } from 'tap'
import { dropPlugin } from '../support/plugin.ts'
import { apiWorld } from '../support/program.ts'

const code = `
  sapa.permission({ name: 'saldo', role: 'supervisor', label: { en: 'See balances', id: 'Lihat saldo' } })
  sapa.route({ method: 'POST', path: '/saldo', access: 'agent', permission: 'saldo',
    handle: async () => ({ body: { saldo: 40 } }) })`

async function setup(t: Test) {
  const world = await apiWorld(t)
  dropPlugin(world.dataDir, 'poin', code)
  await world.sapa.plugins.activate('poin')
  const post = async (role: keyof typeof world.as) => {
    const request = world.as[role]({ method: 'POST', url: '/p/poin/saldo', payload: { a: 1 } })
    return (await world.app.inject(request)).statusCode
  }
  return { ...world, post, path: '/plugins/poin/permissions/saldo' }
}

t.test('a permission of a plugin has a least role, and the owner chooses another', async t => {
  const { post, call, path, sapa, db, ids } = await setup(t)

  t.same(await Promise.all((['guest', 'agent', 'supervisor', 'owner'] as const).map(post)), [
    ...[403, 403],
    ...[200, 200]
  ])
  await db.updateTable('agent').set({ locale: 'id' }).where('id', '=', ids.admin).execute()
  t.match((await call.admin(`GET ${path}`)).body, { role: 'supervisor', label: 'Lihat saldo' })
  const listed = await call.admin('GET /plugins/poin/permissions')
  t.match(listed.body.data, [{ name: 'saldo', role: 'supervisor', usual_role: 'supervisor' }])
  const given = await call.owner(`PUT ${path}`, { role: 'agent' })
  t.match(given, { status: 200, body: { name: 'saldo', role: 'agent', usual_role: 'supervisor' } })
  t.equal(await post('agent'), 200, 'at once')
  t.equal(await post('guest'), 403, 'never a guest')

  await sapa.plugins.deactivate('poin')
  t.match(await call.owner(`GET ${path}`), { status: 409, body: { error: { code: 'plugin_off' } } })
  await sapa.plugins.activate('poin')
  t.equal(await post('agent'), 200, 'the choice outlives the pause')
})

t.test('what nobody may give, and what does not exist', async t => {
  const { call, path, sapa } = await setup(t)

  t.match(await call.admin(`PUT ${path}`, { role: 'owner' }), {
    status: 403,
    body: { error: { code: 'above_own_rank' } }
  })
  await call.owner(`PUT ${path}`, { role: 'owner' })
  t.equal((await call.admin(`PUT ${path}`, { role: 'agent' })).status, 403, 'nor take')
  t.equal((await call.owner(`PUT ${path}`, { role: 'guest' })).status, 422)
  t.equal((await call.owner(`PUT ${path}`, {})).status, 422)
  t.equal((await call.supervisor(`GET ${path}`)).status, 403)
  t.equal((await call.owner('GET /plugins/poin/permissions/kupon')).status, 404)
  t.equal((await call.owner('PUT /plugins/kupon/permissions/saldo', { role: 'agent' })).status, 404)
  t.match(await sapa.plugins.permissions('poin'), [{ name: 'saldo', role: 'owner' }])
})

t.test('the role is refused before the body is read', async t => {
  const { app, as } = await setup(t)
  const request = { method: 'POST' as const, url: '/p/poin/saldo', payload: '{' }
  const headers = { 'content-type': 'application/json' }

  t.equal((await app.inject(as.agent({ ...request, headers }))).statusCode, 403)
  t.equal((await app.inject(as.owner({ ...request, headers }))).statusCode, 400)
})

t.test('a permission that is misspelled stops the plugin, not the others', async t => {
  const { sapa, dataDir } = await setup(t)
  const twice = `for (const role of ['agent', 'admin'])
    sapa.permission({ name: 'kupon', role, label: { en: 'Coupons', id: 'Kupon' } })`
  const route = (more: string) =>
    `sapa.route({ method: 'GET', path: '/', ${more}, handle: async () => ({}) })`
  const wrong: [string, RegExp][] = [
    [route("access: 'agent', permission: 'saldo'"), /no permission saldo/],
    [route("access: 'public', permission: 'saldo'"), /public/],
    [route("access: 'siapa-saja'"), /no access siapa-saja/],
    [route("access: 'agent', rate: { max: 0, perMs: 1000 }"), /rate.max/],
    [route("access: 'agent', rate: { max: 5, perMs: 1 }"), /rate.perMs/],
    [twice, /kupon is registered already/],
    ["sapa.permission({ name: 'Semua Saldo', role: 'agent', label: {} })", /must match/],
    ["sapa.permission({ name: 'kupon', role: 'guest', label: { en: 'C', id: 'K' } })", /no role/],
    ["sapa.permission({ name: 'kupon', role: 'agent', label: { en: 'C' } })", /no label/]
  ]
  for (const [index, [text, reason]] of wrong.entries()) {
    dropPlugin(dataDir, `keliru-${index}`, text)
    t.match(await sapa.plugins.activate(`keliru-${index}`), { state: 'broken', reason }, text)
  }
  t.equal((await sapa.plugins.find('poin')).state, 'active')
})
