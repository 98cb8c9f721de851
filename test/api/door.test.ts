import t from 'tap'
import { revokeApiToken } from '../../server/agent/api-token.ts'
import { findAgent } from '../../server/agent/find.ts'
import { may, roles } from '../../server/agent/permission.ts'
import { apiWorld, type Answer } from '../support/program.ts'

t.test('the doors of the API', async t => {
  const world = await apiWorld(t)
  const { app, db, ids, clock, call, callWith, tokenOf } = world
  const doors = app.doors.filter(
    ({ url, can, method }) => url.startsWith('/api/v1/') && can !== null && method !== 'HEAD'
  )
  const knock = ({ method, url }: { method: string; url: string }) =>
    `${method} ${url.slice('/api/v1'.length).replaceAll(/:\w+/g, '1')}`

  t.ok(doors.length > 20)

  t.test('open with a valid token alone', async t => {
    const revoked = await tokenOf(ids.owner)
    await revokeApiToken(db, revoked.id, await findAgent(db, ids.owner), clock.now)
    const expired = await tokenOf(ids.owner, { expiresAt: clock.now.getTime() - 1 })
    const keys: [string, string | null][] = [
      ['none', null],
      ['unknown', 'sapa_tidak-ada'],
      ['revoked', revoked.token],
      ['expired', expired.token]
    ]
    for (const [name, token] of keys) {
      for (const door of doors) {
        const answer = await callWith(token)(knock(door))
        t.ok(isRefusal(answer, 401, 'token_required'), `${name} at ${knock(door)}`)
        t.equal(answer.headers['www-authenticate'], 'Bearer')
      }
    }
  })

  t.test('shut when the agent is disabled', async t => {
    const { id } = await world.make.agent(db)
    const { token } = await tokenOf(id)
    t.equal((await callWith(token)('GET /me')).status, 200)

    await db.updateTable('agent').set({ is_active: 0 }).where('id', '=', id).execute()

    t.equal((await callWith(token)('GET /me')).status, 401)
  })

  t.test('do not know the cookies of the pages, however the address is spelled', async t => {
    for (const path of ['/api/v1/me', '/%61pi/v1/me', '/api/%76%31/me']) {
      const response = await app.inject(world.as.owner({ url: path }))
      t.equal(response.statusCode, 401, path)
      t.match(response.json(), { error: { code: 'token_required' } }, path)
    }
  })

  t.test('shut for roles without the permission', async t => {
    for (const door of doors) {
      for (const role of roles) {
        if (!door.can || may(role, door.can)) continue
        const answer = await call[role](knock(door))
        t.ok(isRefusal(answer, 403, 'forbidden'), `${role} at ${knock(door)} ${answer.status}`)
      }
    }
  })

  t.test('lead nowhere for ids that do not exist, or are none', async t => {
    const bodies: Record<string, object> = {
      'POST /conversations/:id/messages': { kind: 'note', text: 'Sudah ditelepon.' },
      'PATCH /conversations/:id/messages/999998': { text: 'Sudah' },
      'PUT /conversations/:id/messages/999998/reaction': { emoji: '👍' },
      'POST /customers/:id/merges': { customer_id: 999_998 },
      'PUT /plugins/:id/permissions/saldo': { role: 'agent' },
      'PUT /plugins/:id/version': {},
      'PUT /plugins/:id/removal': { data: 'keep', password: 'kopi susu gula aren' },
      'POST /rule-conditions/:key/evaluations': { conversation: 999_999 },
      'POST /rule-actions/:key/runs': { conversation: 999_999 }
    }
    for (const { method, url } of doors.filter(one => one.url.includes('/:'))) {
      const below = url.slice('/api/v1'.length).replace(/:(customer|message)_id/, '999998')
      const path = below.replace(':name', 'saldo')
      const body = bodies[`${method} ${path}`] ?? (method === 'PATCH' ? {} : undefined)
      const isPlugin = path.startsWith('/plugins/:id')
      const named = path.replace(':token', 'tidak-ada-berkas-itu').replace(':key', 'tidak.ada')
      const far = named.replace(':plugin', 'tidak-ada').replace(':id', '999999')
      const ask = (where: string) => call.owner(`${method} ${where}`, body)

      const unknown = await ask(isPlugin ? path.replace(':id', 'tidak-ada') : far)
      t.ok(isRefusal(unknown, 404, 'not_found'), `${method} ${path} ${unknown.status}`)
      for (const wrong of [
        '0',
        '-1',
        '1.5',
        'x',
        '1e400',
        '99999999999999999999',
        '%00',
        '1%20or%201'
      ]) {
        const { status } = await ask(path.replace(/:\w+/, wrong))
        t.ok([404, 422].includes(status), `${method} ${path} with ${wrong}: ${status}`)
      }
    }
  })

  t.test(
    'answer in the language of the owner of the token, unstored and for no other site',
    async t => {
      await db.updateTable('agent').set({ locale: 'id' }).where('id', '=', ids.guest).execute()
      const origin = { origin: 'https://lain.example' }

      const { status, body, headers } = await call.guest('GET /customers', undefined, origin)

      t.equal(status, 403)
      t.match(body.error.message, 'Peran Anda')
      t.equal(headers['cache-control'], 'no-store')
      t.same(
        Object.keys(headers).filter(name => name.startsWith('access-control')),
        []
      )
      t.equal(headers['set-cookie'], undefined)
      const preflight = await app.inject({
        ...{ method: 'OPTIONS', url: '/api/v1/me' },
        headers: { ...origin, 'access-control-request-method': 'GET' }
      })
      t.equal(preflight.statusCode, 404)
      t.equal(preflight.headers['access-control-allow-origin'], undefined)
    }
  )

  t.test('tell whose token it is', async t => {
    const { body } = await call.supervisor('GET /me')

    t.match(body, { id: ids.supervisor, name: 'Maya Lestari', role: 'supervisor' })
    t.ok(body.permissions.includes('journal:manage'))
    t.notOk(body.permissions.includes('account:manage'))
    t.notMatch(JSON.stringify(body), 'password')
  })
})

t.test('each token has a limit, and is told when to come again', async t => {
  const { callWith, tokenOf, ids } = await apiWorld(t)
  const [busy, calm] = [await tokenOf(ids.agent), await tokenOf(ids.agent)]
  const statuses = new Map<number, number>()
  let last: Answer | undefined
  for (let n = 0; n < 603; n++) {
    last = await callWith(busy.token)(n % 2 ? 'GET /me' : 'GET /conversations?limit=1')
    statuses.set(last.status, (statuses.get(last.status) ?? 0) + 1)
  }

  t.same(
    [...statuses],
    [
      [200, 600],
      [429, 3]
    ]
  )
  t.ok(last && isRefusal(last, 429, 'too_many_requests'))
  t.ok(Number(last?.headers['retry-after']) > 0)
  t.equal((await callWith(calm.token)('GET /me')).status, 200)
})

function isRefusal(answer: Answer, status: number, code: string): boolean {
  return answer.status === status && answer.body.error?.code === code && answer.body.error.message
}
