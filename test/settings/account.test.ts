import t from 'tap'
import { storedForm } from '../../server/channel/account/settings.ts'
import { make, setup, type Setup } from '../support/app.ts'
import { post } from '../support/form.ts'
import { addLetters } from '../support/letter-channel.ts'
import { until } from '../support/until.ts'

const form = {
  type: 'surat',
  address: 'halo@toko.example',
  host: 'mail.toko.example',
  port: '993',
  auth: 'password',
  password: 'rahasia-toko',
  'account-name': 'Toko',
  'account-history': '30',
  'account-acknowledgement': 'Pesan {number} kami terima.'
}
async function connected(world: Setup) {
  await world.app.inject(world.as.admin(post('/settings/accounts', form)))
  return world.db.selectFrom('account').selectAll().executeTakeFirstOrThrow()
}

t.test('the doors of accounts: signed out, wrong role, unknown id', async t => {
  const { app, as } = await setup(t)

  t.equal((await app.inject('/settings/accounts')).statusCode, 303)
  t.equal((await app.inject(as.guest({ url: '/settings/accounts' }))).statusCode, 403)
  t.equal((await app.inject(as.agent({ url: '/settings/accounts' }))).statusCode, 200)
  for (const url of ['/settings/accounts/new', '/settings/accounts/1']) {
    t.equal((await app.inject(as.supervisor({ url }))).statusCode, 403, url)
  }
  for (const url of ['/settings/accounts/77', '/settings/accounts/77/card']) {
    t.equal((await app.inject(as.owner({ url }))).statusCode, 404, url)
  }
  for (const part of ['service', 'connection']) {
    const url = `/settings/accounts/77/${part}`
    t.equal((await app.inject(as.admin({ method: 'PUT', url }))).statusCode, 404, url)
  }
  t.equal((await app.inject(as.agent({ url: '/settings' }))).headers.location, '/settings/accounts')
  t.equal((await app.inject(as.owner({ url: '/settings' }))).headers.location, '/settings/general')
})

t.test('a form that is filled in becomes an account with its past under way', async t => {
  const world = await setup(t)
  addLetters(world.sapa)
  const { app, as, db } = world

  const response = await app.inject(as.admin(post('/settings/accounts', form)))

  const account = await db.selectFrom('account').selectAll().executeTakeFirstOrThrow()
  t.equal(response.statusCode, 303)
  t.equal(response.headers.location, `/settings/accounts/${account.id}?notice=created`)
  t.match(account, {
    ...{ type: 'surat', name: 'Toko', address: 'halo@toko.example' },
    ...{ external_id: 'halo@toko.example', acknowledgement: 'Pesan {number} kami terima.' }
  })
  t.notMatch(account.secrets, 'rahasia-toko')
  const past = await db.selectFrom('account_import').selectAll().executeTakeFirstOrThrow()
  t.match(past, { account_id: account.id, state: 'running' })
  t.equal(past.since_at, Date.parse('2026-10-21T03:00:00Z'))

  const page = await app.inject(as.admin({ url: `/settings/accounts/${account.id}` }))
  t.match(page.body, 'Stored. Leave empty to keep it.')
  t.notMatch(page.body, 'rahasia-toko')
})

t.test('a form with mistakes comes back with what was typed, but no secret', async t => {
  const world = await setup(t)
  addLetters(world.sapa)
  const { app, as, db } = world

  const broken = { ...form, address: 'bukan alamat', host: 'mail.toko.example' }
  const response = await app.inject(as.admin(post('/settings/accounts', broken)))

  t.equal(response.statusCode, 422)
  t.match(response.body, 'bukan alamat')
  t.match(response.body, 'mail.toko.example')
  t.match(response.body, 'Please type an e-mail address.')
  t.notMatch(response.body, 'rahasia-toko')
  t.same(await db.selectFrom('account').select('id').execute(), [])
})

t.test('the same mailbox is not connected twice', async t => {
  const world = await setup(t)
  addLetters(world.sapa)
  await connected(world)

  const response = await world.app.inject(world.as.admin(post('/settings/accounts', form)))

  t.equal(response.statusCode, 409)
  t.match(response.body, 'Toko')
  t.match(response.body, 'value="mail.toko.example"')
})

