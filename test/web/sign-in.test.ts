import t from 'tap'
import { hashPassword } from '../../server/agent/password.ts'
import { make, setup, type Setup } from '../support/app.ts'

const password = 'kopi susu di teras'
const email = 'sari@toko.example'

t.test('a right password opens the inbox with a fresh session', async t => {
  const world = await setup(t)
  const agent = await withPassword(world)

  const response = await post(world, { email: 'Sari@Toko.example ', password })

  t.equal(response.statusCode, 303)
  t.equal(response.headers.location, '/')
  t.match(cookieOf(response), { httpOnly: true, sameSite: 'Lax', path: '/' })
  t.equal(cookieOf(response)?.secure, undefined)
  t.notOk(
    await world.db
      .selectFrom('session')
      .select('id_hash')
      .where('id_hash', '=', cookieOf(response)?.value ?? '')
      .executeTakeFirst(),
    'only a hash is kept'
  )
  t.equal((await sessionsOf(world, agent.id)).length, 1)
})

t.test('the page itself is public and leaves no session behind', async t => {
  const { app, db } = await setup(t)

  const response = await app.inject({ url: '/sign-in' })

  t.equal(response.statusCode, 200)
  t.match(response.body, 'Masuk')
  t.equal(response.cookies.length, 0)
  t.equal((await db.selectFrom('session').select('id_hash').execute()).length, 5)
})

t.test('behind https the cookie is secure, and a proxy that hides https is told so', async t => {
  const env = { PUBLIC_URL: 'https://bantuan.toko.example' }
  const world = await setup(t, { env })
  await withPassword(world)

  const good = await post(world, { email, password }, { 'x-forwarded-proto': 'https' })
  const bad = await post(world, { email, password })

  t.equal(cookieOf(good)?.secure, true)
  t.equal(bad.statusCode, 400)
  t.match(bad.body, 'TRUST_PROXY')
})

t.test('a session id planted before signing in is worth nothing', async t => {
  const world = await setup(t)
  await withPassword(world)
  const planted = 'x'.repeat(32)

  const response = await post(world, { email, password }, { cookie: `sapa_session=${planted}` })
  const reuse = await world.app.inject({
    url: '/live',
    headers: { cookie: `sapa_session=${planted}` }
  })

  t.not(cookieOf(response)?.value, planted)
  t.equal(reuse.statusCode, 401)
})

t.test('signing in again ends the session before it', async t => {
  const world = await setup(t)
  const agent = await withPassword(world)
  const first = cookieOf(await post(world, { email, password }))?.value ?? ''

  const second = await post(
    world,
    { email, password },
    { cookie: `sapa_session=${first}`, 'sec-fetch-site': 'same-origin' }
  )

  t.not(cookieOf(second)?.value, first)
  t.equal((await sessionsOf(world, agent.id)).length, 1)
})

t.test('unknown, disabled and mistyped get the same answer', async t => {
  const world = await setup(t)
  await withPassword(world)
  await make.agent(world.db, {
    email: 'lama@toko.example',
    is_active: 0,
    password_hash: await hashPassword(password)
  })

  const tries = [
    { email, password: 'salah sekali ini' },
    { email: 'siapa@toko.example', password },
    { email: 'lama@toko.example', password }
  ]
  for (const credentials of tries) {
    const response = await post(world, credentials)
    t.equal(response.statusCode, 422)
    t.match(response.body, 'Email atau kata sandi tidak cocok.')
    t.equal(cookieOf(response), undefined)
  }
})

t.test('wrong passwords slow down the account, and time heals', async t => {
  const world = await setup(t)
  await withPassword(world)
  for (let n = 0; n < 6; n++) await post(world, { email, password: 'salah sekali ini' })

  const right = await post(world, { email, password })
  t.equal(right.statusCode, 429)
  t.ok(Number(right.headers['retry-after']) <= 60)
  t.match(right.body, 'Terlalu banyak percobaan')

  world.clock.forward(61_000)
  t.equal((await post(world, { email, password })).statusCode, 303, 'nobody stays locked out')
})

t.test('a stranger who fails without end locks nobody out of where they are known', async t => {
  const world = await setup(t, { env: { TRUST_PROXY: '127.0.0.1' } })
  await withPassword(world)
  const from = (address: string, tried: string) =>
    post(
      world,
      { email, password: tried },
      { 'x-forwarded-for': address, 'sec-fetch-site': 'none' }
    )
  const office = '192.0.2.1'
  t.equal((await from(office, password)).statusCode, 303)
  for (let n = 0; n < 12; n++) {
    await from(`198.51.100.${n}`, 'salah sekali ini')
    world.clock.forward(60_000)
  }
  await from('198.51.100.99', 'salah sekali ini')

  t.equal((await from('203.0.113.7', password)).statusCode, 429, 'elsewhere it is slowed down')
  t.equal((await from(office, password)).statusCode, 303)
  for (let n = 0; n < 6; n++) await from(office, 'salah sekali ini')
  t.equal((await from(office, password)).statusCode, 429, 'guesses count there, too')
})

