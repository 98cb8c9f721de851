import { Writable } from 'node:stream'
import { pino } from 'pino'
import t from 'tap'
import { failingRoutes } from '../support/extra-routes.ts'
import { setup } from '../support/app.ts'

const english = { accept: 'text/html', 'accept-language': 'en' }

t.test('what went wrong', async t => {
  const lines: string[] = []
  const log = pino({ level: 'error' }, collect(lines))
  const { app, as } = await setup(t, { routes: failingRoutes, log })

  t.test('a crash shows a code and nothing of the inside', async t => {
    const response = await app.inject({ url: '/test/crash', headers: english })

    const code = /Code ([0-9a-f]{8})/.exec(response.body)?.[1]
    t.equal(response.statusCode, 500)
    t.ok(code)
    t.notMatch(response.body, /s3cret|Error:|at .*\.js/)
    t.match(lines.join(''), code ?? '')
  })

  t.test('htmx gets a fragment, programs get JSON', async t => {
    const part = await app.inject({ url: '/test/crash', headers: { 'hx-request': 'true' } })
    const json = await app.inject({ url: '/api/test/crash' })

    t.equal(part.statusCode, 500)
    t.notMatch(part.body, '<html')
    t.match(part.body, 'role="alert"')
    t.match(json.json(), { error: { code: 'unexpected', reference: /^[0-9a-f]{8}$/ } })
    t.notMatch(json.body, 's3cret')
  })

  t.test('an address that does not exist is a 404 for all three', async t => {
    const page = await app.inject(as.agent({ url: '/nowhere' }))
    const part = await app.inject(as.agent({ url: '/nowhere', headers: { 'hx-request': 'true' } }))
    const json = await app.inject({ url: '/api/nowhere' })

    t.equal(page.statusCode, 404)
    t.match(page.body, 'Not found')
    t.notMatch(part.body, '<html')
    t.match(json.json(), { error: { code: 'not_found' } })
  })

  t.test('a domain refusal keeps its status and words', async t => {
    const response = await app.inject(as.agent({ url: '/test/gone' }))

    t.equal(response.statusCode, 404)
    t.match(response.body, 'This page does not exist')
  })

  t.test('a refused page names who can grant it', async t => {
    const response = await app.inject(as.agent({ url: '/test/owners' }))

    t.equal(response.statusCode, 403)
    t.match(response.body, 'Who can grant it: Owner.')
  })

  t.test(
    'signed out: pages go to sign-in and back, parts are told to, programs get 401',
    async t => {
      const page = await app.inject({ url: '/test/owners?tab=2', headers: english })
      const part = await app.inject({
        url: '/test/owners',
        headers: { 'hx-request': 'true', 'hx-current-url': 'http://localhost/inbox/mine?x=1' }
      })
      const program = await app.inject({ url: '/api/test/owners' })

      t.equal(page.statusCode, 303)
      t.equal(page.headers.location, '/sign-in?next=%2Ftest%2Fowners%3Ftab%3D2')
      t.equal(part.statusCode, 401)
      t.equal(part.headers['hx-redirect'], '/sign-in?next=%2Finbox%2Fmine%3Fx%3D1')
      t.equal(program.statusCode, 401)
      t.match(program.json(), { error: { code: 'token_required' } })
    }
  )

  t.test('a form with empty fields comes back as 422 with its reasons', async t => {
    const response = await app.inject({
      method: 'POST',
      url: '/sign-in',
      headers: english,
      payload: { email: 'sari@toko.example', password: '' }
    })

    t.equal(response.statusCode, 422)
    t.match(response.body, '<form')
    t.match(response.body, 'value="sari@toko.example"')
    t.match(response.body, 'Please fill this in.')
  })

  t.test('what was typed is escaped', async t => {
    const response = await app.inject({
      method: 'POST',
      url: '/sign-in',
      headers: english,
      payload: { email: '"><script>alert(1)</script>', password: '' }
    })

    t.notMatch(response.body, '<script>alert')
  })

  t.test('an address with an impossible id is not found', async t => {
    for (const id of ['abc', '0', '-1', '1.5', '9'.repeat(300), '%00']) {
      const response = await app.inject(as.agent({ url: `/conversations/${id}` }))
      t.ok([400, 404, 414].includes(response.statusCode), `${id} ${response.statusCode}`)
    }
  })

  t.test('a field sent twice, or as something else, is refused', async t => {
    const bodies = ['email=a&email=b&password=x', 'email=a&password=x&next=/a&next=/b']
    for (const payload of bodies) {
      const headers = { ...english, 'content-type': 'application/x-www-form-urlencoded' }
      const response = await app.inject({ method: 'POST', url: '/sign-in', headers, payload })
      t.equal(response.statusCode, 422, payload)
    }
    const json = { email: { $gt: '' }, password: ['x', 'y'], next: { a: 1 } }
    const response = await app.inject({
      method: 'POST',
      url: '/sign-in',
      headers: english,
      payload: json
    })
    t.equal(response.statusCode, 422)
  })

  t.test('odd content types and too large bodies are refused, not run', async t => {
    const odd = ['text/plain', 'application/json\t', 'application/xml', 'multipart/form-data']
    for (const type of odd) {
      const response = await app.inject({
        method: 'POST',
        url: '/sign-in',
        headers: { ...english, 'content-type': type },
        payload: '{"email":"a@b.example","password":"12345678"}'
      })
      t.ok([400, 406, 415, 422].includes(response.statusCode), `${type} ${response.statusCode}`)
    }
    const large = await app.inject({
      method: 'POST',
      url: '/sign-in',
      headers: english,
      payload: { email: 'a@b.example', password: 'x'.repeat(2_000_000) }
    })
    t.equal(large.statusCode, 413)
  })

  t.test('prototypes cannot be polluted by a body', async t => {
    for (const payload of [
      '{"__proto__":{"polluted":1}}',
      '{"constructor":{"prototype":{"polluted":1}}}'
    ]) {
      const response = await app.inject({
        method: 'POST',
        url: '/sign-in',
        headers: { ...english, 'content-type': 'application/json' },
        payload
      })
      t.ok(response.statusCode >= 400 && response.statusCode < 500)
      t.equal(({} as { polluted?: number }).polluted, undefined)
    }
  })
})