t.test('a change keeps the secret that was not typed again', async t => {
  const world = await setup(t)
  addLetters(world.sapa)
  const { app, as, db, sapa } = world
  const account = await connected(world)
  const url = `/settings/accounts/${account.id}`

  const changed = { ...form, password: '', 'account-name': 'Surat' }
  const response = await app.inject(as.admin(post(url, changed)))

  t.equal(response.headers.location, `${url}?notice=saved`)
  const after = await db.selectFrom('account').selectAll().executeTakeFirstOrThrow()
  t.equal(after.name, 'Surat')
  const { settings, secrets } = storedForm(after)
  t.equal(settings['host'], 'mail.toko.example')
  t.equal(sapa.secrets.open(secrets['password'] ?? ''), 'rahasia-toko')

  const bad = await app.inject(as.admin(post(url, { ...changed, port: 'banyak' })))
  t.equal(bad.statusCode, 422)
  t.match(bad.body, 'value="banyak"')
  t.equal((await app.inject(as.admin(post('/settings/accounts/77', form)))).statusCode, 404)
})

t.test('a stored secret does not follow to another server', async t => {
  const world = await setup(t)
  const letters = addLetters(world.sapa)
  const { app, as, db, sapa } = world
  const account = await connected(world)
  let probed = 0
  letters.probe = async () => ({ isOk: (probed += 1) > 0 })
  const moved = { ...form, host: 'jahat.example', password: '', 'account-name': 'Ketikan saya' }
  const probe = { ...moved, 'account-id': String(account.id) }
  const url = `/settings/accounts/${account.id}`
  const row = () => db.selectFrom('account').selectAll().executeTakeFirstOrThrow()

  for (const change of [{}, { host: form.host, port: '9930' }]) {
    const tested = await app.inject(
      as.admin(post('/settings/accounts/probes', { ...probe, ...change }))
    )
    t.equal(tested.statusCode, 422)
    t.match(tested.body, 'Password: Type it again, because the server has changed.')
  }
  const saved = await app.inject(as.admin(post(url, moved)))
  t.equal(saved.statusCode, 422)
  t.match(saved.body, 'Type it again, because the server has changed.')
  t.match(saved.body, 'value="jahat.example"')
  t.match(saved.body, 'value="Ketikan saya"')
  t.equal(probed, 0)
  t.same(await row(), account)

  const retyped = await app.inject(as.admin(post(url, { ...moved, password: 'sandi-baru' })))
  t.equal(retyped.statusCode, 303)
  t.equal(sapa.secrets.open(storedForm(await row()).secrets['password'] ?? ''), 'sandi-baru')

  // Out of sight it must not be carried over either.
  await app.inject(as.admin(post(url, { ...moved, host: 'lain.example', auth: 'google' })))
  t.same(storedForm(await row()).secrets, {})
})

t.test('an account is switched off, on and removed, also twice', async t => {
  const world = await setup(t)
  addLetters(world.sapa)
  const { app, as, db } = world
  const { id } = await connected(world)
  const service = `/settings/accounts/${id}/service`

  for (const round of ['once', 'again']) {
    const off = await app.inject(as.admin({ method: 'DELETE', url: service }))
    t.equal(off.statusCode, 200, round)
    t.match(off.body, 'Switch on')
  }
  const on = await app.inject(as.admin({ method: 'PUT', url: service }))
  t.match(on.body, 'Switch off')
  t.match(on.body, 'Fetching older messages')
  const again = await app.inject(
    as.admin({ method: 'PUT', url: `/settings/accounts/${id}/connection` })
  )
  t.equal(again.statusCode, 200)

  const gone = await app.inject(as.admin({ method: 'DELETE', url: `/settings/accounts/${id}` }))
  t.equal(gone.headers['hx-redirect'], '/settings/accounts?notice=removed')
  t.same(await db.selectFrom('account').select('id').execute(), [])
  const twice = await app.inject(as.admin({ method: 'DELETE', url: `/settings/accounts/${id}` }))
  t.equal(twice.statusCode, 404)
})