t.test('many accounts from one address are slowed down too', async t => {
  const world = await setup(t)
  await withPassword(world)
  for (let n = 0; n < 31; n++) {
    await world.db
      .insertInto('sign_in_attempt')
      .values({ key: 'address:127.0.0.1', at: world.clock.now.getTime() })
      .execute()
  }

  t.equal((await post(world, { email, password })).statusCode, 429)
})

t.test('somebody with a whole IPv6 network is one stranger', async t => {
  const world = await setup(t, { env: { TRUST_PROXY: '127.0.0.1' } })
  await withPassword(world)
  const from = (address: string, tried: string) =>
    post(
      world,
      { email, password: tried },
      { 'x-forwarded-for': address, 'sec-fetch-site': 'none' }
    )
  const row = { key: 'address:2001:db8:1:2::/64', at: world.clock.now.getTime() }
  for (let n = 0; n < 31; n++) await world.db.insertInto('sign_in_attempt').values(row).execute()

  t.equal((await from('2001:db8:1:2:aaaa::7', password)).statusCode, 429)
  t.equal((await from('2001:db8:1:3::7', password)).statusCode, 303, 'the neighbour is not')

  const asked = async (address: string) =>
    (await world.app.inject({ url: '/sign-in', headers: { 'x-forwarded-for': address } }))
      .statusCode
  for (let n = 0; n < 120; n++) await asked(`2001:db8:9:9::${n.toString(16)}`)
  t.equal(await asked('2001:db8:9:9:ffff::1'), 429)
  t.equal(await asked('2001:db8:9:8::1'), 200)
})

t.test('next leads to our own pages only', async t => {
  const world = await setup(t)
  await withPassword(world)
  const wanted: [string, string][] = [
    ['/inbox/mine?x=1', '/inbox/mine?x=1'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/%5c%5cevil.example', '/%5c%5cevil.example'],
    ['https://evil.example/', '/'],
    ['https:evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/\r\nset-cookie: a=b', '/'],
    ['/./\\evil.example', '/'],
    ['/..//evil.example', '/'],
    ['/sign-in?next=/sign-in', '/'],
    ['', '/']
  ]

  for (const [next, place] of wanted) {
    const response = await post(world, { email, password, next })
    t.equal(response.headers.location, place, JSON.stringify(next))
  }
})

t.test('signing out ends the session for good', async t => {
  const { app, as, db, ids } = await setup(t)

  const response = await app.inject(as.agent({ method: 'POST', url: '/sign-out' }))

  t.equal(response.statusCode, 303)
  t.equal((await app.inject(as.agent({ url: '/live' }))).statusCode, 401)
  t.strictSame(await sessionsOf({ db }, ids.agent), [])
})

t.test('sessions end by themselves', async t => {
  t.test('after two weeks without use', async t => {
    const { app, as, clock } = await setup(t)
    clock.forward(13 * day)
    t.equal((await signOut(app, as.agent)).headers.location, '/sign-in?notice=signed-out')

    clock.forward(15 * day)
    t.equal((await signOut(app, as.supervisor)).headers.location, '/sign-in')
  })

  t.test('after sixty days in any case', async t => {
    const { app, as, clock } = await setup(t)
    const use = () => app.inject(as.owner({ url: '/sign-in' }))
    for (let n = 0; n < 5; n++) {
      clock.forward(11 * day)
      t.equal((await use()).statusCode, 303, 'still signed in')
    }
    clock.forward(6 * day)
    t.equal((await use()).statusCode, 200, 'asked to sign in')
  })
})

const day = 86_400_000

async function withPassword({ db }: Pick<Setup, 'db'>) {
  return make.agent(db, { email, password_hash: await hashPassword(password) })
}

function post({ app }: Setup, payload: Record<string, string>, headers = {}) {
  return app.inject({
    method: 'POST',
    url: '/sign-in',
    payload,
    headers: { accept: 'text/html', ...headers }
  })
}

function signOut(app: Setup['app'], as: Setup['as']['agent']) {
  return app.inject(as({ method: 'POST', url: '/sign-out' }))
}

function cookieOf(response: { cookies: { name: string; value: string; secure?: boolean }[] }) {
  return response.cookies.find(found => found.name === 'sapa_session')
}

function sessionsOf({ db }: Pick<Setup, 'db'>, agentId: number) {
  return db.selectFrom('session').select('id_hash').where('agent_id', '=', agentId).execute()
}
