import t from 'tap'
import { setup } from '../support/app.ts'
import { addCounter } from '../support/counter-channel.ts'
import { connect, form, home, read, writes } from '../support/counter-world.ts'
import { post } from '../support/form.ts'
import { addLetters } from '../support/letter-channel.ts'
import { until } from '../support/until.ts'

t.test('what Sapa makes itself is made once and then stays', async t => {
  const world = await setup(t)
  addCounter(world.sapa)

  const { id, url } = await connect(world)
  const first = await read(world, id)
  t.match(first.word, /^[a-z0-9]{32}$/)
  t.match(first.place, /^[a-z0-9]{32}$/)
  t.not(first.word, first.place)

  await world.app.inject(world.as.admin(post(url, { key: '', word: '', place: '' })))
  t.match(await read(world, id), { word: first.word, place: first.place })

  await world.app.inject(world.as.admin(post(url, { key: '', word: 'kata-kami', place: 'Depan' })))
  t.match(await read(world, id), { word: 'kata-kami', place: 'Depan' })
})

t.test('the provider says whose account it is, and it does not come twice', async t => {
  const world = await setup(t)
  const { known } = addCounter(world.sapa)

  const { id, url } = await connect(world)
  t.match((await read(world, id)).row, {
    ...{ name: 'Loket Depan', address: '@loketdepan', external_id: '71' }
  })

  const twice = await connect(world)
  t.equal(twice.answer.statusCode, 409)
  t.match(twice.answer.body, 'Loket Depan')

  const unknown = await connect(world, { type: 'loket', key: 'kunci-lain' })
  t.equal(unknown.answer.statusCode, 303, 'a provider that is away keeps nobody from saving')
  t.equal((await read(world, unknown.id)).row.external_id, null)

  known.set('kunci-baru', { name: 'Loket Belakang', address: '@belakang', externalId: '72' })
  await world.app.inject(world.as.admin(post(url, { key: 'kunci-baru' })))
  t.match((await read(world, id)).row, { address: '@belakang', external_id: '72' })

  known.set('kunci-lain', { name: 'Loket', address: '@belakang', externalId: '72' })
  const grown = await world.app.inject(
    world.as.admin(post(`${home}/${unknown.id}`, { key: 'kunci-lain' }))
  )
  t.equal(grown.statusCode, 409)
})

t.test('what a test has found out is kept with exactly what was tested', async t => {
  const world = await setup(t)
  const { known } = addCounter(world.sapa)
  const start = await world.app.inject(world.as.admin(post(`${home}/probes`, form)))
  const probe = /probes\/([\w-]+)/.exec(start.body)?.[1] ?? ''
  await until(async () => {
    const { body } = await world.app.inject(world.as.admin({ url: `${home}/probes/${probe}` }))
    return body.includes('All is well')
  })
  known.clear()

  const tested = await connect(world, { ...form, 'account-probe': probe })
  const retyped = await connect(world, { type: 'loket', key: 'x', 'account-probe': probe })

  t.equal((await read(world, tested.id)).row.external_id, '71')
  t.equal((await read(world, retyped.id)).row.external_id, null)
})

t.test('what is copied to the provider is shown to those who may manage accounts', async t => {
  const world = await setup(t)
  const counter = addCounter(world.sapa)
  const { app, as, db, ids } = world
  const { id, url } = await connect(world)
  const { word, row } = await read(world, id)
  const fresh = await app.inject(as.admin({ url: `${home}/new?type=loket` }))
  t.notMatch(fresh.body, 'account-history', 'nothing is older than the first message')

  const { body } = await app.inject(as.admin({ url }))
  t.match(body, `/hooks/loket/${id}/${row.webhook_secret}`)
  t.match(body, new RegExp(`type="password" value="${word}" readonly`))
  t.equal(body.split('/hooks/loket/').length, 2, 'the address stands there once')
  t.match(body, 'Ring at @loketdepan.')
  t.match(body, 'href="https://loket.example/ring"')

  for (const who of [as.supervisor, as.agent, as.guest]) {
    t.equal((await app.inject(who({ url }))).statusCode, 403)
    t.notMatch((await app.inject(who({ url: home }))).body, word)
  }
  await db.updateTable('agent').set({ locale: 'id' }).where('id', '=', ids.owner).execute()
  const indonesian = await app.inject(as.owner({ url }))
  for (const text of ['Di sisi penyedia', 'Alamat panggilan', 'Tekan bel di @loketdepan.']) {
    t.match(indonesian.body, text)
  }

  counter.definition.guide = () => {
    throw new Error('broken')
  }
  counter.definition.firstMessage = () => ({
    text: { en: 'Ring', id: 'Tekan' },
    url: 'javascript:alert(1)'
  })
  const broken = await app.inject(as.admin({ url }))
  t.equal(broken.statusCode, 200)
  t.notMatch(broken.body, 'javascript:')
})

