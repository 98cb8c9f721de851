import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { fileMs } from '../../../test/support/patience.ts'
import { until } from '../../../test/support/until.ts'
import { callUntilTaken } from '../provider/call.ts'
import { envelope, message, messages, status, statuses, textOf } from '../provider/payload.ts'
import { openShop } from './process.ts'

t.setTimeout(fileMs)

const people = Array.from({ length: 20 }, (_, n) => ({
  name: `Budi ${n}`,
  phone: `62812345670${String(n).padStart(2, '0')}`,
  userId: `ID.7100223344${n}`
}))
const each = 50
const answers = 10
const kills = 6
const patience = { everyMs: 100 }

t.test('killed in the middle of 1,000 calls and 200 answers', async t => {
  const { server, meta, phone, url, insist, rows } = await openShop(t)
  const { world } = meta
  const texts = (kind: string) =>
    rows<{ text: string }>(`select text from message where kind = '${kind}'`).map(row => row.text)
  const bring = (changes: Record<string, unknown>[]) =>
    callUntilTaken(url, envelope(world, changes), world.appSecret, 120_000)
  const writeTo = (person: (typeof people)[number], text: string) =>
    messages(phone, person, [message(world, person, textOf(text))])

  await bring(people.map(person => writeTo(person, `${person.name}: 0`)))
  await until(() => texts('inbound').length === people.length, patience)
  const conversations = rows<{ id: number }>('select id from conversation order by id')

  let replied = 0
  const end = new AbortController()
  /** Each round in another order, now and then a call twice. */
  const ask = async () => {
    for (let n = 1; n < each; n++) {
      const changes = people.map(person => writeTo(person, `${person.name}: ${n}`))
      const half = changes.toReversed().splice(0, n % people.length)
      await Promise.all([bring(changes), ...(n % 5 === 0 ? [bring(half)] : [])])
    }
  }
  const answer = async () => {
    for (let n = 0; n < answers; n++) {
      for (const { id } of conversations) {
        const reply = { kind: 'reply', text: `Jawaban ${n} untuk ${id}` }
        await insist(`POST /conversations/${id}/messages`, reply, `jawaban-${n}-${id}`)
        replied += 1
      }
    }
  }
  /** What Meta has taken it tells of, until all is told. */
  const tell = async () => {
    for (let told = 0; !end.signal.aborted || told < world.taken.length;) {
      const some = world.taken.slice(told, told + 20)
      if (some.length === 0) await pause(50)
      else
        await bring([
          statuses(
            phone,
            some.map(taken => status(world, taken, 'sent'))
          )
        ])
      told += some.length
    }
  }

  const telling = tell()
  const both = Promise.all([ask(), answer()])
  for (let killed = 0; killed < kills; killed++) {
    const goal = ((killed + 0.5) * answers * people.length) / kills
    await until(() => replied >= goal, { ...patience, what: `${goal} replies` })
    await pause(Math.random() * 40)
    await server.kill()
    await server.start()
  }
  await both

  const wanted = people.flatMap(({ name }) =>
    Array.from({ length: each }, (_, n) => `${name}: ${n}`)
  )
  await until(() => texts('inbound').length >= wanted.length, patience)
  t.same(texts('inbound').toSorted(), wanted.toSorted(), 'each that was written is in, once')
  t.equal(rows('select id from conversation').length, people.length)
  t.equal(rows("select id from journal where state = 'failed'").length, 0)

  const states = () =>
    rows<{ text: string; status: string }>(
      "select text, status from message where kind = 'outbound' order by id"
    )
  const isSettled = () =>
    states().every(({ status: word }) => ['accepted', 'sent', 'unknown'].includes(word))
  await until(isSettled, { ...patience, what: 'the outbox to be empty' })
  end.abort()
  await telling
  const taken = world.taken.map(({ body }) => (body['text'] as { body: string }).body)
  t.equal(new Set(taken).size, taken.length, 'nothing went out twice')
  const isTold = () =>
    states().every(({ text, status: word }) => taken.includes(text) === (word !== 'unknown'))
  await until(isTold, { ...patience, what: 'each answer to be told as it is' })
  const lost = states().filter(({ status: word }) => word === 'unknown').length
  t.equal(states().length, people.length * answers)
  t.equal(taken.length + lost, people.length * answers, `${lost} are for an agent to look at`)
})
