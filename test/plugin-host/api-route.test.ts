import { Validator } from '@seriousme/openapi-schema-validator'
import t, { type Test } from 'tap'
import { dropPlugin } from '../support/plugin.ts'
import { apiWorld } from '../support/program.ts'

const setupCode = `
  const answer = async ({ path, params, form, agent, headers }) => ({
    body: { path, params, form, agent: agent?.name ?? null, token: headers.authorization ?? null } })
  const api = { access: 'api' }
  sapa.permission({ name: 'kupon', role: 'admin', label: { en: 'Coupons', id: 'Kupon' } })
  sapa.route({ ...api, method: 'GET', path: '/saldo/:nama', summary: 'Balance of a customer', handle: answer })
  sapa.route({ ...api, method: 'POST', path: '/saldo', role: 'supervisor', bodyLimit: 100, handle: answer })
  sapa.route({ ...api, method: 'PUT', path: '/kupon', permission: 'kupon', handle: answer })
  sapa.route({ ...api, method: 'GET', path: '/sering', rate: { max: 2, perMs: 10_000 }, handle: answer })
  sapa.route({ ...api, method: 'GET', path: '/pecah', handle: () => { throw new Error('rahasia 7391') } })
  sapa.route({ ...api, method: 'GET', path: '/aneh', handle: async () => ({ status: 'dua ratus', body: 1n }) })
  sapa.route({ method: 'GET', path: '/halaman', access: 'supervisor', handle: answer })
  sapa.route({ method: 'GET', path: '/pemilik', access: 'owner', handle: answer })`

async function setup(t: Test) {
  const world = await apiWorld(t)
  dropPlugin(world.dataDir, 'poin', setupCode)
  await world.sapa.plugins.activate('poin')
  return world
}

t.test('routes for programs take tokens alone, and a role or a permission', async t => {
  const { app, call, callWith, as } = await setup(t)

  const { status, body } = await call.agent('GET /x/poin/saldo/rina%252Fsari')
  t.equal(status, 200)
  t.strictSame(body, {
    ...{ path: '/saldo/rina%252Fsari', params: { nama: 'rina%2Fsari' }, form: null },
    ...{ agent: 'Dewi Anggraini', token: null }
  })
  t.match(await callWith(null)('GET /x/poin/saldo/rina'), {
    status: 401,
    body: { error: { code: 'token_required' } }
  })
  const cookie = await app.inject(as.owner({ url: '/api/v1/x/poin/saldo/rina' }))
  t.equal(cookie.statusCode, 401, 'no session')
  t.equal((await call.guest('GET /x/poin/saldo/rina')).status, 403)
  t.equal((await call.agent('POST /x/poin/saldo', { nama: 'Rina' })).status, 403)
  t.match((await call.supervisor('POST /x/poin/saldo', { nama: 'Rina' })).body, {
    form: { nama: 'Rina' }
  })
  t.equal((await call.supervisor('PUT /x/poin/kupon', {})).status, 403)
  t.equal((await call.admin('PUT /x/poin/kupon', {})).status, 200)
})

t.test('errors look like those of the whole API and tell nothing of the plugin', async t => {
  const { call } = await setup(t)
  const json = { 'content-type': 'application/json' }
  const refused: [string, unknown, number, string][] = [
    ['GET /x/poin/tidak-ada', undefined, 404, 'not_found'],
    ['DELETE /x/poin/saldo', undefined, 404, 'not_found'],
    ['GET /x/tidak-ada/saldo', undefined, 404, 'not_found'],
    ['POST /x/poin/saldo', '{', 400, 'bad_request'],
    ['POST /x/poin/saldo', `"${'x'.repeat(200)}"`, 413, 'too_large'],
    ['GET /x/poin/pecah', undefined, 502, 'plugin_failed']
  ]
  for (const [what, payload, status, code] of refused) {
    const answer = await call.owner(what, payload, payload === undefined ? {} : json)
    t.match(answer, { status, body: { error: { code, message: String } } }, what)
    t.notMatch(JSON.stringify(answer.body), /rahasia/)
  }
  t.match(await call.owner('GET /x/poin/aneh'), { status: 502, body: { error: {} } })
})

