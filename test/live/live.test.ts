import t from 'tap'
import { changeRole } from '../../server/agent/change.ts'
import { findAgent } from '../../server/agent/find.ts'
import { revokeSessions } from '../../server/agent/session.ts'
import { LiveHub, type Stream } from '../../server/live/hub.ts'
import { announce } from '../../server/db/transaction.ts'
import { setup, type Scope } from '../support/app.ts'
import { hangMs } from '../support/patience.ts'
import { listenLive } from '../support/listen-live.ts'
import { slotWorld } from '../support/slot-world.ts'

t.test('what is committed reaches every open stream, as ids', async t => {
  const { db, as, origin } = await listening(t)
  const [dewi, maya] = [
    await listenLive(t, origin, as.agent),
    await listenLive(t, origin, as.supervisor)
  ]

  announce(db, { topic: 'conversation.changed', conversation: 7 })
  announce(db, { topic: 'journal.added', account: 1 })
  announce(db, {
    topic: 'message.added',
    conversation: 7,
    message: 9,
    kind: 'inbound',
    isQuiet: false
  })

  t.match(await dewi.hears('message.added'), { conversation: 7, message: 9 })
  t.match(await maya.hears('conversation.changed'), { conversation: 7 })
  t.strictSame(
    dewi.heard.map(event => event.topic),
    ['hello', 'conversation.changed', 'message.added']
  )
})

t.test('a stream that comes back gets what it missed', async t => {
  const { db, as, origin } = await listening(t)
  const first = await listenLive(t, origin, as.agent)
  const { id } = await first.hears('hello')
  first.hangUp()
  announce(db, { topic: 'conversation.changed', conversation: 1 })
  announce(db, { topic: 'conversation.changed', conversation: 2 })

  for (const options of [{ lastEventId: id }, { last: id }]) {
    const again = await listenLive(t, origin, as.agent, options)
    await again.hears('hello')
    t.strictSame(
      again.heard.filter(event => event.topic !== 'hello').map(event => event.conversation),
      [1, 2]
    )
  }
})

t.test('a page goes on from what it was sure to know, however long it took to draw', async t => {
  const { sapa, db, get, conversation, ids } = await slotWorld(
    t,
    `sapa.slot('customer.header', { id: 'lama', title: { en: 'Slow', id: 'Lama' },
       render: async () => { await globalThis.meanwhile(); return sapa.html\`Lama\` } })`
  )
  const news = { topic: 'message.added', conversation, message: 9, kind: 'inbound' } as const
  const world = globalThis as { meanwhile?: () => void }
  world.meanwhile = () => announce(db, { ...news, isQuiet: false })
  t.teardown(() => delete world.meanwhile)

  for (const url of [`/conversations/${conversation}`, '/customers/1']) {
    const { body } = await get(url)
    t.match(body, 'Lama')
    const last = /data-live-at="([^"]+)"/.exec(body)?.[1] ?? ''
    const heard: string[] = []
    const leave = sapa.live.open(
      {
        ...{ viewer: { id: ids.agent, role: 'agent' }, session: '', end: () => {} },
        send: events => heard.push(...events.map(({ event }) => event.topic))
      },
      last
    )
    leave()
    t.strictSame(heard, ['message.added', 'hello'], url)
  }
})

t.test('after a restart, or too long a gap, the browser is told to look again', async t => {
  const { as, origin } = await listening(t)
  for (const last of ['deadbeef-4', 'nonsense', 'deadbeef-x']) {
    const ear = await listenLive(t, origin, as.agent, { last })
    t.ok(await ear.hears('resync'), last)
  }
})

t.test('the memory for events has an end', async t => {
  const hub = new LiveHub()
  const heard: string[] = []
  const stream = (): Stream => ({
    viewer: { id: 1, role: 'agent' },
    session: 'x',
    send: events => heard.push(...events.map(({ event }) => event.topic)),
    end: () => {}
  })
  let first = ''
  hub.open({ ...stream(), send: events => (first = events[0]?.id ?? '') }, null)()
  for (let n = 0; n < 9000; n++) hub.publish([{ topic: 'conversation.changed', conversation: n }])

  hub.open(stream(), first)

  t.strictSame(heard, ['resync'])
})

t.test('a guest hears only of conversations of their own or their team', async t => {
  const { db, as, ids, make, origin } = await listening(t)
  const team = await make.team(db, { members: [ids.guest] })
  const own = await make.conversation(db, { assignee_id: ids.guest })
  const teams = await make.conversation(db, { team_id: team.id })
  const other = await make.conversation(db)
  const ear = await listenLive(t, origin, as.guest)

  announce(db, { topic: 'conversation.changed', conversation: other.id })
  announce(db, { topic: 'customer.changed', customer: own.customer_id })
  announce(db, { topic: 'conversation.changed', conversation: teams.id })
  announce(db, { topic: 'message.changed', conversation: own.id, message: 1 })
  await ear.hears('message.changed')

  t.strictSame(
    ear.heard.map(event => event.conversation),
    [undefined, teams.id, own.id]
  )
})

t.test('rights that end take the stream along at once', async t => {
  const { db, as, ids, origin } = await listening(t)
  const [agent, guest] = [
    await listenLive(t, origin, as.agent),
    await listenLive(t, origin, as.guest)
  ]
  await agent.hears('hello')
  await guest.hears('hello')

  await revokeSessions(db, ids.agent)
  await changeRole(db, ids.guest, 'agent', await findAgent(db, ids.owner))

  t.ok(await agent.hears('signed-out'))
  await agent.ends()
  t.ok(await guest.hears('signed-out'))
  await guest.ends()
  t.equal((await listenLive(t, origin, as.agent)).status, 401)
})

t.test('one agent cannot hold all connections', async t => {
  const { as, sapa, origin } = await listening(t)
  const ears = []
  for (let n = 0; n < 22; n++) {
    const ear = await listenLive(t, origin, as.agent)
    await ear.hears('hello')
    ears.push(ear)
  }

  await ears[0]?.ends()
  await ears[1]?.ends()
  t.equal(sapa.live.size, 20)
  t.equal(ears[21]?.isOver, false)
})

t.test('colleagues see who looks and who writes', async t => {
  const { app, db, as, ids, make, origin } = await listening(t)
  const { id } = await make.conversation(db)
  const ear = await listenLive(t, origin, as.supervisor)
  const beat = (state: string, who = as.agent) =>
    app.inject(who({ method: 'POST', url: `/conversations/${id}/presence`, payload: { state } }))

  t.equal((await beat('replying')).statusCode, 204)

  t.match(await ear.hears('presence'), {
    conversation: id,
    people: [{ id: ids.agent, name: 'Dewi Anggraini', state: 'replying' }]
  })
  t.equal((await beat('viewing', as.guest)).statusCode, 404, 'not a conversation of theirs')
  t.equal((await beat('dancing')).statusCode, 422)
})

t.test('the end of the server is the end of its streams', async t => {
  const { app, as, origin } = await listening(t)
  const ear = await listenLive(t, origin, as.agent)
  await ear.hears('hello')
  const start = Date.now()

  await app.close()

  await ear.ends()
  t.ok(Date.now() - start < hangMs)
})

async function listening(t: Scope) {
  const world = await setup(t)
  const origin = await world.app.listen({ port: 0, host: '127.0.0.1' })
  return { ...world, origin }
}
