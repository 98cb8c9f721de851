import t from 'tap'
import { hashPassword } from '../../server/agent/password.ts'
import { make, setup, type Setup } from '../support/app.ts'

const password = 'kopi susu di teras'

t.test('a right password opens the inbox with a fresh session', async t => {
  const world = await setup(t)
  await withPassword(world)

  const response = await post(world, { email: 'Sari@Toko.example', password })

  t.equal(response.statusCode, 303)
  t.equal(response.headers.location, '/')
  const cookie = response.cookies.find(found => found.name === 'sapa_session')
  t.match(cookie, { httpOnly: true, sameSite: 'Lax', path: '/' })
})

t.test('the page itself is public and leaves no session behind', async t => {
  const { app, db } = await setup(t)
  const before = await countSessions(db)

  const response = await app.inject({ url: '/sign-in' })

  t.equal(response.statusCode, 200)
  t.match(response.body, 'Masuk')
  t.equal(response.cookies.length, 0)
  t.equal(await countSessions(db), before)
})

async function withPassword({ db }: Setup) {
  return make.agent(db, {
    email: 'sari@toko.example',
    password_hash: await hashPassword(password)
  })
}

function post({ app }: Setup, payload: Record<string, string>) {
  return app.inject({ method: 'POST', url: '/sign-in', payload, headers: { accept: 'text/html' } })
}

async function countSessions(db: Setup['db']): Promise<number> {
  const { count } = await db
    .selectFrom('session')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}