t.test('a route has a rate of its own for each caller', async t => {
  const { call, clock } = await setup(t)
  const ask = () => call.agent('GET /x/poin/sering')

  t.same([(await ask()).status, (await ask()).status], [200, 200])
  clock.forward(4_000)
  const { status, headers, body } = await ask()
  t.match({ status, body }, { status: 429, body: { error: { code: 'too_many_requests' } } })
  t.equal(headers['retry-after'], '6')
  t.equal((await call.owner('GET /x/poin/sering')).status, 200, 'somebody else')
  clock.forward(6_000)
  t.equal((await ask()).status, 200)
})

t.test('supervisors and owners have pages of their own, which programs do not', async t => {
  const { app, as, call } = await setup(t)
  const status = async (role: keyof typeof as, url: string) =>
    (await app.inject(as[role]({ url }))).statusCode

  t.same(
    [await status('agent', '/p/poin/halaman'), await status('supervisor', '/p/poin/halaman')],
    [...[403, 200]]
  )
  t.same(
    [await status('admin', '/p/poin/pemilik'), await status('owner', '/p/poin/pemilik')],
    [...[403, 200]]
  )
  t.equal(await status('owner', '/p/poin/saldo/rina'), 404)
  t.equal((await call.owner('GET /x/poin/halaman')).status, 404)
})

t.test('the description has what active plugins offer', async t => {
  const { app, sapa } = await setup(t)
  const describe = async () => (await app.inject('/api/v1/openapi.json')).json()

  const description = await describe()
  t.match(description.paths['/api/v1/x/poin/saldo/{nama}'], {
    get: { summary: 'Balance of a customer', parameters: [{ name: 'nama' }] }
  })
  t.same((await new Validator().validate(description)).errors ?? [], [])
  await sapa.plugins.deactivate('poin')
  t.notMatch(Object.keys((await describe()).paths).join(), '/x/')
})

t.test('no plugin can take the place of what Sapa serves', async t => {
  const { app, call, sapa, dataDir, as } = await setup(t)
  const paths = ['/../../me', '/%2e%2e/me', '/', '/*', '/healthz', '//healthz']
  const routes = paths.flatMap(path =>
    ['api', 'agent'].map(
      access => `try { sapa.route({ method: 'GET', path: '${path}', access: '${access}',
        handle: async () => ({ body: 'bajakan' }) }) } catch {}`
    )
  )
  for (const id of ['bayangan', 'healthz', 'inbox', 'x']) dropPlugin(dataDir, id, routes.join('\n'))
  for (const id of ['bayangan', 'healthz', 'inbox']) {
    t.match(await sapa.plugins.activate(id), { state: 'active' })
  }

  t.match((await call.agent('GET /me')).body, { name: 'Dewi Anggraini' })
  for (const url of ['/healthz', '/inbox', '/api/v1/openapi.json']) {
    const response = await app.inject(as.agent({ url }))
    t.notMatch(response.payload, 'bajakan', url)
  }
})

t.test('a plugin sees neither sessions nor tokens, and rests when it keeps failing', async t => {
  const { app, as, sapa, dataDir } = await setup(t)
  dropPlugin(
    dataDir,
    'kue',
    `sapa.route({ method: 'GET', path: '/', access: 'agent',
       handle: async ({ headers }) => ({ body: { cookie: headers.cookie } }) })
     sapa.route({ method: 'GET', path: '/pecah', access: 'agent',
       handle: async () => { throw new Error('rahasia 7391') } })`
  )
  await sapa.plugins.activate('kue')
  const get = (url: string) => app.inject(as.agent({ url, cookies: { tema: 'gelap' } }))

  t.same((await get('/p/kue/')).json(), { cookie: 'tema=gelap' })
  const statuses: number[] = []
  for (let times = 0; times < 6; times++) statuses.push((await get('/p/kue/pecah')).statusCode)
  t.same(statuses, [500, 500, 500, 500, 500, 503])
  t.equal((await get('/p/kue/')).statusCode, 200)
})
