import t from 'tap'
import { makeLetter } from '../support/letter.ts'
import { apiWorld } from '../support/program.ts'

t.test('programs that send odd things', async t => {
  const world = await apiWorld(t)
  const { app, db, ids, tokenOf, call } = world
  const { conversation } = await makeLetter(world)
  const { token } = await tokenOf(ids.agent)
  const authorization = `Bearer ${token}`
  const url = `/api/v1/conversations/${conversation.id}/messages`
  const note = JSON.stringify({ kind: 'note', text: 'Catatan' })
  const count = async () => (await db.selectFrom('message').select('id').execute()).length
  const send = (type: string | undefined, payload: string) =>
    app.inject({
      ...{ method: 'POST', url, payload },
      headers: { authorization, ...(type === undefined ? {} : { 'content-type': type }) }
    })

  t.test('only JSON is read, in whatever way it is named', async t => {
    const before = await count()
    const json = ['application/json', 'application/json; charset=utf-8', 'Application/JSON']
    const others = [
      ...['', ' ', 'text/plain', 'text/json', 'application/jsonp', 'application/json5'],
      ...['application/x-www-form-urlencoded', 'multipart/form-data', 'application/xml'],
      ...['multipart/form-data; boundary=x', 'text/html', 'application/octet-stream'],
      ...['application/json, text/plain', 'text/plain; application/json', 'json', '*/*'],
      ...['application/*', 'application/json-patch+json', 'application /json', 'application/ json'],
      ...[
        'application/json/x',
        'image/png',
        'application/x-json',
        'text/plain;charset=application/json'
      ]
    ]
    t.ok(others.length >= 22)
    for (const type of json) t.equal((await send(type, note)).statusCode, 201, type)
    for (const type of others) {
      const response = await send(type, note)
      t.ok([400, 415].includes(response.statusCode), `${type}: ${response.statusCode}`)
      t.match(response.json(), { error: { code: /\w/, message: /\w/ } })
    }
    t.equal(await count(), before + json.length)
  })

  t.test('what is no JSON, or no object, is refused', async t => {
    const before = await count()
    for (const payload of [
      '',
      '{',
      '{"kind":"note",}',
      "{'kind':'note'}",
      '\u0000',
      '{"text":"\ud800"'
    ]) {
      const { statusCode } = await send('application/json', payload)
      t.ok([400, 422].includes(statusCode), `${JSON.stringify(payload)} ${statusCode}`)
    }
    for (const payload of ['null', '[]', '"note"', '5', 'true', `[${note}]`]) {
      t.equal((await send('application/json', payload)).statusCode, 422, payload)
    }
    const deep = `{"kind":"note","text":"a","x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
    t.ok([201, 400, 413, 422].includes((await send('application/json', deep)).statusCode))
    t.ok((await count()) <= before + 1)
  })

  t.test('prototypes cannot be polluted', async t => {
    const bodies = [
      '{"__proto__":{"polluted":1},"kind":"note","text":"a"}',
      '{"constructor":{"prototype":{"polluted":1}},"kind":"note","text":"a"}',
      '{"kind":"note","text":"a","x":{"__proto__":{"polluted":1}}}',
      '{"\\u005f_proto__":{"polluted":1},"kind":"note","text":"a"}'
    ]
    for (const body of bodies) t.equal((await send('application/json', body)).statusCode, 400, body)
    const settings = {
      settings: { constructor: 'x', toString: 'y', hasOwnProperty: 'z' },
      type: 'surat'
    }
    t.equal((await call.admin('POST /accounts', settings)).status, 422)
    for (const query of [
      '__proto__[polluted]=1',
      'constructor.prototype.polluted=1',
      '__proto__=1'
    ]) {
      t.equal((await call.agent(`GET /conversations?${query}`)).status, 200)
    }
    t.equal(({} as { polluted?: number }).polluted, undefined)
  })

  t.test('a parameter that comes twice is refused, not guessed', async t => {
    for (const query of [
      'limit=1&limit=100',
      'cursor=1&cursor=2',
      'customer_id=1&customer_id=2',
      'status=open&status=closed',
      'view=mine&view=all'
    ]) {
      t.equal((await call.agent(`GET /conversations?${query}`)).status, 422, query)
    }
  })

  t.test('values that look like SQL stay values', async t => {
    for (const address of ["' or 1=1 --", '%', '_', '\\', '"; drop table customer; --']) {
      const { status, body } = await call.agent(
        `GET /customers?address=${encodeURIComponent(address)}`
      )
      t.equal(status, 200)
      t.same(body.data, [], address)
    }
  })

  t.test('a token is taken from one place only', async t => {
    const tries = [
      { url: `/api/v1/me?access_token=${token}&token=${token}` },
      { url: '/api/v1/me', headers: { authorization: token } },
      { url: '/api/v1/me', headers: { authorization: `Basic ${token}` } },
      { url: '/api/v1/me', headers: { authorization: `Bearer ${token} x` } },
      { url: '/api/v1/me', headers: { authorization: `Bearer ${token.toUpperCase()}` } },
      { url: '/api/v1/me', headers: { 'x-api-key': token } },
      { url: '/api/v1/me', cookies: { sapa_session: token } }
    ]
    for (const one of tries)
      t.equal((await app.inject(one)).statusCode, 401, JSON.stringify(one.url))
    const page = await app.inject({ url: '/inbox/mine', headers: { authorization } })
    t.equal(page.statusCode, 401, 'and opens no page')
  })

  t.test('no token stands in the database as it is', async t => {
    const rows = await db.selectFrom('api_token').selectAll().execute()

    t.notMatch(JSON.stringify(rows), token)
    t.notMatch(JSON.stringify(rows), token.slice(5))
  })
})
