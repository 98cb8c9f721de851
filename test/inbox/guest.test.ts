import t from 'tap'
import { inboxWorld } from './world.ts'

t.test('a guest learns nothing about what is not given to them', async t => {
  const world = await inboxWorld(t)
  const { app, as, ids, db, make, clock, accountId } = world
  const own = await world.mail({ name: 'Kadek Ayu', assigneeId: ids.guest })
  const { customer_id } = await db
    .selectFrom('conversation')
    .select('customer_id')
    .where('id', '=', own)
    .executeTakeFirstOrThrow()
  const earlier = { customer_id, account_id: accountId, subject: 'Garansi kulkas ditolak' }
  const foreign = await make.conversation(db, earlier)
  const team = await make.team(db, { name: 'Tim Keuangan', members: [ids.agent] })
  const joined = await make.team(db, { name: 'Tim Mitra', members: [ids.guest] })
  const since = clock.now.getTime() - 3_600_000
  const broken = { name: 'Toko Bandung', state: 'needs_attention' as const, state_since: since }
  const account = await make.account(db, broken)
  await db
    .insertInto('suggestion')
    .values({
      customer_id,
      other_conversation_id: foreign.id,
      reason: 'subject_tag',
      created_at: clock.now.getTime()
    })
    .execute()

  const secrets = /Garansi kulkas|Tim Keuangan|Toko Bandung/
  for (const path of ['', '/pane', '/customer']) {
    const url = `/conversations/${own}${path}`
    const shown = await app.inject(as.guest({ url }))
    t.equal(shown.statusCode, 200, url)
    t.notMatch(shown.body, secrets, `${url} shows a guest only their own`)
    t.notMatch(shown.body, `/conversations/${foreign.id}"`, `${url} links to nothing foreign`)
    t.match((await app.inject(as.agent({ url }))).body, 'Garansi kulkas', 'colleagues see it')
  }
  for (const url of ['/inbox/all', '/nav', '/me']) {
    t.notMatch((await app.inject(as.guest({ url }))).body, secrets, url)
  }
  for (const view of [`team-${team.id}`, `ch-${account.id}`, `ch-${accountId}`]) {
    for (const part of ['', '/pane', '/rows']) {
      const { statusCode, body } = await app.inject(as.guest({ url: `/inbox/${view}${part}` }))
      t.equal(statusCode, 404, `${view}${part} is as unknown as one that does not exist`)
      t.notMatch(body, secrets)
    }
  }
  const offered = await app.inject(as.guest({ url: `/inbox/team-${joined.id}` }))
  t.equal(offered.statusCode, 200, 'the view of their own team')
})
