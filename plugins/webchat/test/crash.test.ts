import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { fileMs } from '../../../test/support/patience.ts'
import { until } from '../../../test/support/until.ts'
import { chatProcess, Visitor } from './process.ts'

t.setTimeout(fileMs)
const patience = { everyMs: 50 }
const each = 100
const kills = 10

t.test('killed ten times, both sides end with the same 200 messages', async t => {
  const world = await chatProcess(t)
  const { server, rows } = world
  const visitor = new Visitor(t, server.url, world.key)
  const asked = Array.from({ length: each }, (_, n) => `Pertanyaan ${n}`)
  const answered = Array.from({ length: each }, (_, n) => `Jawaban ${n}`)
  const timeline = (kind: 'inbound' | 'outbound') =>
    rows<{ text: string }>(`select text from message where kind = '${kind}' order by id`).map(
      ({ text }) => text
    )

  await visitor.write(randomUUID(), asked[0] ?? '')
  const listening = visitor.listen()
  const [first] = await until(() => {
    const found = rows<{ id: number }>(
      "select conversation_id as id from message where kind = 'inbound'"
    )
    return found.length > 0 && found
  }, patience)

  let written = 1
  let replied = 0
  const ask = async () => {
    for (const text of asked.slice(1)) {
      await visitor.write(randomUUID(), text)
      written += 1
    }
  }
  const answer = async () => {
    for (const [n, text] of answered.entries()) {
      const path = `POST /conversations/${first?.id}/messages`
      await world.insist(path, { kind: 'reply', text }, `jawaban-${n}`)
      replied += 1
    }
  }
  const both = Promise.all([ask(), answer()])
  let killed = 0
  for (; killed < kills; killed++) {
    const goal = Math.floor(((killed + 0.5) * each) / kills)
    await until(() => written >= goal && replied >= Math.min(goal, each - 1), patience)
    await pause(Math.random() * 40)
    await server.kill()
    await server.start()
  }
  await both
  t.equal(killed, kills)

  await until(() => timeline('inbound').length >= each, patience)
  await until(() => visitor.heard.length >= 2 * each, patience)
  const history = await visitor.history()
  const of = (from: string) => history.filter(one => one.from === from).map(({ text }) => text)
  t.same(timeline('inbound'), asked, 'agents have every question, in order, once')
  t.same(timeline('outbound'), answered, 'and every answer of theirs')
  t.same(of('visitor'), asked, 'so has the visitor')
  t.same(of('agent'), answered)
  t.same(
    visitor.heard.map(({ seq, text }) => `${seq} ${text}`),
    history.map(({ seq, text }) => `${seq} ${text}`),
    'the stream has brought each of them once, in order'
  )
  const states = rows<{ status: string }>("select status from message where kind = 'outbound'")
  t.notOk(states.find(({ status }) => status !== 'sent' && status !== 'accepted'))
  await Promise.race([listening, pause(0)])
})
