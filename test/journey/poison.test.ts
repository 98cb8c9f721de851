import { setTimeout as pause } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { fileMs, patienceMs } from '../support/patience.ts'
import { needs } from '../support/require.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { until } from '../support/until.ts'
import * as ledger from './ledger.ts'
import { letter } from './letter.ts'
import { connectPoison, type Poison } from './poison.ts'
import { connected, journey, shop, type Journey } from './world.ts'

t.setTimeout(fileMs)
const patience = { everyMs: 100 }

t.test('what kills, hangs or confuses its reader is set aside alone', async t => {
  if (!needs(t, 'dovecot')) return
  const dataDir = temporaryFolder(t)
  const poison = await connectPoison(dataDir)
  const world = await journey(t, { dataDir })
  await connected(world)

  await t.test('one that hangs, one that nobody understands', t => hangs(t, world, poison))
  await t.test('one that ends the process', t => kills(t, world, poison))
  await t.test('mails made to be too much', t => bombs(t, world))
  await t.test('a mail of 25 MB leaves the pages as they are', t => large(t, world))
  await t.test('a stop does not wait for what hangs', t => stops(t, world, poison))
  t.strictSame(ledger.wrongCounters(world), [])
  t.strictSame(ledger.damage(world), [])
})

async function hangs(t: Test, world: Journey, { drop, heal }: Poison): Promise<void> {
  for (const text of ['sebelum', 'gantung', 'lempar', 'sesudah']) drop(text)
  const startedAt = Date.now()
  await until(() => texts(world).includes('sesudah'), { ...patience, what: 'the one behind' })
  t.notOk(
    failed(world).some(({ body }) => body === 'gantung'),
    'it waits for one try of what hangs'
  )
  t.comment(`the one behind took ${Date.now() - startedAt} ms`)
  await until(() => failed(world).length === 2, patience)

  t.strictSame(failed(world), [
    { body: 'gantung', error: 'journal.error.timeout', attempts: 2 },
    { body: 'lempar', error: 'Bentuknya tidak dikenal', attempts: 1 }
  ])
  const health = await page(world, '/settings/health')
  t.match(health, 'Bentuknya tidak dikenal')
  heal()
  const paths = health.match(/\/settings\/health\/items\/\d+\/repetition/g) ?? []
  t.equal(paths.length, 2)
  // The newest stands first.
  t.equal((await world.send(paths[0] ?? '', { method: 'PUT' })).status, 200)
  await until(() => texts(world).includes('lempar'), { ...patience, what: 'the replayed one' })
  t.equal(failed(world).length, 1)
  t.strictSame(texts(world), ['sebelum', 'sesudah', 'lempar'])
}

async function kills(t: Test, world: Journey, { drop }: Poison): Promise<void> {
  const { server } = world
  for (const text of ['dulu', 'bunuh', 'lalu']) drop(text)
  await until(() => server.pid === undefined, { ...patience, what: 'the end of the process' })
  await server.start()
  await until(() => texts(world).includes('lalu'), { ...patience, what: 'the one behind' })
  await until(() => failed(world).length === 2, patience)
  t.strictSame(failed(world)[1], { body: 'bunuh', error: 'journal.error.crash', attempts: 2 })
  t.ok(server.pid, 'it lives')
  t.strictSame(texts(world).slice(-2), ['dulu', 'lalu'])
}