t.test('the doors of checks and of the first message', async t => {
  const world = await setup(t)
  addCounter(world.sapa)
  addLetters(world.sapa)
  const { app, as, db, make } = world
  const { id, url } = await connect(world)
  const letters = await make.account(db, { type: 'surat' })
  const parts = [
    { method: 'POST', url: `${url}/checks` },
    { method: 'GET', url: `${url}/checks/tidak-ada-sama-sekali` },
    { method: 'GET', url: `${url}/first-message` }
  ] as const

  for (const request of parts) {
    t.equal((await app.inject(as.supervisor({ ...request }))).statusCode, 403, request.url)
    const unknown = request.url.replace(`/${id}/`, '/77/')
    if (!unknown.includes('tidak')) {
      t.equal((await app.inject(as.admin({ ...request, url: unknown }))).statusCode, 404, unknown)
    }
  }
  const ended = await app.inject(as.admin({ ...parts[1] }))
  t.match(ended.body, 'Check now', 'a restart has ended it')
  const none = await app.inject(as.admin({ url: `${home}/${letters.id}/first-message` }))
  t.equal(none.statusCode, 404)
})

t.test('checks begin after saving, and each failing one says what to do', async t => {
  const world = await setup(t, { isIdle: false })
  const counter = addCounter(world.sapa)
  const { app, as } = world
  counter.check = async report => {
    report({ step: 'bell', state: 'ok', ms: 40 })
    report({
      ...{ step: 'door', state: 'failed' },
      detail: { en: 'The <door> is locked.', id: 'Pintu terkunci.' },
      remedy: { en: 'Unlock it.', id: 'Buka kuncinya.' }
    })
  }
  const { url } = await connect(world)

  const page = await app.inject(as.admin({ url: `${url}?notice=created` }))
  t.match(page.body, new RegExp(`hx-post="${url}/checks" hx-trigger="load"`))
  const later = await app.inject(as.admin({ url }))
  t.notMatch(later.body, 'hx-trigger="load"', 'only after it was saved')

  const check = async () => {
    const started = await app.inject(as.admin({ method: 'POST', url: `${url}/checks` }))
    t.equal(started.statusCode, 202)
    const run = new RegExp(`${url}/checks/[\\w-]+`).exec(started.body)?.[0] ?? ''
    const own = async () => {
      const { body } = await app.inject(as.admin({ url: run }))
      return !body.includes('load delay') && body
    }
    return { run, body: await until(own) }
  }
  const failed = await check()
  t.match(failed.body, 'Not yet')
  t.match(failed.body, 'The &lt;door&gt; is locked.')
  t.match(failed.body, 'Unlock it.')
  const foreign = await app.inject(as.owner({ url: failed.run }))
  t.notMatch(foreign.body, 'Unlock it.', 'it is not theirs')

  counter.check = async report => report({ step: 'door', state: 'warning' })
  t.match((await check()).body, 'Works, see below')
  counter.check = () => Promise.reject(new Error('kunci-satu'))
  const thrown = await check()
  t.match(thrown.body, 'The test ended without a result.')
  t.notMatch(thrown.body, 'kunci-satu')
})

t.test('without a line the check says why', async t => {
  const world = await setup(t)
  addCounter(world.sapa)
  const { id, url } = await connect(world)
  await world.db
    .updateTable('account')
    .set({ state: 'needs_attention', state_reason: 'The key was refused.' })
    .where('id', '=', id)
    .execute()

  const started = await world.app.inject(world.as.admin({ method: 'POST', url: `${url}/checks` }))
  const run = new RegExp(`${url}/checks/[\\w-]+`).exec(started.body)?.[0] ?? ''
  const done = await until(async () => {
    const { body } = await world.app.inject(world.as.admin({ url: run }))
    return body.includes('Not yet') && body
  })
  t.match(done, 'Connection')
  t.match(done, 'The key was refused.')
})