t.test('every kind of answer carries the security headers', async t => {
  const { app, as } = await setup(t, { routes: failingRoutes })
  const answers = {
    page: { url: '/sign-in' },
    crash: { url: '/test/crash' },
    fragment: { url: '/test/crash', headers: { 'hx-request': 'true' } },
    missing: { url: '/nowhere' },
    json: { url: '/api/test/crash' },
    redirect: { url: '/test/owners' },
    asset: { url: '/assets/favicon.svg' },
    refused: {
      method: 'POST' as const,
      url: '/test/change',
      headers: { origin: 'https://evil.example' }
    },
    health: { url: '/healthz' },
    options: { method: 'OPTIONS' as const, url: '/sign-in' }
  }

  for (const [name, request] of Object.entries(answers)) {
    const { headers } = await app.inject(as.agent(request))
    t.match(headers['content-security-policy'], "script-src 'self'", name)
    t.match(headers['content-security-policy'], "frame-ancestors 'none'", name)
    t.notMatch(headers['content-security-policy'], /unsafe|upgrade-insecure/, name)
    t.equal(headers['x-content-type-options'], 'nosniff', name)
    t.equal(headers['x-frame-options'], 'DENY', name)
    t.equal(headers['referrer-policy'], 'same-origin', name)
    t.ok(headers['cache-control'], name)
    t.equal(headers['strict-transport-security'], undefined, `${name}: no HSTS on plain http`)
  }
})

t.test('behind https the browser is told to stay there', async t => {
  const { app } = await setup(t, { env: { PUBLIC_URL: 'https://bantuan.toko.example' } })

  const { headers } = await app.inject({ url: '/sign-in' })

  t.match(headers['strict-transport-security'], 'max-age=31536000')
})

function collect(lines: string[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString())
      done()
    }
  })
}
