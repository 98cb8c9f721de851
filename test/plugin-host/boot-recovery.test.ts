import t from 'tap'
import { listOwners } from '../../server/channel/recipients.ts'
import { createRecoveryLink } from '../../server/plugin-host/recovery/key.ts'
import { make, setup, type Setup } from '../support/app.ts'
import { folderWith, pluginRow } from '../support/boot-world.ts'
import { hasStack, sapa as command } from '../support/command.ts'
import { fileMs } from '../support/patience.ts'
import { dropPlugin } from '../support/plugin.ts'
import { startServer } from '../support/process.ts'
import { mailLike } from '../support/scripted-channel.ts'

t.setTimeout(fileMs)
const own = { 'sec-fetch-site': 'same-origin', 'accept-language': 'en' }
const form = { ...own, 'content-type': 'application/x-www-form-urlencoded' }

/** A browser that nobody has signed in with. */
function visitor({ app }: Setup) {
  const cookies: Record<string, string> = {}
  const get = (url: string) => app.inject({ url, headers: own, cookies })
  const post = (url: string, values: Record<string, string>, headers: object = {}) =>
    app.inject({
      ...{ method: 'POST' as const, url, cookies, headers: { ...form, ...headers } },
      payload: new URLSearchParams(values).toString()
    })
  async function enter(token: string) {
    const response = await post('/recovery/session', { token })
    for (const { name, value } of response.cookies) cookies[name] = value
    return response
  }
  return { get, post, enter, cookies }
}

t.test('a link opens the page once and for half an hour', async t => {
  const world = await setup(t)
  const { db, clock } = world
  const token = await createRecoveryLink(db, clock.now)
  const [one, two] = [visitor(world), visitor(world)]

  t.match(await one.get('/recovery'), { statusCode: 403, body: /only with a recovery link/ })
  const looked = await one.get(`/recovery?token=${token}`)
  t.match(looked, { statusCode: 200, body: /Continue/ }, 'to look at the link does not use it')
  t.notMatch(looked.body, /<script|style=|\son\w+=/, 'nothing that the policy forbids')
  t.match(await one.post('/recovery/changes', { change: 'safe' }), { statusCode: 403 })

  const entered = await one.enter(token)
  t.match(entered, { statusCode: 303, headers: { location: '/recovery' } })
  t.match(entered.headers['set-cookie'], /HttpOnly[^]*SameSite=Strict/i)
  t.match(await one.get('/recovery'), { statusCode: 200, body: /Safe mode/ })

  t.match(await two.enter(token), { statusCode: 410, body: /used already/ })
  t.match(await two.get(`/recovery?token=${token}`), { statusCode: 410, body: /used already/ })
  t.match(await two.enter('x'.repeat(43)), { statusCode: 403, body: /not valid/ })
  t.match(await two.enter(`${token}x`), { statusCode: 403, body: /not valid/ })
  t.match(await two.enter('x'.repeat(500)), { statusCode: 403, body: /not valid/ })
  two.cookies.sapa_recovery = token
  t.match(await two.get('/recovery'), { statusCode: 403 }, 'a link is no session')

  const late = await createRecoveryLink(db, clock.now)
  clock.forward(30 * 60_000)
  t.match(await two.enter(late), { statusCode: 410, body: /too old/ })
  t.match(await one.get('/recovery'), { statusCode: 403 }, 'the visit has ended too')
  const kept = await db.selectFrom('recovery_key').selectAll().execute()
  t.notMatch(JSON.stringify(kept), token, 'no token is stored')
})

t.test('of two who use a link at once one gets in', async t => {
  const world = await setup(t)
  const token = await createRecoveryLink(world.db, world.clock.now)

  const all = await Promise.all([1, 2, 3].map(() => visitor(world).enter(token)))

  t.same(all.map(({ statusCode }) => statusCode).toSorted(), [303, 410, 410])
})

t.test('guessing is slowed down', async t => {
  const world = await setup(t)
  const { enter } = visitor(world)
  const answers = []
  for (let n = 0; n < 40; n++) answers.push((await enter(`tebakan-${n}`)).statusCode)

  t.equal(answers[0], 403)
  t.equal(answers.at(-1), 429)
})

