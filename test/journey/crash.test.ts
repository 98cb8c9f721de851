import { setTimeout as pause } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { fileMs } from '../support/patience.ts'
import { needs } from '../support/require.ts'
import { until } from '../support/until.ts'
import { answer, chooseNoUndo, type Delivery } from './answer.ts'
import { chance, type Chance } from './chance.ts'
import * as ledger from './ledger.ts'
import { letter } from './letter.ts'
import { connected, journey, shop, type Journey } from './world.ts'

const [mails, answers, kills, threads] = [500, 100, 12, 90]

t.setTimeout(fileMs)

t.test('nothing is lost or doubled when the process is killed again and again', async t => {
  if (!needs(t, 'dovecot')) return
  const random = chance(t)
  // So many starts cut short would end in safe mode, and one in a plugin's setup would cost the mailbox.
  const world = await journey(t, { env: { SAPA_BOOT_GUARD: 'off' } })
  await connected(world)
  await chooseNoUndo(world)
  delete world.smtp.options.relayTo
  world.smtp.options.onData = () => pause(random.below(60), undefined)

  const startedAt = Date.now()
  const post = mailbag(world, random)
  const desk = answering(world, random)
  for (let round = 1; round <= kills; round++) {
    const starting = round === 1 ? undefined : world.server.start()
    if (random.below(4) > 0) await starting
    starting?.catch(() => undefined)
    desk.allow(Math.ceil((answers * round) / kills))
    for (const share of [round - 0.5, round]) {
      post.deliver(Math.floor((mails * share) / kills))
      await pause(random.below(900))
    }
    await world.server.kill()
  }
  await world.server.start()
  const deliveries = await desk.finished
  await settled(world)

  const tries = deliveries.reduce((sum, one) => sum + one.tries, 0)
  t.comment(`${kills} kills, ${tries} posts, ${Math.round((Date.now() - startedAt) / 1000)} s`)
  await t.test('every mail is there once, in the order of the mailbox', async t => {
    received(t, world, post.sent)
  })
  await t.test('every answer is there once, and left at most once', async t => {
    t.strictSame(
      deliveries.flatMap(one => one.refusals),
      []
    )
    left(t, world)
  })
  await t.test('the books are right', async t => {
    t.strictSame(ledger.wrongCounters(world), [])
    t.strictSame(ledger.wrongConversations(world), [])
    t.strictSame(ledger.damage(world), [])
  })
})

interface Sent {
  number: number
  thread: number
}

/** Customers who write in bursts: new matters, and more words about old ones. */
function mailbag({ dovecot }: Journey, random: Chance) {
  const sent: Sent[] = []
  function deliver(upTo: number): void {
    while (sent.length < upTo) {
      const number = sent.length
      const thread = number < threads / 3 ? number : random.below(threads)
      const first = sent.find(one => one.thread === thread)
      dovecot.deliver(
        shop,
        letter({
          id: `surat-${number}`,
          from: `Pelanggan ${thread % 40} <pelanggan${thread % 40}@pelanggan.example>`,
          subject: `Pesanan ${thread}`,
          text: `Kabar ${number} tentang pesanan ${thread}`,
          ...(first ? { after: `surat-${first.number}` } : {})
        })
      )
      sent.push({ number, thread })
    }
  }
  return { sent, deliver }
}

/** Three tabs of the owner, each with conversations of its own, so that the order is the owner's. */
function answering(world: Journey, random: Chance) {
  const tabs = 3
  let [allowed, taken] = [0, 0]
  async function work(tab: number): Promise<Delivery[]> {
    const deliveries: Delivery[] = []
    for (;;) {
      if (taken >= answers) return deliveries
      const open = taken < allowed ? conversations(world).filter(id => id % tabs === tab) : []
      if (open.length === 0) {
        await pause(50)
        continue
      }
      const number = taken++
      const key = `jawaban-${number}`
      const conversation = random.pick(open)
      const text = `Jawaban ${number} untuk Anda`
      deliveries.push(await answer(world, { conversation, text, key }))
    }
  }
  const finished = Promise.all([0, 1, 2].map(work)).then(all => all.flat())
  finished.catch(() => undefined)
  return { finished, allow: (upTo: number) => void (allowed = upTo) }
}

/** Just after a kill the database waits for its next owner, and nobody else can read it. */
function conversations({ rows }: Journey): number[] {
  try {
    return rows<{ id: number }>('select id from conversation').map(row => row.id)
  } catch {
    return []
  }
}

async function settled({ rows }: Journey): Promise<void> {
  const amount = (sql: string) => rows<{ n: number }>(`select count(*) as n ${sql}`)[0]?.n ?? 0
  const isQuiet = () =>
    amount('from journal') >= mails &&
    amount(`from journal where state = 'pending'`) === 0 &&
    amount(`from outbox where state in ('queued', 'sending')`) === 0
  await until(isQuiet, { everyMs: 200, what: 'everything to be settled' })
}

function received(t: Test, { rows }: Journey, sent: Sent[]): void {
  t.strictSame(rows(`select id, state, error from journal where state <> 'done'`), [])
  const messages = rows<{ text: string; conversation_id: number; headers: string }>(
    `select message.text, conversation_id, journal.headers from message
     join journal on journal.id = message.journal_id where kind = 'inbound' order by message.id`
  )
  const numberOf = (text: string) => Number(/Kabar (\d+)/.exec(text)?.[1])
  const numbers = messages.map(row => numberOf(row.text))
  t.strictSame(
    numbers.toSorted((a, b) => a - b),
    sent.map(one => one.number)
  )

  const threadsOf = new Map<number, Set<number>>()
  const uids = new Map<number, number[]>()
  for (const row of messages) {
    const thread = sent[numberOf(row.text)]?.thread ?? -1
    threadsOf.set(thread, (threadsOf.get(thread) ?? new Set()).add(row.conversation_id))
    const { uid } = JSON.parse(row.headers) as { uid: string }
    uids.set(row.conversation_id, [...(uids.get(row.conversation_id) ?? []), Number(uid)])
  }
  t.ok(
    [...threadsOf.values()].every(found => found.size === 1),
    'one matter, one conversation'
  )
  t.equal(uids.size, threadsOf.size)
  t.ok([...uids.values()].every(ledger.isAscending), 'in order')
}

function left(t: Test, world: Journey): void {
  const taken = world.smtp.received
  const kept = ledger.answersOf(world)
  const keys = kept.map(one => one.client_key)
  t.equal(kept.length, answers)
  t.equal(new Set(keys).size, answers)
  for (const one of kept) {
    const copies = ledger.copiesOf(taken, one)
    const name = `${one.client_key} ${one.state}: ${copies}`
    if (one.state === 'accepted' || one.state === 'sent') t.equal(copies, 1, name)
    else if (one.state === 'unknown') t.ok(copies <= 1, name)
    else t.ok(one.state === 'failed' && one.error_text && copies === 0, name)
    t.equal(one.status, one.state, 'the timeline says the same')
  }
  const unknown = kept.filter(one => one.state === 'unknown')
  t.comment(
    `${unknown.length} unknown, of them ${unknown.filter(one => ledger.copiesOf(taken, one)).length} arrived`
  )
  t.ok([...ledger.sequences(taken).values()].every(ledger.isAscending), 'in order')
}
