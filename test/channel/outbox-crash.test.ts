import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { codeFile } from '../../server/paths.ts'
import { findMessage } from '../../server/conversation/find-message.ts'
import { settle } from '../support/manual-timing.ts'
import { outboxWorld, stepsOf } from '../support/outbox-world.ts'
import { ratna, refOf, relayWorld } from '../support/relay-world.ts'
import { failure } from '../support/scripted-channel.ts'

t.test('killed at any moment, nothing is sent twice, lost or out of order', async t => {
  const { db, folder, reply, ask } = await outboxWorld(t)
  const { taken, runUntil } = await takingServer(t, folder)
  const threads = []
  for (let n = 0; n < 20; n++) threads.push((await ask(`Pelanggan${n}`)).conversation)
  for (const part of [1, 2, 3, 4, 5]) {
    for (const thread of threads) {
      await reply(thread, `${thread}: bagian ${part}`, { undoSeconds: 0 })
    }
  }

  // The world's clock stands still; the processes have the machine's.
  await db.updateTable('outbox').set({ send_after: Date.now() }).execute()
  let kills = 0
  for (const more of [5, 8, 11, 14, 17, 20]) {
    if ((await runUntil(taken.length + more)) === 'killed') kills += 1
  }
  t.equal(await runUntil(Infinity), 'done')

  t.ok(kills >= 3, `${kills} kills`)
  const refs = taken.map(one => one.ref)
  t.equal(new Set(refs).size, refs.length, 'nothing twice')
  const rows = await db.selectFrom('outbox').select(['client_ref', 'state']).execute()
  t.equal(rows.length, 100)
  for (const row of rows) {
    const isAllowed = row.state === 'sent' ? refs.includes(row.client_ref) : row.state === 'unknown'
    t.ok(isAllowed, `${row.client_ref} is ${row.state}`)
  }
  t.ok(rows.filter(row => row.state === 'unknown').length <= kills * 4, 'only what was in flight')
  for (const thread of threads) {
    const mine = taken.filter(one => one.text.startsWith(`${thread}:`)).map(one => one.text)
    t.same(mine, mine.toSorted(), 'in order')
  }
})

t.test('letters that repeat replies are sent at most once, whoever dies', async t => {
  const { db, folder, line, say, dispatcher } = await relayWorld(t)
  const replies: string[] = []
  for (let n = 1; n <= 30; n++) replies.push(refOf(await say(`Jawaban ${n}`)))
  await dispatcher.stop()
  const { taken, runUntil } = await takingServer(t, folder)
  const relayAll = async () => {
    for (const ref of replies) t.equal(await line.relay([ref], ratna), true)
    await db.updateTable('outbox').set({ send_after: Date.now() }).execute()
  }
  await relayAll()
  let kills = 0
  for (const more of [4, 8, 12]) {
    if ((await runUntil(taken.length + more)) === 'killed') kills += 1
    await relayAll()
  }
  t.equal(await runUntil(Infinity), 'done')

  t.ok(kills >= 2, `${kills} kills`)
  const refs = taken.map(one => one.ref)
  t.equal(new Set(refs).size, refs.length, 'nothing twice')
  const rows = await db
    .selectFrom('outbox')
    .innerJoin('relay', 'relay.id', 'outbox.relay_id')
    .select(['client_ref', 'state', 'relay.status'])
    .execute()
  t.equal(rows.length, 30)
  for (const { client_ref, state, status } of rows) {
    const isTrue = state === 'sent' ? refs.includes(client_ref) : state === 'unknown'
    t.ok(isTrue && status === state, `${client_ref} is ${state}, shown as ${status}`)
  }
  const messages = await db
    .selectFrom('message')
    .select('status')
    .where('kind', '=', 'outbound')
    .execute()
  t.ok(messages.every(message => message.status === 'sent'))
})

t.test('what has not begun is told that the end is near, and goes back unsent', async t => {
  const { db, provider, dispatcher, start, reply, ask } = await outboxWorld(t)
  provider.onSend = ({ ending }) =>
    new Promise((_, refuse) => {
      const handBack = () => refuse(failure('rate_limited', 'Belum diambil', { retryAfterMs: 1 }))
      ending?.addEventListener('abort', handBack, { once: true })
    })
  await start()
  const message = await reply((await ask('Ratna')).conversation, 'Menunggu', { undoSeconds: 0 })
  await settle()
  t.match(await findMessage(db, message.id), { status: 'sending' })

  await dispatcher.stop()

  t.match(await findMessage(db, message.id), { status: 'queued' })
  t.match(await stepsOf(db, message.id), [{ state: 'queued', attempts: 0 }])
})

/** A provider on loopback, and processes that send to it what waits. */
async function takingServer(t: Test, folder: string) {
  const taken: { ref: string; text: string }[] = []
  const server = createServer((request, response) => {
    const take = (body: unknown) => {
      taken.push(body as (typeof taken)[number])
      setTimeout(() => response.end(), 2)
    }
    // Whoever is killed may leave half a request.
    json(request).then(take, () => response.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { taken, runUntil }

  /** Kills the process in the middle of its work, when so many requests have come. */
  async function runUntil(count: number): Promise<'killed' | 'done'> {
    const child = spawn(process.execPath, [codeFile('test/channel/send-all'), folder, url])
    t.teardown(() => child.kill('SIGKILL'))
    const watch = setInterval(() => taken.length >= count && child.kill('SIGKILL'), 1)
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
    clearInterval(watch)
    return signal === 'SIGKILL' ? 'killed' : 'done'
  }
}
