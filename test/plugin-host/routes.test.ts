import t, { type Test } from 'tap'
import { setup as setupApp, type SetupOptions } from '../support/app.ts'
import { hangMs } from '../support/patience.ts'
import { dropPlugin } from '../support/plugin.ts'
import { until } from '../support/until.ts'

const code = `
  const answer = access => async request => ({ body: {
    access, path: request.path, params: request.params, query: request.query, form: request.form,
    length: request.body.length, agent: request.agent?.name ?? null } })
  for (const access of ['agent', 'admin', 'public']) {
    sapa.route({ method: 'GET', path: '/' + access, access, handle: answer(access) })
    sapa.route({ method: 'POST', path: '/' + access, access, handle: answer(access) })
  }
  sapa.route({ method: 'GET', path: '/saldo/:nama', access: 'public', handle: answer('saldo') })
  sapa.route({ method: 'POST', path: '/raw', access: 'public', bodyLimit: 100,
    handle: async request => ({ status: 201, headers: { 'content-type': 'application/x-isi' }, body: request.body }) })
  sapa.route({ method: 'GET', path: '/masuk', access: 'public',
    handle: async () => ({ redirect: 'https://accounts.example.com/o?state=1' }) })
  sapa.route({ method: 'GET', path: '/teks', access: 'public', handle: async () => ({ body: '<b>halo</b>' }) })
  for (const [name, value] of [['transfer-encoding', 'gzip'], ['set-cookie', 'sapa_session=orang-lain']]) {
    sapa.route({ method: 'GET', path: '/' + name, access: 'public',
      handle: async () => ({ headers: { [name]: value }, body: 'halo' }) })
  }
  sapa.route({ method: 'PUT', path: '/kosong', access: 'agent', handle: async () => ({}) })
  sapa.route({ method: 'GET', path: '/pecah', access: 'public',
    handle: async () => { throw new Error('rahasia di dalam galat') } })`

async function setup(t: Test, options: SetupOptions = {}) {
  const world = await setupApp(t, options)
  dropPlugin(world.dataDir, 'poin', code, {
    files: {
      'public/gaya.css': '.plugin-poin { color: red }',
      'public/.rahasia': 'x',
      'rahasia.txt': 'x'
    }
  })
  await world.sapa.plugins.activate('poin')
  return world
}

t.test('routes are closed unless the plugin opens them', async t => {
  const { app, as } = await setup(t)
  const status = async (who: keyof typeof as | null, path: string) => {
    const request = { method: 'GET' as const, url: `/p/poin/${path}` }
    return (await app.inject(who ? as[who](request) : request)).statusCode
  }

  t.same(await Promise.all([status(null, 'agent'), status(null, 'admin')]), [303, 303])
  t.equal(await status(null, 'public'), 200)
  t.same(await Promise.all([status('guest', 'agent'), status('guest', 'admin')]), [403, 403])
  t.same(await Promise.all([status('agent', 'agent'), status('agent', 'admin')]), [200, 403])
  t.equal(await status('owner', 'admin'), 200)
  t.equal(await status('owner', 'tidak-ada'), 404)
})

t.test('a handler gets the request as it came, and who sent it', async t => {
  const { app, as } = await setup(t)

  const response = await app.inject(
    as.agent({
      method: 'POST',
      url: '/p/poin/agent?halaman=2&halaman=3',
      headers: { 'content-type': 'application/json' },
      payload: '{"nama": "Rina", "__proto__": {"polluted": true}}'
    })
  )

  t.strictSame(response.json(), {
    access: 'agent',
    path: '/agent',
    params: {},
    query: { halaman: '2' },
    form: { nama: 'Rina' },
    length: 49,
    agent: 'Dewi Anggraini'
  })
  const named = await app.inject({ url: '/p/poin/saldo/rina%252Fsari' })
  t.strictSame(named.json().params, { nama: 'rina%2Fsari' }, 'decoded once')
})

t.test('forms, broken JSON and other bytes', async t => {
  const { app } = await setup(t)
  const post = (path: string, type: string, payload: string | Buffer) =>
    app.inject({
      method: 'POST',
      url: `/p/poin/${path}`,
      headers: { 'content-type': type },
      payload
    })

  const form = await post('public', 'application/x-www-form-urlencoded', 'a=1&b=2&b=3&__proto__=x')
  t.strictSame(form.json().form, { a: '1', b: ['2', '3'] })
  t.equal((await post('public', 'application/json', '{')).statusCode, 400)
  const bytes = Buffer.from([0, 255, 10, 13])
  const raw = await post('raw', 'application/x-isi', bytes)
  t.equal(raw.statusCode, 201)
  t.equal(raw.headers['content-type'], 'application/x-isi')
  t.same(raw.rawPayload, bytes)
  t.equal((await post('raw', 'application/x-isi', Buffer.alloc(101))).statusCode, 413)
  t.equal((await post('public', 'application/json', '[]')).json().form, null)
})

