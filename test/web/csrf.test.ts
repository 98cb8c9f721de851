import t from 'tap'
import { failingRoutes } from '../support/extra-routes.ts'
import { setup } from '../support/app.ts'

t.test('a change must come from our own pages', async t => {
  const { app, as } = await setup(t, { routes: failingRoutes })
  const change = (headers: Record<string, string | undefined>) =>
    app.inject(as.agent({ method: 'POST', url: '/test/change', headers: headers as never }))

  const cases: [string, Record<string, string | undefined>, number][] = [
    ['the browser says same origin', { 'sec-fetch-site': 'same-origin' }, 200],
    ['the browser says another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['the browser says a neighbour', { 'sec-fetch-site': 'same-site' }, 403],
    ['an old browser with our origin', { ...none, origin: 'http://localhost:80' }, 200],
    ['an old browser with a foreign origin', { ...none, origin: 'https://evil.example' }, 403],
    ['another port is another origin', { ...none, origin: 'http://localhost:8080' }, 403],
    ['a sandboxed frame', { ...none, origin: 'null' }, 403],
    ['a cookie and no word of where it comes from', none, 403],
    ['both, and they disagree', { 'sec-fetch-site': 'cross-site', origin: 'http://localhost' }, 403]
  ]
  for (const [name, headers, status] of cases) {
    t.equal((await change(headers)).statusCode, status, name)
  }
})

t.test('signing in from a foreign page is refused too', async t => {
  const { app } = await setup(t)

  const response = await app.inject({
    method: 'POST',
    url: '/sign-in',
    headers: { origin: 'https://evil.example', accept: 'text/html' },
    payload: { email: 'sari@toko.example', password: 'kopi susu di teras' }
  })

  t.equal(response.statusCode, 403)
  t.match(response.body, 'situs lain')
})

t.test('programs without a cookie need no browser headers', async t => {
  const { app } = await setup(t, { routes: failingRoutes })

  const response = await app.inject({ method: 'POST', url: '/test/change' })

  t.equal(response.statusCode, 200)
})

t.test('where other sites may post, the session does not count', async t => {
  const { app, as } = await setup(t, { routes: failingRoutes })
  const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://toko.example' }

  const response = await app.inject(as.owner({ method: 'POST', url: '/test/foreign', headers }))

  t.equal(response.statusCode, 200)
  t.strictSame(response.json(), { agent: null })
})

const none = { 'sec-fetch-site': undefined, origin: undefined }
