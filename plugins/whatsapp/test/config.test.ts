import t from 'tap'
import type { ProbeStep } from '../../../server/plugin-api/channel.ts'
import { post } from '../../../test/support/form.ts'
import { until } from '../../../test/support/until.ts'
import { call, verify } from '../provider/call.ts'
import { envelope, message, messages } from '../provider/payload.ts'
import { startProvider } from '../provider/start.ts'
import type { Phone, World } from '../provider/world.ts'
import { kindOf } from '../graph/code.ts'
import { probeNumber } from '../config/probe.ts'
import { reasons } from '../config/reasons.ts'
import { budi, formOf, whatsappWorld, type WhatsAppWorld } from './world.ts'
import { patienceMs } from '../../../test/support/patience.ts'

const dayMs = 24 * 60 * 60_000
const phoneOf = (graph: World) => graph.phones[0] as Phone
const tokenOf = (graph: World) => graph.tokens.get(phoneOf(graph).token) as { expiresAt: number }
const home = '/settings/accounts'

const business = () =>
  Promise.resolve({
    ...{ name: 'Toko Sinar', locale: 'id', timeZone: 'Asia/Jakarta' },
    publicUrl: 'https://bantuan.toko.example'
  })

/** A test of the form, as it ends: each step once. */
async function probe(graph: World, apiUrl: string, more: Record<string, string> = {}) {
  const form = { ...formOf(graph, phoneOf(graph), apiUrl), ...more }
  const steps = new Map<string, ProbeStep>()
  const report = (step: ProbeStep) => void steps.set(step.step, step)
  const result = await probeNumber(
    { fetch, business },
    form,
    AbortSignal.timeout(patienceMs),
    report
  )
  const failed = [...steps.values()].filter(({ state }) => state === 'failed')
  const warned = [...steps.values()].filter(({ state }) => state === 'warning')
  return { result, steps, failed, warned, said: JSON.stringify([...steps.values(), result]) }
}

t.test('a good form is tested step by step', async t => {
  const meta = await startProvider()
  t.teardown(() => meta.stop())

  const { result, steps } = await probe(meta.world, meta.url)

  t.same(result, {
    ...{ isOk: true, externalId: '109900112233445' },
    ...{ address: '+6281190001122', name: 'Toko Sinar' }
  })
  const states = [...steps.values()].map(({ step, state }) => [step, state])
  t.same(
    states,
    ['token', 'number', 'account', 'subscribed'].map(step => [step, 'ok'])
  )
})

t.test('a test names the field that is to blame and what to do', async t => {
  const cases: [string, string, string, (graph: World) => Record<string, string> | void][] = [
    ['a strange token', 'token', 'accessToken', () => ({ accessToken: 'EAAG-asing' })],
    [
      'an ended token',
      'token',
      'accessToken',
      graph => void (tokenOf(graph).expiresAt = Math.floor(Date.now() / 1000) - 60)
    ],
    [
      'a token without permissions',
      'token',
      'accessToken',
      graph => void Object.assign(tokenOf(graph), { scopes: ['whatsapp_business_messaging'] })
    ],
    ['a strange number', 'number', 'phoneNumberId', () => ({ phoneNumberId: '6281190001122' })],
    [
      'a number that is not registered',
      'number',
      'phoneNumberId',
      graph => void (phoneOf(graph).status = 'PENDING')
    ],
    ['a strange account', 'account', 'wabaId', () => ({ wabaId: '998877665544' })],
    ['a server that is away', 'token', 'apiUrl', () => ({ apiUrl: 'http://127.0.0.1:9' })]
  ]
  for (const [what, step, field, change] of cases) {
    const meta = await startProvider()
    const more = change(meta.world) ?? {}
    const { result, failed, said } = await probe(meta.world, meta.url, more)
    await meta.stop()

    t.equal(result.isOk, false, what)
    t.match(failed, [{ step, field, remedy: { en: String, id: String } }], what)
    for (const secret of [phoneOf(meta.world).token, meta.world.appSecret, 'EAAG-asing']) {
      t.notMatch(said, secret, `${what} tells no secret`)
    }
  }
})

