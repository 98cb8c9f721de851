import t from 'tap'
import { findAgent } from '../../server/agent/find.ts'
import { hashPassword, isPassword } from '../../server/agent/password.ts'
import { setup, type Setup } from '../support/app.ts'

const old = 'kopi susu di teras'
const fresh = 'teh manis di beranda'

const profile = {
  name: 'Dewi A.',
  locale: 'id',
  timeZone: 'Asia/Makassar',
  theme: 'dark',
  density: 'compact',
  undoSeconds: '20',
  enterSends: 'true'
}

t.test('the page shows who I am and where I am signed in', async t => {
  const { app, as } = await setup(t)

  const response = await app.inject(as.guest({ url: '/me' }))

  t.equal(response.statusCode, 200)
  t.match(response.body, 'Tono (mitra)')
  t.match(response.body, 'this device')
})

t.test('a saved profile speaks the other language at once', async t => {
  const { app, as, db, ids } = await setup(t)

  const response = await app.inject(
    as.agent({ method: 'POST', url: '/me/profile', payload: profile })
  )

  t.equal(response.headers.location, '/me?notice=profile')
  t.match(await findAgent(db, ids.agent), {
    name: 'Dewi A.',
    time_zone: 'Asia/Makassar',
    theme: 'dark',
    undo_seconds: 20,
    enter_sends: 1,
    shortcuts: 0
  })
  const page = await app.inject(as.agent({ url: '/me?notice=profile' }))
  t.match(page.body, 'Tersimpan.')
  t.match(page.body, 'data-theme="dark"')
})

t.test('what cannot be is refused, and what was typed stays', async t => {
  const { app, as, db, ids } = await setup(t)
  const before = await findAgent(db, ids.agent)

  for (const wrong of [
    { timeZone: 'Asia/Bandung' },
    { undoSeconds: '7' },
    { theme: 'pink' },
    { name: ' ' }
  ]) {
    const response = await app.inject(
      as.agent({ method: 'POST', url: '/me/profile', payload: { ...profile, ...wrong } })
    )
    t.equal(response.statusCode, 422)
    t.match(response.body, 'This value is not possible.')
  }
  t.strictSame(await findAgent(db, ids.agent), before)
})

t.test('nobody gives themselves another role or address', async t => {
  const { app, as, db, ids } = await setup(t)
  const payload = { ...profile, role: 'owner', email: 'x@evil.example', is_active: '0' }

  await app.inject(as.agent({ method: 'POST', url: '/me/profile', payload }))

  const agent = await findAgent(db, ids.agent)
  t.equal(agent.role, 'agent')
  t.notMatch(agent.email, 'evil')
})

t.test('a new password asks for the old one and ends the other sessions', async t => {
  const world = await setup(t)
  const { app, as, db, ids, signIn } = world
  const password_hash = await hashPassword(old)
  await db.updateTable('agent').set({ password_hash }).where('id', '=', ids.agent).execute()
  const phone = await signIn(ids.agent)
  const change = (current: string) =>
    app.inject(
      as.agent({ method: 'POST', url: '/me/password', payload: { current, password: fresh } })
    )

  t.equal((await change('bukan ini')).statusCode, 422)
  t.equal(await isSignedIn(world, phone), true)
  t.equal((await change(old)).headers.location, '/me?notice=password')

  t.ok(await isPassword(fresh, (await findAgent(db, ids.agent)).password_hash))
  t.equal(await isSignedIn(world, phone), false)
  t.equal(await isSignedIn(world, as.agent), true)
})

t.test('one lost phone is signed out by name, and only by its owner', async t => {
  const world = await setup(t)
  const { app, as, db, ids, signIn } = world
  const phone = await signIn(ids.agent)
  const rows = await db
    .selectFrom('session')
    .select('id_hash')
    .where('agent_id', '=', ids.agent)
    .execute()
  const last = rows.at(-1)?.id_hash ?? ''
  const end = (who: Setup['as']['agent']) =>
    app.inject(who({ method: 'POST', url: `/me/sessions/${last}/ended` }))

  await end(as.supervisor)
  t.equal(await isSignedIn(world, phone), true)
  await end(as.agent)
  t.equal(
    (await db.selectFrom('session').select('id_hash').where('agent_id', '=', ids.agent).execute())
      .length,
    1
  )
})

async function isSignedIn({ app }: Setup, who: Setup['as']['agent']): Promise<boolean> {
  return (await app.inject(who({ url: '/sign-in' }))).statusCode === 303
}
