import { setTimeout as pause } from 'node:timers/promises'
import SQLite from 'better-sqlite3'
import { join } from 'node:path'
import t from 'tap'
import { fileMs } from '../support/patience.ts'
import { startServer } from '../support/process.ts'
import { needs } from '../support/require.ts'
import { until } from '../support/until.ts'
import { answer, chooseNoUndo } from './answer.ts'
import * as ledger from './ledger.ts'
import { letter } from './letter.ts'
import { connected, journey, shop } from './world.ts'

t.setTimeout(fileMs)
const patience = { everyMs: 100 }

t.test('told to stop, it finishes what is in hand and loses nothing', async t => {
  if (!needs(t, 'dovecot')) return
  const world = await journey(t)
  const { dovecot, smtp, server, rows } = world
  await connected(world)
  await chooseNoUndo(world)
  delete smtp.options.relayTo
  const stalled = new AbortController()
  smtp.options.onData = ({ envelope }) => {
    const isStalled = envelope.to.includes('pembeli0@pelanggan.example')
    return pause(isStalled ? 600_000 : 1_000, undefined, { signal: stalled.signal })
  }
  const deliver = (n: number) => {
    const from = `pembeli${n}@pelanggan.example`
    const text = `Kabar ${n}`
    dovecot.deliver(shop, letter({ id: `kabar-${n}`, from, subject: text, text }))
  }
  const texts = () =>
    rows<{ text: string }>(`select trim(text, char(10, 13)) as text from message
      where kind = 'inbound' order by id`).map(row => row.text)

  for (let n = 0; n < 10; n++) deliver(n)
  await until(() => texts().length === 10, patience)
  for (let n = 1; n <= 10; n++) {
    await answer(world, { conversation: n, text: `Jawaban ${n}`, key: `jawaban-${n}` })
  }
  for (let n = 10; n < 150; n++) deliver(n)
  const kept = () => rows<{ n: number }>('select count(*) as n from journal')[0]?.n ?? 0
  await until(() => kept() > 10, { ...patience, everyMs: 1 })

  const startedAt = Date.now()
  t.equal(await server.stop(), 0, 'in peace')
  const ms = Date.now() - startedAt
  t.comment(`stopped in ${ms} ms with ${kept()} of 150 mails kept, ${texts().length} read`)
  t.ok(ms < 60_000, `${ms} ms`)
  const sending = rows<{ id: number }>(`select message_id from outbox where state = 'sending'`)
  t.equal(sending.length, 1, 'only the stalled one does not know its end')
  stalled.abort()
  delete smtp.options.onData

  await t.test('a database that a newer version has used is refused', async t => {
    const file = join(server.dataDir, 'sapa.db')
    change(file, `insert into migration_core (name, timestamp) values ('9999-future', '2030')`)
    await t.rejects(startServer(t, { dataDir: server.dataDir }), /newer Sapa.*9999-future/s)
    change(file, `delete from migration_core where name = '9999-future'`)
  })

  await server.start()
  await t.test('a second one on the same folder is refused', async t => {
    await t.rejects(startServer(t, { dataDir: server.dataDir }), /already running.*process \d+/s)
    t.equal((await fetch(`${server.url}/readyz`)).status, 200, 'the first one goes on')
  })

  await until(() => texts().length === 150, { ...patience, what: '150 mails' })
  const waiting = () => rows(`select id from outbox where state in ('queued', 'sending')`).length
  await until(() => waiting() === 0, patience)
  t.strictSame(
    texts(),
    Array.from({ length: 150 }, (_, n) => `Kabar ${n}`)
  )
  for (const one of ledger.answersOf(world)) {
    const isStalled = one.client_key === 'jawaban-1'
    t.equal(one.state, isStalled ? 'unknown' : 'accepted', one.client_key)
    t.equal(ledger.copiesOf(smtp.received, one), isStalled ? 0 : 1, one.client_key)
  }
  t.strictSame(ledger.wrongCounters(world), [])
  t.strictSame(ledger.damage(world), [])
})

function change(file: string, sql: string): void {
  const db = new SQLite(file)
  db.exec(sql)
  db.close()
}