t.test('what works today and not for ever is a warning', async t => {
  const meta = await startProvider()
  t.teardown(() => meta.stop())
  const graph = meta.world
  const ends = (ms: number) => Math.floor((Date.now() + ms) / 1000)

  Object.assign(tokenOf(graph), { type: 'USER', expiresAt: ends(5 * 60 * 60_000) })
  const temporary = await probe(graph, meta.url)
  t.equal(temporary.result.isOk, true)
  t.match(temporary.warned, [{ step: 'token', field: 'accessToken' }])
  t.match(temporary.steps.get('token')?.detail?.en, 'A temporary token, it ends on')

  Object.assign(tokenOf(graph), { type: 'SYSTEM_USER', expiresAt: ends(3 * dayMs) })
  t.match((await probe(graph, meta.url)).steps.get('token'), { state: 'warning' })
  Object.assign(tokenOf(graph), { expiresAt: ends(40 * dayMs) })
  t.match((await probe(graph, meta.url)).steps.get('token'), { state: 'ok' })

  graph.subscribed.clear()
  const deaf = await probe(graph, meta.url)
  t.equal(deaf.result.isOk, true, 'it can be saved before')
  t.match(deaf.warned, [{ step: 'subscribed', remedy: { en: /Subscribe the app/ } }])

  phoneOf(graph).status = 'FLAGGED'
  t.match((await probe(graph, meta.url)).steps.get('number'), { state: 'warning' })
  phoneOf(graph).status = 'BANNED'
  t.match((await probe(graph, meta.url)).steps.get('number'), { state: 'failed' })
})

/** The account as an owner connects it: by the form, without a verify token of their own. */
async function connectByForm(world: WhatsAppWorld) {
  const { verifyToken: _made, ...form } = formOf(world.graph, phoneOf(world.graph), world.meta.url)
  const answer = await world.app.inject(
    world.as.owner(post(home, { type: 'whatsapp', ...form, apiVersion: 'v25.0' }))
  )
  const id = Number(/\/(\d+)\?/.exec(String(answer.headers.location))?.[1])
  const page = await world.app.inject(world.as.owner({ url: `${home}/${id}` }))
  const value = (name: string) =>
    new RegExp(`<label[^>]*>${name}</label>.*?value="([^"]+)"`, 's').exec(page.body)?.[1] ?? ''
  const path = new URL(value('Callback URL')).pathname
  await until(() => world.sapa.supervisor.session(id), { what: 'the account to open' })
  const { port } = world.app.server.address() as { port: number }
  return { answer, id, page, value, hook: `http://127.0.0.1:${port}${path}` }
}

async function check(world: WhatsAppWorld, id: number): Promise<string> {
  const { app, as } = world
  const started = await app.inject(as.owner({ method: 'POST', url: `${home}/${id}/checks` }))
  const run = new RegExp(`${home}/${id}/checks/[\\w-]+`).exec(started.body)?.[0] ?? ''
  return until(
    async () => {
      const { body } = await app.inject(as.owner({ url: run }))
      return !body.includes('load delay') && body
    },
    { what: 'the check to end' }
  )
}

t.test('an owner gets from the form to calls that are proven', async t => {
  const env = { ALLOW_PRIVATE_HOSTS: '127.0.0.1', PUBLIC_URL: 'https://bantuan.toko.example' }
  const world = await whatsappWorld(t, { env })
  const { graph, db } = world
  graph.subscribed.clear()

  const { answer, id, page, value, hook } = await connectByForm(world)
  t.equal(answer.statusCode, 303)
  const row = await db
    .selectFrom('account')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  t.match(row, {
    ...{ name: 'Toko Sinar', address: '+6281190001122', external_id: '109900112233445' }
  })
  t.match(value('Callback URL'), 'https://bantuan.toko.example/hooks/whatsapp/')
  t.match(value('Verify token'), /^[a-z0-9]{32}$/)
  t.match(value('Webhook fields to subscribe'), /^messages, /)
  t.match(page.body, 'href="https://wa.me/6281190001122"')
  for (const secret of [phoneOf(graph).token, graph.appSecret]) t.notMatch(page.body, secret)

  const first = await check(world, id)
  t.match(first, 'Not yet')
  t.match(first, 'Meta has not called this address yet.')
  t.match(first, 'The app is not subscribed to this WhatsApp account')
  t.match(first, 'bantuan.toko.example')

  graph.subscribed.add(phoneOf(graph).waba)
  t.equal((await verify(hook, 'salah')).status, 403)
  t.match(await check(world, id), 'Meta has asked with another verify token')
  t.same(await verify(hook, value('Verify token')), { status: 200, text: '1158201444' })
  const verified = await check(world, id)
  t.match(verified, 'Works, see below')
  t.match(verified, 'The address is verified. No message has come yet.')

  const one = messages(phoneOf(graph), budi, [
    message(graph, budi, { type: 'text', text: { body: 'Halo kak' } })
  ])
  t.equal(await call(hook, envelope(graph, [one]), 'rahasia-lain'), 401)
  const wrong = await check(world, id)
  t.match(wrong, 'the signature does not fit the app secret')
  t.equal(await call(hook, envelope(graph, [one]), graph.appSecret), 200)
  const done = await check(world, id)
  t.match(done, 'All is well')
  t.match(done, 'Last call:')

  const watched = await until(async () => {
    const url = `${home}/${id}/first-message`
    const { body } = await world.app.inject(world.as.owner({ url }))
    return body.includes('It works') && body
  })
  t.match(watched, 'It works: Budi Santoso wrote “Halo kak”.')

  const twin = await world.app.inject(
    world.as.owner(
      post(home, { type: 'whatsapp', ...formOf(graph, phoneOf(graph), world.meta.url) })
    )
  )
  t.equal(twin.statusCode, 409, 'a number is connected once')
})