t.test('a troubled account says what happened, and nothing is made up', async t => {
  const { app, as, db, sapa } = await setup(t)
  addLetters(sapa)
  const reason = 'Login <b>ditolak</b>'
  const account = await make.account(db, {
    ...{ type: 'surat', state: 'needs_attention', state_reason: reason }
  })
  await make.account(db, { type: 'faks', name: 'Faks lama' })

  const { body } = await app.inject(as.agent({ url: '/settings/accounts' }))

  t.match(body, /Needs attention since \d\d:\d\d/)
  t.match(body, 'Login &lt;b&gt;ditolak&lt;/b&gt;')
  t.match(body, 'Plugin is off')
  t.notMatch(body, `/settings/accounts/${account.id}/service`, 'agents only look')
})

t.test('an account of a provider offers its sign-in', async t => {
  const { app, as, sapa, db } = await setup(t)
  addLetters(sapa)
  await app.inject(as.admin(post('/settings/accounts', { ...form, auth: 'google' })))
  const { id } = await db.selectFrom('account').select('id').executeTakeFirstOrThrow()

  const { body } = await app.inject(as.admin({ url: `/settings/accounts/${id}` }))

  t.match(body, `href="/p/surat/oauth/start?account=${id}"`)
  t.match(body, 'Connect with Google')
})

t.test('servers are suggested, and what somebody typed is left alone', async t => {
  const { app, as, sapa } = await setup(t)
  addLetters(sapa)
  const url = '/settings/accounts/suggestions'

  const empty = await app.inject(as.admin(post(url, { ...form, host: '' })))
  const typed = await app.inject(as.admin(post(url, { ...form, host: 'punya.saya.example' })))
  const moved = await app.inject(
    as.admin(
      post(url, {
        ...form,
        address: 'halo@baru.example',
        'account-suggested': JSON.stringify({ host: form.host })
      })
    )
  )

  t.match(empty.body, 'value="mail.toko.example"')
  t.notMatch(typed.body, 'mail.toko.example')
  t.match(moved.body, 'value="mail.baru.example"')
  t.notMatch(empty.body, 'rahasia-toko')
  t.equal((await app.inject(as.agent(post(url, form)))).statusCode, 403)
})

t.test('a connection test runs behind the page and ends with its findings', async t => {
  const { app, as, sapa } = await setup(t)
  const letters = addLetters(sapa)
  let go = () => {}
  const gone = new Promise<void>(resolve => (go = resolve))
  letters.probe = async report => {
    report({ step: 'login', state: 'running' })
    await gone
    report({
      ...{ step: 'login', state: 'failed', ms: 210 },
      detail: { en: 'Refused <script>', id: 'Ditolak' },
      remedy: { en: 'Use an app password.', id: 'Pakai sandi aplikasi.' }
    })
    return { isOk: false }
  }

  const started = await app.inject(as.admin(post('/settings/accounts/probes', form)))
  t.equal(started.statusCode, 202)
  const url = /\/settings\/accounts\/probes\/[\w-]+/.exec(started.body)?.[0] ?? ''
  t.match((await app.inject(as.admin({ url }))).body, 'load delay')
  t.notMatch((await app.inject(as.owner({ url }))).body, 'plugin.surat', 'it is not theirs')

  go()
  const done = await until(async () => {
    const { body } = await app.inject(as.admin({ url }))
    return body.includes('Not yet') && body
  })
  t.match(done, 'Refused &lt;script&gt;')
  t.match(done, 'Use an app password.')
  t.notMatch(done, 'hx-trigger')
})

t.test('a test of an incomplete form says what is missing', async t => {
  const { app, as, sapa } = await setup(t)
  addLetters(sapa)

  const url = '/settings/accounts/probes'
  const response = await app.inject(as.admin(post(url, { ...form, address: '' })))

  t.equal(response.statusCode, 422)
  t.match(response.body, 'Address: Please fill this in.')
  t.equal((await app.inject(as.admin(post(url, { type: 'faks' })))).statusCode, 404)
})
