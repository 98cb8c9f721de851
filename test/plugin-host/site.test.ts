import { request as httpRequest } from 'node:http'
import t, { type Test } from 'tap'
import { setup as setupApp } from '../support/app.ts'
import { dropPlugin } from '../support/plugin.ts'

const code = `
  const seen = async request => ({ body: {
    path: request.path, params: request.params, form: request.form, agent: request.agent,
    cookie: request.headers.cookie ?? null, token: request.headers.authorization ?? null } })
  const site = { access: 'public', mount: 'site' }
  const foreign = { ...site, isForeign: true }
  sapa.route({ ...site, method: 'GET', path: '/obrol/:kunci', handle: seen })
  sapa.route({ ...site, method: 'POST', path: '/obrol/:kunci', handle: seen })
  sapa.route({ ...foreign, method: 'POST', path: '/obrol/:kunci/pesan', handle: seen, bodyLimit: 200 })
  sapa.route({ ...foreign, method: 'OPTIONS', path: '/obrol/:kunci/pesan', handle: async () => ({
    status: 204, headers: { 'access-control-allow-origin': 'https://toko.example' } }) })
  sapa.route({ ...foreign, method: 'GET', path: '/tombol.js', rate: { max: 2000, perMs: 60_000 },
    handle: async () => ({ body: 'sapa()', headers: { 'content-type': 'text/javascript',
      'cross-origin-resource-policy': 'cross-origin', 'cache-control': 'public, max-age=300', etag: '"a1"' } }) })
  sapa.route({ ...site, method: 'GET', path: '/obrol/:kunci/panel', handle: async () => ({
    body: '<script src="/tombol.js"></script><style>p{}</style>',
    headers: { 'content-type': 'text/html', 'set-cookie': 'obrol=1; Path=/obrol/',
      'content-security-policy': "default-src 'self'; frame-ancestors https://toko.example" } }) })
  sapa.route({ ...site, method: 'GET', path: '/obrol/:kunci/halo',
    handle: async () => ({ body: sapa.html\`<form id="a" data-x="1">\${'<Rina>'}</form>\` }) })`

const paths = ['/obrol/', '/tombol.js']

async function setup(t: Test) {
  const world = await setupApp(t)
  dropPlugin(world.dataDir, 'obrol', code, { manifest: { paths } })
  const { state, reason } = await world.sapa.plugins.activate('obrol')
  t.same([state, reason], ['active', null])
  return world
}

t.test('a plugin answers its paths at the root, and Sapa everything else', async t => {
  const { app, as, sapa } = await setup(t)
  const status = async (url: string, method: 'GET' | 'PUT' | 'HEAD' = 'GET') =>
    (await app.inject({ method, url })).statusCode

  const page = await app.inject({ url: '/obrol/k1?dari=toko' })
  t.match(page.json(), { path: '/obrol/k1', params: { kunci: 'k1' } })
  t.match(page.headers['content-security-policy'], /frame-ancestors 'none'/)
  t.equal(page.headers['x-frame-options'], 'DENY')
  t.equal(await status('/obrol/k1', 'HEAD'), 200)
  t.same(
    await Promise.all(['/obrol', '/obrol-lain', '/obrol/k1/x', '/tombol.js/x'].map(u => status(u))),
    [404, 404, 404, 404]
  )
  t.equal(await status('/obrol/k1', 'PUT'), 404)
  t.equal(await status('/p/obrol/obrol/k1'), 404, 'not below /p/ too')
  t.equal((await app.inject(as.agent({ url: '/settings' }))).statusCode < 400, true)

  const missing = await app.inject({ url: '/obrol/k1/x', headers: { 'accept-language': 'en' } })
  t.match(missing.headers['content-type'], /text\/html/)

  await sapa.plugins.deactivate('obrol')
  t.equal(await status('/obrol/k1'), 404)
  t.equal(await status('/tombol.js'), 404)
  await sapa.plugins.activate('obrol')
  t.equal(await status('/tombol.js'), 200)
})

t.test('nobody is signed in there, and a token of the plugin is its own', async t => {
  const { app, as } = await setup(t)
  const headers = { authorization: 'Bearer pengunjung', cookie: 'obrol=1' }

  const response = await app.inject(
    as.owner({ url: '/obrol/k1', headers, cookies: { obrol: '1' } })
  )

  t.match(response.json(), { agent: null, cookie: /obrol=1/, token: 'Bearer pengunjung' })
  t.notMatch(response.json().cookie, /sapa_session/)
  t.equal(response.headers['set-cookie'], undefined)
})

t.test('pages of other sites may call only what is meant for them', async t => {
  const { app } = await setup(t)
  const headers = { origin: 'https://toko.example', 'sec-fetch-site': 'cross-site' }
  const post = (url: string, payload: object) =>
    app.inject({ method: 'POST', url, headers, payload })

  const refused = await post('/obrol/k1', { isi: 'Halo' })
  t.equal(refused.statusCode, 403)

  const taken = await post('/obrol/k1/pesan', { isi: 'Halo' })
  t.match(taken.json(), { form: { isi: 'Halo' }, agent: null })
  const asked = await app.inject({ method: 'OPTIONS', url: '/obrol/k1/pesan', headers })
  t.equal(asked.statusCode, 204)
  t.equal(asked.headers['access-control-allow-origin'], 'https://toko.example')
  t.equal((await app.inject({ method: 'OPTIONS', url: '/obrol/k1', headers })).statusCode, 404)
})

