import t from 'tap'
import { LiveHub } from '../../server/live/hub.ts'
import { createPresence } from '../../server/live/presence.ts'
import { createTyping } from '../../server/live/typing.ts'
import { closeConversation } from '../../server/conversation/close.ts'
import { agentActor } from '../../server/conversation/event.ts'
import { manualTiming } from '../support/manual-timing.ts'
import { talkWorld } from '../support/talk-world.ts'
import type { Ear, Heard } from '../support/listen-live.ts'
import { until } from '../support/until.ts'

t.test('who looks at a conversation is told when its customer writes, and when not', async t => {
  const { writes, looks, listen, line, as, app } = await talkWorld(t)
  const { id } = await writes('Halo, AC saya bocor')
  await looks(id)
  const ear = await listen()

  await says(ear, () => line().typing('ratna', true))
  t.match(typingOf(ear), [{ conversation: id, isTyping: true }])
  t.notMatch(JSON.stringify(typingOf(ear)), /ratna/i, 'ids alone')
  const page = await app.inject(as.agent({ url: '/presence' }))
  t.match(page.json(), [{ topic: 'presence' }, { topic: 'typing', conversation: id }])

  line().typing('ratna', true)
  line().typing('ratna', false)
  await until(() => typingOf(ear).length === 2)
  t.match(typingOf(ear)[1], { conversation: id, isTyping: false })
})

t.test('a guest hears of typing only where they may look', async t => {
  const { writes, looks, listen, line, as, ids, db } = await talkWorld(t)
  const own = await writes('Halo')
  const other = await writes('Selamat pagi', { who: 'budi' })
  await db
    .updateTable('conversation')
    .set({ assignee_id: ids.guest })
    .where('id', '=', own.id)
    .execute()
  await looks(own.id)
  await looks(other.id)
  const [guest, agent] = [await listen(as.guest), await listen()]

  await says(agent, () => line().typing('budi', true))
  await says(guest, () => line().typing('ratna', true))

  t.match(typingOf(guest), [{ conversation: own.id }])
  t.equal(typingOf(guest).length, 1)
})

t.test('a customer who moved to the chat is seen typing where the agent answered', async t => {
  const { writes, looks, listen, line, connect, account } = await talkWorld(t)
  const other = await connect('Pesan toko', 'pesan')
  const email = 'ratna@toko.example'
  const { id } = await writes('Faktur belum diterima', { account: other, email })
  const again = await writes('Halo, ini saya', { who: 'pengunjung', email })
  t.equal(again.id, id)
  await looks(id)
  const ear = await listen()

  await says(ear, () => line(account).typing('pengunjung', true))

  t.match(typingOf(ear), [{ conversation: id }])
})

t.test('typing belongs to the open conversation, not to an old one of the same thread', async t => {
  const { writes, looks, listen, line, db, ids, clock } = await talkWorld(t)
  const old = await writes('Halo')
  const longAgo = new Date(clock.now.getTime() - 30 * 24 * 3_600_000)
  await closeConversation(db, old.id, agentActor(ids.agent), longAgo)
  const fresh = await writes('Halo lagi')
  t.not(fresh.id, old.id)
  await looks(old.id)
  await looks(fresh.id)
  const ear = await listen()

  await says(ear, () => line().typing('ratna', true))

  t.match(typingOf(ear), [{ conversation: fresh.id }])
})

t.test('the message itself ends the typing', async t => {
  const { writes, looks, listen, line } = await talkWorld(t)
  const { id } = await writes('Halo')
  await looks(id)
  const ear = await listen()
  await says(ear, () => line().typing('ratna', true))

  await writes('Sejak kemarin')

  await until(() => typingOf(ear).some(event => event.isTyping === false))
})

t.test('where nobody looks the database is not asked', async t => {
  const { sapa, writes, line } = await talkWorld(t)
  const { id } = await writes('Halo')
  const live = new LiveHub()
  const presence = createPresence(live)
  t.teardown(() => presence.stop())
  let asked = 0
  const reader = counting(sapa.reader, () => asked++)
  const timing = manualTiming()
  const typing = createTyping({ db: sapa.db, reader, live, presence, timing, log: sapa.log })
  t.teardown(() => typing.stop())
  const heard: unknown[] = []
  live.onEvent(event => event.topic === 'typing' && heard.push(event.isTyping))
  const thread = [line().facts.id, 'ratna'] as const

  for (let n = 0; n < 1000; n++) typing.hear(thread[0], `pengunjung-${n}`, true)
  typing.hear(...thread, true)
  t.equal(asked, 0)

  const person = { id: 1, name: 'Dewi' }
  presence.tell(id, person, 'viewing', timing.now())
  await until(() => {
    typing.hear(...thread, true)
    return heard.length > 0
  })
  const before = asked
  for (let n = 0; n < 3; n++) {
    await timing.advance(3000)
    typing.hear(...thread, true)
  }
  t.equal(asked, before, 'one burst asks once')
  t.strictSame(heard, [true])

  await timing.advance(5999)
  t.strictSame(heard, [true])
  await timing.advance(1)
  t.strictSame(heard, [true, false], 'silent for 6 s')

  presence.tell(id, person, 'gone', timing.now())
  typing.hear(...thread, true)
  t.equal(asked, before)
})

const typingOf = (ear: Ear): Heard[] => ear.heard.filter(event => event.topic === 'typing')

/** The threads of a page that has just been opened are learned a moment later: channels say it again. */
const says = (ear: Ear, say: () => void) => {
  const before = typingOf(ear).length
  return until(() => {
    say()
    return typingOf(ear).length > before
  })
}

function counting<T extends object>(db: T, count: () => void): T {
  return new Proxy(db, {
    get(target, name) {
      if (name === 'selectFrom') count()
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    }
  })
}

t.test('who writes by another route is seen there', async t => {
  const world = await talkWorld(t)
  const { told, writes, connect, account, app, as } = world
  const other = await connect('Pesan toko', 'pesan')
  const email = 'ratna@toko.example'
  const { id } = await writes('Faktur belum diterima', { account: other, email })
  await writes('Halo, ini saya', { who: 'pengunjung', email })
  const { body } = await app.inject(as.agent({ url: `/conversations/${id}/composer-state` }))
  const keys = [...body.matchAll(/route=([\d%A]+)" hx-get/g)].map(([, key = '']) => key)
  const there = keys.find(key => key.startsWith(`${other.id}%3A`)) ?? ''
  const state = `/conversations/${id}/composer-state?route=${there}`
  const page = await app.inject(as.agent({ url: state }))
  const [, url = ''] = /data-typing-url="([^"]*)"/.exec(page.body) ?? []
  t.match(url, there)

  await app.inject(as.agent({ method: 'PUT', url }))
  await until(() => told.length === 1)
  t.match(told[0], { account: other.id, what: 'typing', thread: { threadKey: 'ratna' } })

  world.clock.forward(5000)
  await app.inject(as.agent({ method: 'PUT', url: `/conversations/${id}/typing` }))
  await until(() => told.length === 3)
  t.match(told[1], { account: other.id, what: 'stopped' })
  t.match(told[2], { account: account.id, what: 'typing', thread: { threadKey: 'pengunjung' } })
  world.clock.forward(5000)
  await app.inject(as.agent({ method: 'PUT', url: `${url}9` }))
  await until(() => told.length === 4)
  t.match(told[3], { account: account.id, what: 'stopped' }, 'a route that is gone')
})
