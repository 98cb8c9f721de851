import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { createApiToken } from '../../server/agent/api-token.ts'
import { asset } from '../../server/web/assets.ts'
import { setup } from '../support/app.ts'
import { failingRoutes } from '../support/extra-routes.ts'
import { until } from '../support/until.ts'

t.test('programs come in with a token, and with nothing else', async t => {
  const { app, as, db, ids, clock } = await setup(t, { routes: failingRoutes })
  const url = '/api/test/owners'
  const bearer = async (agentId: number) => {
    const { token } = await createApiToken(db, { agentId, name: 'Gudang' }, clock.now)
    return { authorization: `Bearer ${token}` }
  }

  const owner = await app.inject({ url, headers: await bearer(ids.owner) })
  const agent = await app.inject({ url, headers: await bearer(ids.agent) })
  const cookie = await app.inject(as.owner({ url }))
  const wrong = await app.inject({ url, headers: { authorization: 'Bearer sapa_nobody' } })
  const page = await app.inject({ url: '/me', headers: await bearer(ids.owner) })

  t.equal(owner.statusCode, 200)
  t.match(agent.json(), { error: { code: 'forbidden' } })
  t.equal(cookie.statusCode, 401, 'a cookie does not count for programs')
  t.equal(wrong.statusCode, 401)
  t.equal(page.statusCode, 401, 'a token does not open pages')
})

t.test('pages travel compressed', async t => {
  const { app } = await setup(t)

  const response = await app.inject({ url: '/sign-in', headers: { 'accept-encoding': 'gzip' } })

  t.equal(response.headers['content-encoding'], 'gzip')
  t.match(gunzipSync(response.rawPayload).toString(), '<form')
})

t.test('public pages are limited per address, the rest of the house is not', async t => {
  const { app, as } = await setup(t)
  const statuses = new Set<number>()
  for (let n = 0; n < 121; n++) statuses.add((await app.inject('/sign-in')).statusCode)

  t.strictSame([...statuses], [200, 429])
  t.equal((await app.inject({ url: '/sign-in', remoteAddress: '203.0.113.9' })).statusCode, 200)
  t.equal((await app.inject(as.agent({ url: '/me' }))).statusCode, 200)
  t.equal((await app.inject('/healthz')).statusCode, 200)
})

t.test('a request in flight ends before the server does', async t => {
  let arrive = () => {}
  let answer = () => {}
  const arrived = new Promise<void>(resolve => (arrive = resolve))
  const answered = new Promise<void>(resolve => (answer = resolve))
  const { app } = await setup(t, {
    routes: one =>
      void one.get('/test/slow', { config: { isPublic: true } }, async () => {
        arrive()
        await answered
        return 'done'
      })
  })
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  const response = fetch(`${origin}/test/slow`)
  await arrived

  const closed = app.close()
  await until(() => !app.server.listening)
  answer()

  t.equal(await (await response).text(), 'done')
  t.equal((await response).headers.get('connection'), 'close')
  await closed
  await t.rejects(fetch(`${origin}/healthz`), 'nobody is let in any more')
})

t.test('every answer forbids to run and to sniff, also of what nobody can read', async t => {
  const { app, as } = await setup(t, { routes: failingRoutes })
  const tries: [string, number][] = [
    ['/%', 400],
    ['/conversations/%E0%A4%A', 400],
    ['/nowhere', 404],
    ['/inbox/mine', 303],
    ['/sign-in', 200],
    [asset('favicon.svg'), 200],
    ['/assets/..%2f..%2fpackage.json', 403],
    ['/healthz', 200],
    ['/api/v1/me', 401]
  ]
  for (const [url, status] of tries) {
    const { statusCode, headers } = await app.inject(url)
    t.equal(statusCode, status, url)
    t.match(headers['content-security-policy'], /default-src '(self|none)'/, url)
    t.match(headers['content-security-policy'], /frame-ancestors 'none'/, url)
    t.equal(headers['x-content-type-options'], 'nosniff', url)
  }
  const { etag } = (await app.inject(asset('favicon.svg'))).headers
  const headers = { 'if-none-match': String(etag) }
  const unchanged = await app.inject({ url: asset('favicon.svg'), headers })
  t.equal(unchanged.statusCode, 304)
  t.ok(unchanged.headers['content-security-policy'])
  t.ok((await app.inject(as.guest({ url: '/settings' }))).headers['content-security-policy'])
})