t.test('the first message is shown with who wrote it', async t => {
  const world = await setup(t)
  addCounter(world.sapa)
  const { app, as, clock } = world
  const { id, url } = await connect(world)
  const other = await connect(world, { type: 'loket', key: 'kunci-lain' })
  await writes(world, other.id, 'Wati', 'Bukan di sini')

  const waiting = await app.inject(as.admin({ url: `${url}/first-message` }))
  t.match(waiting.body, 'Waiting for the first message.')
  t.match(waiting.body, 'data-live="message.added"')
  t.notMatch(waiting.body, 'Wati')

  const conversation = await writes(world, id, 'Budi', 'Halo, <b>masih buka?</b>')
  await writes(world, id, 'Sari', 'Yang kedua')
  const done = await app.inject(as.admin({ url: `${url}/first-message` }))
  t.match(done.body, 'It works: Budi wrote “Halo, &lt;b&gt;masih buka?&lt;/b&gt;”.')
  t.match(done.body, `href="/conversations/${conversation}"`)
  t.notMatch(done.body, 'data-live')

  t.match((await app.inject(as.admin({ url }))).body, 'It works: Budi wrote')
  await world.db
    .updateTable('account')
    .set({ last_inbound_at: clock.now.getTime() })
    .where('id', '=', id)
    .execute()
  clock.forward(25 * 60 * 60_000)
  const admin = await world.signIn(world.ids.admin)
  t.notMatch((await app.inject(admin({ url }))).body, 'It works', 'not for ever')
})

t.test('what is to be done soon stands beside the account until it is done', async t => {
  const world = await setup(t, { isIdle: false })
  const counter = addCounter(world.sapa)
  const { app, as } = world
  const { id, url } = await connect(world)
  const context = await until(async () => counter.opened[0])
  const notice = { en: 'The key ends on <Friday>.', id: 'Kunci berakhir hari Jumat.' }
  const stored = (wanted: boolean) =>
    until(async () => ((await read(world, id)).row.notice !== null) === wanted)

  context.notice(notice)
  await stored(true)
  for (const path of [url, home, '/settings/health', '/inbox/mine']) {
    const { body } = await app.inject(as.admin({ url: path }))
    t.match(body, 'The key ends on &lt;Friday&gt;.', path)
  }
  t.match((await app.inject(as.agent({ url: home }))).body, 'The key ends')
  const inbox = await app.inject(as.agent({ url: '/inbox/mine' }))
  t.notMatch(inbox.body, 'The key ends', 'a strip only for those who can do it')

  const seen = { method: 'DELETE' as const, url: `${url}/notice` }
  t.equal((await app.inject(as.supervisor({ ...seen }))).statusCode, 403)
  const unknown = { ...seen, url: `${home}/77/notice` }
  t.equal((await app.inject(as.admin(unknown))).statusCode, 404)
  t.notMatch((await app.inject(as.admin({ ...seen }))).body, 'The key ends', 'put away by hand')
  context.notice(notice)
  await stored(true)
  context.notice(null)
  await stored(false)
  t.notMatch((await app.inject(as.admin({ url }))).body, 'The key ends')
})

t.test('the wizard goes on at the provider before it goes on with the team', async t => {
  const world = await setup(t)
  addCounter(world.sapa)
  addLetters(world.sapa)
  const { app, as } = world

  const connected = await app.inject(as.owner(post('/setup/channel', form)))
  const location = String(connected.headers.location)
  t.match(location, /^\/setup\/channel\?account=\d+$/)

  const { body } = await app.inject(as.owner({ url: location }))
  t.match(body, 'Loket Depan is connected')
  t.match(body, '/hooks/loket/')
  t.match(body, 'Waiting for the first message.')
  t.match(body, 'hx-trigger="load"')
  t.match(body, 'href="/setup/team"')
  t.equal((await app.inject(as.agent({ url: location }))).statusCode, 403)
  t.equal((await app.inject(as.owner({ url: '/setup/channel?account=77' }))).statusCode, 404)
})
