import { Writable } from 'node:stream'
import { pino } from 'pino'
import t from 'tap'
import { createApiToken } from '../../server/agent/api-token.ts'
import { createLogger } from '../../server/web/log.ts'
import { setup } from '../support/app.ts'
import { failingRoutes } from '../support/extra-routes.ts'

t.test('machines can see whether Sapa lives and is ready', async t => {
  const { app } = await setup(t)

  t.strictSame((await app.inject('/healthz')).json(), { status: 'ok' })
  t.strictSame((await app.inject('/readyz')).json(), { status: 'ready' })
})

t.test('figures are for this machine and for tokens of admins', async t => {
  const { app, db, ids, clock } = await setup(t)
  const ask = (headers: Record<string, string>, remoteAddress = '203.0.113.9') =>
    app.inject({ url: '/metrics', headers, remoteAddress })
  const bearer = async (agentId: number) => {
    const { token } = await createApiToken(db, { agentId, name: 'Prometheus' }, clock.now)
    return { authorization: `Bearer ${token}` }
  }

  t.equal((await ask({}, '127.0.0.1')).statusCode, 200)
  t.equal((await ask({ 'x-forwarded-for': '203.0.113.9' }, '127.0.0.1')).statusCode, 403)
  t.equal((await ask({})).statusCode, 403)
  t.equal((await ask(await bearer(ids.agent))).statusCode, 403)
  const answer = await ask(await bearer(ids.admin))
  t.equal(answer.statusCode, 200)
  t.match(answer.body, 'sapa_queue_length{queue="outbox",state="queued"} 0')
  t.match(answer.body, 'sapa_live_streams 0')
})

t.test('figures tell what waits, what is stuck and how the accounts are', async t => {
  const { app, db, clock, make } = await setup(t)
  const figures = async () => (await app.inject('/metrics')).body
  const account = await make.account(db)
  const off = await make.account(db, { is_enabled: 0, state: 'needs_attention' })
  const at = clock.now.getTime()
  const raw = { account_id: account.id, size: 1, received_at: at }
  const journal = [
    { ...raw, key: 'a', state: 'pending' as const },
    { ...raw, key: 'b', state: 'failed' as const }
  ]
  await db.insertInto('journal').values(journal).execute()
  const step = { account_id: account.id, thread: 'c:1', payload: '{}', created_at: at }
  const states = ['queued', 'sending', 'unknown', 'failed', 'failed', 'sent'] as const
  const steps = states.map((state, index) => ({
    ...{ ...step, state, kind: 'message' as const, client_ref: `c1.m${index}`, send_after: at }
  }))
  await db.insertInto('outbox').values(steps).execute()
  const job = { owner: 'core', name: 'tidy', run_at: at, created_at: at }
  await db
    .insertInto('job')
    .values({ ...job, state: 'dead' })
    .execute()

  await figures() // counting begins when somebody asks
  await app.inject('/healthz')
  const body = await figures()
  for (const [queue, state, amount] of [
    ['journal', 'pending', 1],
    ['journal', 'failed', 1],
    ['outbox', 'queued', 1],
    ['outbox', 'sending', 1],
    ['outbox', 'unknown', 1],
    ['outbox', 'failed', 2],
    ['job', 'dead', 1]
  ]) {
    t.match(body, `sapa_queue_length{queue="${queue}",state="${state}"} ${amount}\n`)
  }
  t.match(body, 'sapa_accounts{state="connected"} 1\n')
  t.match(body, 'sapa_accounts{state="off"} 1\n')
  t.match(body, 'sapa_accounts{state="needs_attention"} 0\n')
  t.match(body, /sapa_process_resident_memory_bytes \d/)
  t.match(body, /sapa_http_request_seconds_count/)

  await db.deleteFrom('account').where('id', '=', off.id).execute()
  t.match(await figures(), 'sapa_accounts{state="off"} 0\n', 'and forget what is gone')
})

t.test('logs tell the route, never a token, a cookie or a text', async t => {
  const lines: string[] = []
  const log = pino({ level: 'trace' }, collect(lines))
  const { app, as } = await setup(t, { log, routes: failingRoutes })
  const secret = 'S3cretSecretSecretSecretSecret'

  await app.inject({ url: `/invite/${secret}?token=${secret}` })
  await app.inject(
    as.agent({ url: `/test/crash?token=${secret}`, headers: { authorization: secret } })
  )
  await app.inject({ url: `/nowhere/${secret}` })
  await app.inject({
    method: 'POST',
    url: '/sign-in',
    payload: { email: 'a@b.example', password: secret }
  })

  t.match(lines.join(''), '/invite/:token')
  t.notMatch(lines.join(''), secret)
  t.notMatch(lines.join(''), /sapa_session|cookie/)
})

t.test('whole families of keys are cut out of every line', async t => {
  const lines: string[] = []
  const log = createLogger({ logLevel: 'info' }, collect(lines))

  log.info(
    { password: 'rahasia', settings: { token: 'rahasia' }, a: { b: { text: 'rahasia' } } },
    'x'
  )

  t.match(lines.join(''), '[hidden]')
  t.notMatch(lines.join(''), 'rahasia')
})

function collect(lines: string[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString())
      done()
    }
  })
}

t.test('figures are not for those who come through a proxy', async t => {
  const { app } = await setup(t)
  t.equal((await app.inject('/metrics')).statusCode, 200)
  for (const name of ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'via']) {
    const headers = { [name]: 'https' }
    t.equal((await app.inject({ url: '/metrics', headers })).statusCode, 403, name)
  }
})