t.test('an address that Meta cannot call is said so', async t => {
  const world = await whatsappWorld(t)
  const { id } = await world.connect()

  const body = await check(world, id)

  t.match(body, 'Meta cannot call http://localhost')
  t.match(body, 'PUBLIC_URL')
})

t.test('an owner hears of the end of a token before it comes', async t => {
  const world = await whatsappWorld(t)
  const { graph, sapa, db } = world
  const { id } = await world.connect()
  const account = () =>
    db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const looked = () => graph.asked.filter(({ path }) => path.endsWith('/debug_token')).length
  await until(looked, { what: 'the token to be looked at' })
  t.equal((await account()).notice, null)

  tokenOf(graph).expiresAt = Math.floor((Date.now() + 3 * dayMs) / 1000)
  await sapa.supervisor.restart(id)
  const noted = await until(async () => (await account()).notice, { what: 'the notice' })
  t.match(JSON.parse(noted), { en: /The access token ends on/, id: /Token akses berakhir/ })
  t.equal((await account()).state, 'connected', 'all still works')

  tokenOf(graph).expiresAt = 0
  await sapa.supervisor.restart(id)
  await until(async () => (await account()).notice === null, { what: 'the notice to go' })

  await db.updateTable('account').set({ notice: '{"en":"A","id":"B"}' }).execute()
  const before = looked()
  await sapa.supervisor.restart(id)
  await until(() => looked() > before, { what: 'the token to be looked at' })
  t.equal((await account()).notice, '{"en":"A","id":"B"}', 'what another has said stays')

  tokenOf(graph).expiresAt = Math.floor(Date.now() / 1000) - 60
  await sapa.supervisor.restart(id)
  const refused = await until(
    async () => {
      const row = await account()
      return row.state === 'needs_attention' && row
    },
    { what: 'the account to need attention' }
  )
  t.match(refused.state_reason, /Meta (refuses the access token|menolak token akses)/)
  t.notMatch(String(refused.state_reason), phoneOf(graph).token)
  t.match(await check(world, id), 'Meta refuses the token', 'and the check still says why')
})

t.test('every documented number is told in words, in both languages', async t => {
  const documented = [
    ...[0, 190, 3, 10, 200, 250, 299, 4, 80007, 130429, 131056, 131048, 131064, 131049, 130472],
    ...[131047, 131026, 131050, 131051, 131052, 131053, 131021, 131030, 131062, 132000, 132001],
    ...[132005, 132007, 132012, 132015, 132016, 131042, 131031, 368, 130497, 131000, 131016, 2]
  ]
  for (const code of documented) {
    const reason = reasons[code]
    t.ok(reason?.en && reason.id && reason.en !== reason.id, `${code} has words`)
    t.ok(kindOf(String(code)), `${code} has a consequence`)
  }
  for (const [code, { en, id }] of Object.entries(reasons)) {
    for (const text of [en, id]) {
      t.ok(text.length <= 125 && /[.]$/.test(text), `${code} is short: ${text}`)
    }
  }
})
