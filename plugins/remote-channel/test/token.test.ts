import t from 'tap'
import { fileMs } from '../../../test/support/patience.ts'
import { apiWorld } from '../../../test/support/program.ts'
import { question, remoteWorld } from './world.ts'

t.setTimeout(fileMs)

t.test('without the right token nothing is told and nothing is kept', async t => {
  const world = await remoteWorld(t)
  const { token, id } = await world.connect()
  const cut = token.slice(0, -1)
  const changed = `${cut}${token.endsWith('A') ? 'B' : 'A'}`
  const tokens = [null, '', 'x', cut, changed, `${token}a`, token.replace(`_${id}_`, `_${id + 1}_`)]

  for (const wrong of tokens) {
    for (const what of ['POST ingest', 'POST ack', 'PUT state', 'PUT uploads/a']) {
      const answer = await world.askWith(wrong)(what, question('m-1'))
      t.equal(answer.status, 401, `${what} with ${wrong}`)
      t.match(answer.body, { error: { code: 'bad_token' } })
    }
    for (const what of ['GET outbox?wait=20', 'GET health', 'GET media/c1.m1.x/0']) {
      t.equal((await world.askWith(wrong)(what)).status, 401, `${what} with ${wrong}`)
    }
  }
  t.same(await world.db.selectFrom('journal').select('id').execute(), [])
})

t.test('a token opens its own account and no other', async t => {
  const world = await remoteWorld(t)
  const [shop, branch] = [await world.connect('Toko'), await world.connect('Cabang')]

  t.equal((await shop.ask('GET health')).body.account, shop.id)
  t.equal((await branch.ask('GET health')).body.account, branch.id)
  t.equal((await shop.ask(`GET health?account=${shop.id}`)).status, 200)
  const foreign = await shop.ask(`POST ingest?account=${branch.id}`, question('m-1'))
  t.equal(foreign.status, 403)
  t.match(foreign.body, { error: { code: 'other_account' } })
  t.equal((await world.callWith(shop.token)('GET /me')).status, 401, 'and nothing of the API')
})

t.test('it is made by an admin, shown once and kept as a hash', async t => {
  const world = await remoteWorld(t)
  const { app, as, db } = world
  const { id, token } = await world.connect('Toko <b>Maju</b>')
  const url = `/p/remote-channel/tokens?account=${id}`

  const page = await app.inject(as.admin({ url }))
  t.equal(page.statusCode, 200)
  t.match(page.payload, 'Toko &lt;b&gt;Maju&lt;/b&gt;')
  t.notMatch(page.payload, /sapart_/)
  t.equal(page.headers['cache-control'], 'no-store')
  t.equal((await app.inject(as.agent({ url }))).statusCode, 403)
  t.equal((await app.inject({ url })).statusCode, 303)
  t.equal(
    (await app.inject(as.admin({ url: '/p/remote-channel/tokens?account=99' }))).statusCode,
    404
  )
  const stored = JSON.stringify(
    await db
      .selectFrom('remote_channel_token' as 'account')
      .selectAll()
      .execute()
  )
  t.notMatch(stored, token)
  t.match(stored, /"hash":"[0-9a-f]{64}"/)
})

t.test('after a change two tokens work for a day, and the old one can be ended', async t => {
  const world = await remoteWorld(t)
  const { app, as, db } = world
  const { id, token: first } = await world.connect()
  const status = async (token: string) => (await world.askWith(token)('GET health')).status
  const withdraw = (which: string) =>
    app.inject(
      as.admin({
        method: 'POST',
        url: '/p/remote-channel/tokens/withdrawal',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: `account=${id}&which=${which}`
      })
    )

  const second = await world.makeToken(id)
  t.same([await status(first), await status(second)], [200, 200])
  const third = await world.makeToken(id)
  t.same([await status(first), await status(second), await status(third)], [401, 200, 200])
  t.equal((await withdraw('old')).statusCode, 303)
  t.same([await status(second), await status(third)], [401, 200])
  const fourth = await world.makeToken(id)
  await db
    .updateTable('remote_channel_token' as 'account')
    .set({ expires_at: Date.now() - 1 } as object)
    .where('expires_at' as 'id', 'is not', null)
    .execute()
  t.same([await status(third), await status(fourth)], [401, 200], 'a day later')
  await withdraw('all')
  t.equal(await status(fourth), 401)
})

t.test('it comes with Sapa and is off until the owner wants it', async t => {
  const { sapa, call } = await apiWorld(t)

  t.match(await sapa.plugins.find('remote-channel'), { isBundled: true, isActive: false })
  const refused = await call.owner('POST /accounts', { type: 'remote', settings: {} })
  t.equal(refused.status, 422)
})