t.test('answers: redirect, text, nothing, and a failure that tells nothing', async t => {
  const { app, as } = await setup(t)
  const get = (path: string) => app.inject({ url: `/p/poin/${path}` })

  t.match(await get('masuk'), {
    statusCode: 302,
    headers: { location: 'https://accounts.example.com/o?state=1' }
  })
  t.match((await get('teks')).headers['content-type'], /^text\/plain/)
  const empty = await app.inject(as.agent({ method: 'PUT', url: '/p/poin/kosong' }))
  t.equal(empty.statusCode, 204)
  const broken = await get('pecah')
  t.equal(broken.statusCode, 500)
  t.notMatch(broken.payload, /rahasia di dalam galat/)
  for (const name of ['transfer-encoding', 'set-cookie']) {
    const { statusCode, headers } = await get(name)
    t.equal(statusCode, 500, `${name} is not for plugins`)
    t.notMatch(String(headers[name]), /gzip|orang-lain/)
  }
})

t.test('another site cannot make an agent post', async t => {
  const { app, as } = await setup(t)
  const foreign = as.agent({
    method: 'POST',
    url: '/p/poin/agent',
    headers: { 'sec-fetch-site': 'cross-site', origin: 'https://jahat.example' }
  })

  t.equal((await app.inject(foreign)).statusCode, 403)
})

t.test('files of a plugin are served by version, and only its public ones', async t => {
  const { app, sapa } = await setup(t)
  const get = (path: string) => app.inject({ url: `/p/poin/assets/${path}` })

  const style = await get('1.2.0/gaya.css')
  t.equal(style.payload, '.plugin-poin { color: red }')
  t.match(style.headers['cache-control'], /immutable/)
  for (const path of [
    '1.1.0/gaya.css',
    '1.2.0/tidak-ada.css',
    '1.2.0/.rahasia',
    '1.2.0/../rahasia.txt',
    '1.2.0/%2e%2e/rahasia.txt',
    '1.2.0/..%2frahasia.txt'
  ]) {
    t.not((await get(path)).statusCode, 200, path)
  }
  await sapa.plugins.deactivate('poin')
  t.equal((await get('1.2.0/gaya.css')).statusCode, 404)
})

t.test('routes come and go while Sapa runs', async t => {
  const { app, sapa } = await setup(t)
  const status = async () => (await app.inject({ url: '/p/poin/public' })).statusCode

  t.equal(await status(), 200)
  await sapa.plugins.deactivate('poin')
  t.equal(await status(), 404)
  await sapa.plugins.activate('poin')
  t.equal(await status(), 200)
})

t.test('a route may take its own time, up to a minute', async t => {
  const world = await setupApp(t)
  const waiting = (path: string, timeoutMs: number) => `
    sapa.route({ method: 'GET', path: '${path}', access: 'public', timeoutMs: ${timeoutMs},
      handle: ({ signal }) => new Promise(done => {
        waiting += 1
        signal.addEventListener('abort', () => done({ body: { isEnded: true } })) }) })`
  const count = `let waiting = 0
    sapa.route({ method: 'GET', path: '/jumlah', access: 'public',
      handle: async () => ({ body: { waiting } }) })`
  dropPlugin(world.dataDir, 'antre', count + waiting('/sebentar', 50) + waiting('/lama', 60_000))
  dropPlugin(world.dataDir, 'terlalu', count + waiting('/', 60_001))
  await world.sapa.plugins.activate('antre')

  const refused = await world.sapa.plugins.activate('terlalu')
  t.match(refused, { state: 'broken', reason: /timeoutMs must be between 1 and 60000/ })
  t.equal((await world.app.inject({ url: '/p/antre/sebentar' })).statusCode, 503)

  const url = await world.app.listen({ port: 0, host: '127.0.0.1' })
  const polled = fetch(`${url}/p/antre/lama`)
  const counted = async () => (await world.app.inject({ url: '/p/antre/jumlah' })).json()
  await until(async () => ((await counted()) as { waiting: number }).waiting === 2)
  const startedAt = Date.now()
  await Promise.all([world.app.close(), polled])
  t.ok(Date.now() - startedAt < hangMs, 'the end waits for no long poll')
  t.strictSame(await (await polled).json(), { isEnded: true })
})

t.test('a program with a token is refused in JSON', async t => {
  const { app } = await setup(t)
  const post = (headers: Record<string, string>) =>
    app.inject({ method: 'POST', url: '/p/poin/raw', headers, payload: Buffer.alloc(101) })
  const authorization = 'Bearer rahasia'
  const type = { 'content-type': 'application/x-isi' }

  t.match((await post({ ...type, authorization })).json(), { error: { code: 'too_large' } })
  t.match((await post(type)).headers['content-type'], /^text\/html/)
  const unknown = await app.inject({ url: '/p/poin/tidak-ada', headers: { authorization } })
  t.equal(unknown.statusCode, 404)
  t.match(unknown.json(), { error: { code: 'not_found', message: String } })
})
