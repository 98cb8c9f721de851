import { rmSync, writeSync, openSync, closeSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import t, { type Test } from 'tap'
import { fileMs } from '../support/patience.ts'
import { needs } from '../support/require.ts'
import { smallDisk } from '../support/small-disk.ts'
import { until } from '../support/until.ts'
import { answer, chooseNoUndo } from './answer.ts'
import * as ledger from './ledger.ts'
import { letter } from './letter.ts'
import { connected, journey, shop, type Journey } from './world.ts'

t.setTimeout(fileMs)

t.test('a disk that fills up loses nothing and says so', async t => {
  if (!needs(t, 'dovecot', 'tmpfs')) return
  const disk = smallDisk(t, 24)
  const world = await journey(t, { dataDir: disk.folder })
  await connected(world)
  await chooseNoUndo(world)
  write(world, 0, 2_000)
  const [first] = await until(() => inbound(world).length === 1 && inbound(world))

  forgetVisit(disk.folder)
  fill(disk.folder)
  for (let n = 1; n <= 30; n++) write(world, n, n % 3 === 0 ? 200_000 : 40_000)
  const conversation = first?.conversation_id ?? 0
  const refused = await attempt(t, world, conversation)
  await until(() => complaints(world).length > 0)

  t.match(refused.text, /penuh/i, 'the answer is refused in words')
  t.equal(refused.status, 422)
  t.equal(ledger.answersOf(world).filter(one => refused.keys.includes(one.client_key)).length, 0)
  for (const path of ['/inbox/mine', `/conversations/${conversation}`, '/settings/health']) {
    const response = await world.send(path)
    t.equal(response.status, 200, `${path} can be read`)
    if (path === '/inbox/mine') t.match(await response.text(), 'Penyimpanan server penuh')
  }
  t.strictSame(ledger.damage(world), [])
  t.ok(inbound(world).length < 31)

  disk.resize(120)
  await until(() => inbound(world).length === 31, { everyMs: 200 })
  await answer(world, { conversation, text: 'Sudah ada tempat', key: 'jawaban-lapang' })
  const isGone = () => ledger.answersOf(world).every(one => one.status === 'accepted')
  await until(isGone)
  t.strictSame(
    inbound(world).map(row => row.n),
    Array.from({ length: 31 }, (_, n) => n)
  )
  for (const one of ledger.answersOf(world)) {
    t.equal(ledger.copiesOf(world.smtp.received, one), 1, one.client_key)
  }
  t.strictSame(ledger.wrongCounters(world), [])
  t.strictSame(ledger.wrongConversations(world), [])
  t.strictSame(ledger.damage(world), [])
  rmSync(join(disk.folder, 'ballast'))
})

/** Answers until one is refused; what was accepted before counts as sent. */
async function attempt(t: Test, world: Journey, conversation: number) {
  const keys: string[] = []
  for (let n = 0; n < 400; n++) {
    const seen = String(world.rows<{ id: number }>('select max(id) as id from message')[0]?.id)
    const key = `penuh-jawaban-${n}`
    const response = await world.send(`/conversations/${conversation}/messages`, {
      form: { kind: 'reply', text: 'panjang '.repeat(500), seen, idempotency_key: key }
    })
    const text = await response.text()
    if (response.status === 200 || response.status === 409) continue
    t.comment(`refused after ${n} answers`)
    keys.push(key)
    return { status: response.status, text, keys }
  }
  throw new Error('The disk never filled up')
}

/** As if the owner had been away for a while, which the next request notes down. */
function forgetVisit(folder: string): void {
  const db = new SQLite(join(folder, 'sapa.db'))
  db.exec('update session set last_seen_at = last_seen_at - 120000')
  db.close()
}

/** Everything but a few pages. */
function fill(folder: string): void {
  const file = openSync(join(folder, 'ballast'), 'w')
  for (const size of [1024 * 1024, 64 * 1024, 4096]) {
    try {
      while (writeSync(file, Buffer.alloc(size)) === size);
    } catch {
      // full for this size
    }
  }
  closeSync(file)
}

function write({ dovecot }: Journey, n: number, size: number): void {
  const text = `Kabar ${n}\r\n${'Mesin cuci saya berbunyi kasar.\r\n'.repeat(size / 33)}`
  const from = `pembeli${n}@pelanggan.example`
  dovecot.deliver(shop, letter({ id: `kabar-${n}`, from, subject: `Kabar ${n}`, text }))
}

function inbound({ rows }: Journey) {
  return rows<{ conversation_id: number; text: string }>(
    `select conversation_id, text from message where kind = 'inbound' order by id`
  ).map(row => ({ ...row, n: Number(/Kabar (\d+)/.exec(row.text)?.[1]) }))
}

const complaints = ({ server }: Journey) =>
  [...server.stdout, ...server.stderr].filter(line => /full|ENOSPC|disk/i.test(line))