t.test('an answer says itself who may frame, keep and load it', async t => {
  const { app } = await setup(t)

  const script = await app.inject({ url: '/tombol.js' })
  t.match(script.headers, {
    'cross-origin-resource-policy': 'cross-origin',
    'cache-control': 'public, max-age=300',
    etag: '"a1"'
  })
  const panel = await app.inject({ url: '/obrol/k1/panel', headers: { 'hx-request': 'true' } })
  t.match(panel.body, /<script src="\/tombol.js"><\/script><style>/, 'nothing is cleaned')
  t.match(panel.headers['content-security-policy'], /^default-src 'self'; frame-ancestors https:/)
  t.equal(panel.headers['x-frame-options'], undefined)
  t.match(panel.headers['permissions-policy'], /camera=\(\)/)
  t.equal(panel.headers['x-content-type-options'], 'nosniff')
  t.match(panel.headers['set-cookie'], /^obrol=1/)
  const hello = await app.inject({ url: '/obrol/k1/halo' })
  t.equal(hello.body, '<form id="a" data-x="1">&lt;Rina&gt;</form>')
  t.match(hello.headers['content-type'], /text\/html/)
})

t.test("the route's own limit counts, however many share an address", async t => {
  const { app } = await setup(t)
  const ask = async (url: string, times: number) => {
    const codes = new Map<number, number>()
    for (let round = 0; round < times; round++) {
      const { statusCode } = await app.inject({ url })
      codes.set(statusCode, (codes.get(statusCode) ?? 0) + 1)
    }
    return Object.fromEntries(codes)
  }

  t.same(await ask('/tombol.js', 1500), { 200: 1500 })
  t.same(await ask('/obrol/k1', 605), { 200: 600, 429: 5 }, 'the usual one')
})

t.test('more than the route takes is not kept, with a length or without one', async t => {
  const { app } = await setup(t)
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  const send = (parts: string[]) =>
    new Promise<number>((resolve, refuse) => {
      const headers = { 'content-type': 'text/plain', 'transfer-encoding': 'chunked' }
      const request = httpRequest(`${origin}/obrol/k1/pesan`, { method: 'POST', headers })
      request.on('response', answer => resolve(answer.resume().statusCode ?? 0))
      request.on('error', refuse)
      for (const part of parts) request.write(part)
      request.end()
    })

  t.equal(await send(['Halo, ', 'ada stok?']), 200)
  t.equal(await send(['x'.repeat(150), 'x'.repeat(150)]), 413)
  const named = await app.inject({
    method: 'POST',
    url: '/obrol/k1/pesan',
    headers: { 'content-type': 'text/plain' },
    payload: 'x'.repeat(201)
  })
  t.equal(named.statusCode, 413)
})

t.test("Sapa's own paths and those of another plugin cannot be taken", async t => {
  const { sapa, dataDir, app } = await setup(t)
  const tryOut = async (id: string, manifest: object, more = '') => {
    dropPlugin(dataDir, id, more, { manifest })
    const { state, reason } = await sapa.plugins.activate(id)
    return `${state}: ${reason}`
  }
  const route = (path: string, more = '') =>
    `sapa.route({ method: 'GET', path: '${path}', access: 'public', mount: 'site', ${more}
       handle: async () => ({ body: 'saya' }) })`

  t.match(
    await tryOut('satu', { paths: ['/settings/obrol/'] }),
    /broken: .*\/settings\/obrol\/ is Sapa's/
  )
  t.match(await tryOut('dua', { paths: ['/api/'] }), /broken: .*Sapa's own/)
  t.match(await tryOut('tiga', { paths: ['/obrol/x.js'] }), /broken: .*belongs to the plugin obrol/)
  t.match(await tryOut('empat', { paths: ['/../'] }), /broken: .*must look like/)
  t.match(
    await tryOut('lima', { paths: ['/lima/'] }, route('/enam')),
    /does not name \/enam in paths/
  )
  t.match(
    await tryOut('enam', { paths: ['/enam/'] }, `${route('/enam/a')}; throw new Error('x')`),
    /broken/
  )
  t.equal((await app.inject({ url: '/enam/a' })).statusCode, 404)
  t.match(
    await tryOut('tujuh', { paths: ['/enam/'] }, route('/enam/a')),
    'active',
    'what failed holds no path'
  )
  t.equal((await app.inject({ url: '/enam/a' })).body, 'saya')
  t.match(
    await tryOut('delapan', { paths: ['/delapan'] }, route('/delapan', "method: 'OPTIONS',")),
    /OPTIONS is for isForeign/
  )
})