t.test('plugins are switched from the page, in both languages', async t => {
  const world = await setup(t)
  const { sapa, db, dataDir, clock } = world
  dropPlugin(
    dataDir,
    'poin',
    `if (globalThis.seen.includes('rusak')) throw new Error('<b>rusak</b>')`
  )
  dropPlugin(dataDir, 'jam', '')
  globalThis.seen = []
  await sapa.plugins.activate('poin')
  await sapa.plugins.activate('jam')
  const why = { kind: 'hang', entry: 'route GET /macet' } as const
  await sapa.plugins.quarantine('poin', new Error('Sapa stood still in <script>'), why)
  const { get, post, enter } = visitor(world)
  await enter(await createRecoveryLink(db, clock.now))
  const state = async (id: string) => (await sapa.plugins.find(id)).state

  const page = await get('/recovery')
  t.match(page.body, 'it brought Sapa to a standstill')
  t.match(page.body, 'Sapa stood still in &lt;script&gt;')
  const halaman = await world.app.inject({
    url: '/recovery',
    headers: { 'accept-language': 'id' }
  })
  t.match(halaman.body, 'Halaman ini hanya terbuka dengan tautan pemulihan')

  const change = (values: Record<string, string>, headers = {}) =>
    post('/recovery/changes', values, headers)
  const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://jahat.example' }
  t.equal((await change({ change: 'off', plugin: 'jam' }, foreign)).statusCode, 403)
  t.equal(await state('jam'), 'active', 'a page of somebody else changes nothing')
  t.match(await change({ change: 'off', plugin: 'jam' }), { statusCode: 303 })
  t.equal(await state('jam'), 'installed')
  globalThis.seen = ['rusak']
  await change({ change: 'again', plugin: 'poin' })
  t.equal(await state('poin'), 'broken', 'it tells the truth')
  globalThis.seen = []
  await change({ change: 'again', plugin: 'poin' })
  t.equal(await state('poin'), 'active')
  await change({ change: 'safe' })
  t.match([sapa.plugins.isSafe, await state('poin')], [true, 'installed'])
  t.match((await get('/recovery?done=safe')).body, 'no plugin runs')
  await change({ change: 'normal' })
  t.match([sapa.plugins.isSafe, await state('poin')], [false, 'active'])
  t.match(await change({ change: 'off', plugin: 'tidak-ada' }), { statusCode: 404 })
  t.match(await change({ change: 'off' }), { statusCode: 400 })
  t.match(await change({ change: 'hapus', plugin: 'jam' }), { statusCode: 403 })
})

t.test('owners hear of it by mail, with a way in at most once an hour', async t => {
  const world = await setup(t)
  const { sapa, db, clock } = world
  await make.account(db, { capabilities: JSON.stringify({ ...mailLike, sendsNotices: true }) })
  const mails = async () => {
    const rows = await db.selectFrom('outbox').select('payload').orderBy('id').execute()
    return rows.map(row => JSON.parse(row.payload) as { subject: string; text: string })
  }
  dropPlugin(world.dataDir, 'poin', '')
  const fail = async (kind: 'hang' | 'faults', count: number) => {
    const before = (await mails()).length
    await sapa.plugins.activate('poin')
    await sapa.plugins.quarantine('poin', new Error('macet'), { kind, count })
    for (let tries = 0; tries < 200 && (await mails()).length === before; tries++) {
      await new Promise(setImmediate)
    }
  }

  await fail('hang', 1)
  clock.forward(59 * 60_000)
  await fail('hang', 1)
  await fail('faults', 15)
  clock.forward(60_000)
  await fail('hang', 1)

  const owners = (await listOwners(db)).length
  t.equal(owners, 1)
  const sent = await mails()
  t.same(
    sent.map(({ text }) => text.includes('/recovery?token=')),
    [true, false, false, true]
  )
  t.match(sent[2]?.text, /15 (errors|galat)/)
  const token = /token=([\w-]+)/.exec(sent[0]?.text ?? '')?.[1] ?? ''
  t.match(await visitor(world).enter(token), { statusCode: 410 }, 'its half hour is over')
  const fresh = /token=([\w-]+)/.exec(sent[3]?.text ?? '')?.[1] ?? ''
  t.match(await visitor(world).enter(fresh), { statusCode: 303 })
})

t.test('the command gives a link beside the running server, and without one', async t => {
  const kill = `const { execFileSync } = await import('node:child_process')
    execFileSync('kill', ['-KILL', String(process.pid)])`
  const dataDir = await folderWith(t, { pembunuh: kill })
  await startServer(t, { dataDir }).catch(() => undefined)
  const env = { PUBLIC_URL: 'http://127.0.0.1:1' }

  const before = await command(dataDir, ['recovery-link'], { env })
  t.match(before, { code: 0, out: /^http:\/\/127\.0\.0\.1:1\/recovery\?token=[\w-]{43}\n$/ })
  t.match(before.err, 'npm start -- --safe')
  const server = await startServer(t, { dataDir })
  const beside = await command(dataDir, ['recovery-link'], { env })
  t.notOk(hasStack(beside))

  const enter = async (out: string) => {
    const token = out.split('token=')[1]?.trim() ?? ''
    const entered = await fetch(`${server.url}/recovery/session`, {
      ...{ method: 'POST', redirect: 'manual', headers: own },
      body: new URLSearchParams({ token })
    })
    t.equal(entered.status, 303)
    return entered.headers.get('set-cookie')?.split(';')[0] ?? ''
  }
  await enter(before.out)
  const headers = { ...own, cookie: await enter(beside.out) }
  const page = await (await fetch(`${server.url}/recovery`, { headers })).text()
  t.match(page, /pembunuh[^]*Sapa did not survive starting it/)
  await fetch(`${server.url}/recovery/changes`, {
    ...{ method: 'POST', redirect: 'manual', headers },
    body: new URLSearchParams({ change: 'off', plugin: 'pembunuh' })
  })
  t.match(await pluginRow(dataDir, 'pembunuh'), { is_active: 0, state: 'installed' })
})
