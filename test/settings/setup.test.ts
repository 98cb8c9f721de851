import { pino } from 'pino'
import t, { type Test } from 'tap'
import { startSapa } from '../../server/app.ts'
import { readConfig } from '../../server/config.ts'
import { setup } from '../support/app.ts'
import { post } from '../support/form.ts'
import { addLetters } from '../support/letter-channel.ts'
import { layPrepared } from '../support/prepared.ts'
import { temporaryFolder } from '../support/temporary.ts'

const person = {
  name: 'Bagas Prakoso',
  email: 'bagas@sinar.example',
  password: 'kopi susu di teras'
}

/** Nobody is there yet. */
async function fresh(t: Test) {
  const dataDir = temporaryFolder(t)
  await layPrepared(dataDir)
  const config = readConfig({ DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent' })
  const running = await startSapa(config, { log: pino({ level: 'silent' }), isIdle: true })
  t.teardown(() => running.close())
  return running
}

t.test('without the printed token the first page stays shut', async t => {
  const { app, sapa } = await fresh(t)

  for (const url of ['/setup', '/setup?token=tebakan']) {
    const response = await app.inject({ url })
    t.equal(response.statusCode, 403, url)
    t.notMatch(response.body, '/setup/account')
  }
  const signIn = await app.inject({ url: '/sign-in' })
  t.equal(signIn.headers.location, '/setup', 'which says where the token is')
  const guessed = await app.inject(post('/setup/account', { ...person, token: 'tebakan' }))
  t.equal(guessed.statusCode, 403)
  t.same(await sapa.db.selectFrom('agent').select('id').execute(), [])
})

t.test('the first person becomes the owner, once', async t => {
  const { app, sapa } = await fresh(t)
  const token = sapa.setupToken

  t.equal((await app.inject({ url: `/setup?token=${token}` })).statusCode, 200)
  const weak = await app.inject(post('/setup/account', { ...person, token, password: 'pendek' }))
  t.equal(weak.statusCode, 422)
  t.match(weak.body, 'bagas@sinar.example')
  t.notMatch(weak.body, 'pendek')

  const made = await app.inject(post('/setup/account', { ...person, token }))
  t.equal(made.headers.location, '/setup/business')
  t.equal(made.cookies.length, 1)
  const again = await app.inject(post('/setup/account', { ...person, token, email: 'b@c.example' }))
  t.equal(again.headers.location, '/sign-in')
  t.equal((await app.inject({ url: `/setup?token=${token}` })).headers.location, '/sign-in')
  const agents = await sapa.db.selectFrom('agent').select(['email', 'role', 'locale']).execute()
  t.same(agents, [{ email: person.email, role: 'owner', locale: 'en' }])
})

t.test('the steps after it keep what was chosen', async t => {
  const { app, as, db, ids, sapa } = await setup(t)
  const letters = addLetters(sapa)
  t.ok(letters)
  const business = { businessName: 'Sinar Elektronik', locale: 'id', timeZone: 'Asia/Makassar' }

  t.equal((await app.inject(as.agent({ url: '/setup/business' }))).statusCode, 403)
  const bad = await app.inject(
    as.owner(post('/setup/business', { ...business, timeZone: 'Bulan' }))
  )
  t.equal(bad.statusCode, 422)
  t.match(bad.body, 'Sinar Elektronik')

  const kept = await app.inject(as.owner(post('/setup/business', business)))
  t.equal(kept.headers.location, '/setup/channel')
  const owner = await db
    .selectFrom('agent')
    .select(['locale', 'time_zone'])
    .where('id', '=', ids.owner)
    .executeTakeFirstOrThrow()
  t.same(owner, { locale: 'id', time_zone: 'Asia/Makassar' })
  t.match((await app.inject(as.owner({ url: '/setup/channel' }))).body, 'Sinar Elektronik')

  const channel = { type: 'surat', address: 'halo@toko.example', auth: 'password', password: 'x' }
  const wrong = await app.inject(as.owner(post('/setup/channel', { ...channel, address: '' })))
  t.equal(wrong.statusCode, 422)
  const made = await app.inject(as.owner(post('/setup/channel', channel)))
  t.equal(made.headers.location, '/setup/team')
  const twice = await app.inject(as.owner(post('/setup/channel', channel)))
  t.equal(twice.statusCode, 409)
  const foreign = await app.inject(as.owner(post('/setup/channel', { type: 'faks' })))
  t.equal(foreign.statusCode, 404)
})

t.test('a channel that wants a sign-in shows it before going on', async t => {
  const { app, as, sapa } = await setup(t)
  addLetters(sapa)

  const form = { type: 'surat', address: 'halo@toko.example', auth: 'google' }
  const made = await app.inject(as.owner(post('/setup/channel', form)))

  t.equal(made.headers.location, '/setup/channel')
  t.match((await app.inject(as.owner({ url: '/setup/channel' }))).body, 'Connect with Google')
})

t.test('a colleague is invited by a link that is shown once', async t => {
  const { app, as } = await setup(t)
  const colleague = { name: 'Dewi', email: 'dewi@sinar.example', role: 'agent' }

  const made = await app.inject(as.owner(post('/setup/team', colleague, { 'hx-request': 'true' })))
  t.equal(made.statusCode, 200)
  t.match(made.body, /\/invite\/[\w-]{43}/)
  t.notMatch(made.body, '<html')
  t.notMatch((await app.inject(as.owner({ url: '/setup/team' }))).body, '/invite/')

  const twice = await app.inject(as.owner(post('/setup/team', colleague)))
  t.equal(twice.statusCode, 422)
  const high = await app.inject(
    as.admin(post('/setup/team', { ...colleague, email: 'x@y.example', role: 'owner' }))
  )
  t.equal(high.statusCode, 403)
})