async function bombs(t: Test, world: Journey): Promise<void> {
  const { dovecot } = world
  const parts = `--b\r\nContent-Type: text/plain\r\n\r\na\r\n`.repeat(50_000)
  const head = (subject: string) =>
    `From: asing@lain.example\r\nTo: ${shop}\r\nSubject: ${subject}\r\nMIME-Version: 1.0\r\n`
  const multipart = 'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
  dovecot.deliver(shop, `${head('bagian')}${multipart}${parts}--b--`)
  dovecot.deliver(shop, `${head('kepala')}${'X-A: b\r\n'.repeat(100_000)}\r\na`)
  dovecot.deliver(shop, '\0\0\0')
  write(world, 'Faktur belum diterima')
  const startedAt = Date.now()
  await until(() => texts(world).includes('Faktur belum diterima'), patience)
  t.comment(`the mail behind the bombs took ${Date.now() - startedAt} ms`)

  await until(() => pending(world) === 0, patience)
  t.equal(failed(world).length, 4, 'both that were too much are set aside')
  t.ok(failed(world).every(item => item.error))
  t.match(await page(world, '/settings/health'), /items\/\d+\/repetition/)
}

async function large(t: Test, world: Journey): Promise<void> {
  const file = Buffer.alloc(18 * 1024 * 1024, 'Rekaman mesin cuci. ').toString('base64')
  const lines = file.replaceAll(/.{76}/g, '$&\r\n')
  const body = [
    '--b\r\nContent-Type: text/plain\r\n\r\nTerlampir rekamannya\r\n',
    '--b\r\nContent-Type: application/octet-stream; name="rekaman.bin"',
    '\r\nContent-Disposition: attachment; filename="rekaman.bin"',
    `\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines}\r\n--b--\r\n`
  ].join('')
  const head = `From: ratna@pelanggan.example\r\nTo: ${shop}\r\nSubject: Rekaman\r\nMIME-Version: 1.0\r\n`
  const times: number[] = []
  const idle = await visit(world)
  world.dovecot.deliver(shop, `${head}Content-Type: multipart/mixed; boundary="b"\r\n\r\n${body}`)
  const startedAt = Date.now()
  while (!texts(world).includes('Terlampir rekamannya')) {
    times.push(await visit(world))
    if (Date.now() - startedAt > patienceMs) throw new Error('The large mail never came')
    await pause(20)
  }
  const sorted = times.toSorted((a, b) => a - b)
  const [middle, most] = [sorted[Math.floor(sorted.length / 2)] ?? 0, sorted.at(-1) ?? 0]
  t.comment(
    `25 MB in ${Date.now() - startedAt} ms; meanwhile ${times.length} pages, p50 ${middle} ms, ` +
      `longest ${most} ms; without it ${idle} ms`
  )
  t.ok(times.length >= 5, 'pages were answered while it was read')
  t.ok(most < Math.max(3_000, (Date.now() - startedAt) / 2), `${most} ms`)
}

async function stops(t: Test, { rows, server }: Journey, { drop }: Poison): Promise<void> {
  drop('gantung')
  const inHand = () => rows(`select id from journal where state = 'pending' and attempts = 1`)
  await until(() => inHand().length === 1, patience)
  t.equal(await server.stop(), 0)
  t.equal(inHand().length, 1, 'not waited for: it is read again after the next start')
}

async function visit(world: Journey): Promise<number> {
  const startedAt = Date.now()
  const response = await world.send('/inbox/mine')
  if (response.status !== 200) throw new Error(`/inbox/mine: ${response.status}`)
  await response.text()
  return Date.now() - startedAt
}

const texts = ({ rows }: Journey) =>
  rows<{ text: string }>(`select trim(text, char(10, 13, 32)) as text from message
    where kind = 'inbound' order by id`).map(row => row.text)

const failed = ({ rows }: Journey) =>
  rows<{ body: string | null; error: string; attempts: number }>(
    `select iif(length(body) < 20, cast(body as text), null) as body, error, attempts
     from journal where state = 'failed' order by id`
  )

const pending = ({ rows }: Journey) => rows(`select id from journal where state = 'pending'`).length

async function page({ send }: Journey, path: string): Promise<string> {
  return (await send(path)).text()
}

function write({ dovecot }: Journey, text: string): void {
  const from = 'budi@pelanggan.example'
  dovecot.deliver(shop, letter({ id: text.replaceAll(' ', '-'), from, subject: 'Faktur', text }))
}
