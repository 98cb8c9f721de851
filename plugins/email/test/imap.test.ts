import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import t from 'tap'
import { needs } from '../../../test/support/require.ts'
import {
  address,
  failureOf,
  form,
  mail,
  mailServer,
  openAccount,
  Reader,
  startAgain,
  until
} from './account.ts'
import { scriptedImap } from './scripted-imap.ts'

t.test('new mail is there within five seconds, and the mailbox looks untouched', async t => {
  if (!needs(t, 'dovecot')) return
  const dovecot = await mailServer(t)
  dovecot.deliver(address, mail('Sudah lama dijawab'))
  const { session, states } = openAccount(t, form({ imap: dovecot }))
  const reader = new Reader(session)
  await reader.begin()

  const waiting = reader.read(() => reader.seen.size === 1)
  await until(() => states.length > 0)
  const before = Date.now()
  dovecot.deliver(address, mail('Faktur belum diterima'))
  await waiting

  t.same(reader.subjects, ['Faktur belum diterima'])
  t.ok(Date.now() - before < 50_000, 'told by the server, not found by asking each minute')
  t.same(states, ['connected'])
  t.notOk(
    dovecot.messages(address).some(({ flags }) => flags.includes('S')),
    'nothing is marked as read'
  )
  const [item] = reader.seen.values()
  t.match(item, { key: /^mid:[0-9a-f]{64}$/, headers: { folder: 'INBOX', uid: '2' } })
})

t.test('a backlog comes in order and in batches', async t => {
  if (!needs(t, 'dovecot')) return
  const dovecot = await mailServer(t)
  const first = openAccount(t, form({ imap: dovecot }))
  const reader = new Reader(first.session)
  await reader.begin()
  for (let number = 1; number <= 120; number++) dovecot.deliver(address, mail(`Pesanan ${number}`))

  const sizes: number[] = []
  while (reader.seen.size < 120) {
    const before = reader.arrived.length
    await reader.read(() => reader.arrived.length > before)
    sizes.push(reader.arrived.length - before)
  }

  t.equal(reader.arrived.length, 120, 'each exactly once')
  t.ok(Math.max(...sizes) <= 50, `batches of ${sizes.join(', ')}`)
  const uids = reader.arrived.map(({ headers }) => Number(headers!['uid']))
  t.same(
    uids,
    uids.toSorted((a, b) => a - b)
  )
})

t.test('several folders, the junk folder among them', async t => {
  if (!needs(t, 'dovecot')) return
  const dovecot = await mailServer(t)
  dovecot.deliver(address, mail('Anker', {}), 'Pesanan')
  const folders = ['INBOX', 'Pesanan', 'Tidak ada']
  const { session, log } = openAccount(t, form({ imap: dovecot }, { folders, watchJunk: true }))
  const reader = new Reader(session)
  await reader.read(() => Object.keys(JSON.parse(reader.cursor ?? '{}')).length === 3)

  const copy = mail('Ada di dua folder')
  dovecot.deliver(address, mail('Menang undian'), 'Junk')
  dovecot.deliver(address, mail('Pesan kabel'), 'Pesanan')
  dovecot.deliver(address, copy, 'Pesanan')
  dovecot.deliver(address, copy)
  await reader.read(() => reader.arrived.length === 4)

  t.same(reader.subjects.toSorted(), ['Ada di dua folder', 'Menang undian', 'Pesan kabel'])
  const junk = [...reader.seen.values()].find(({ headers }) => headers!['folder'] === '\\Junk')
  t.match(junk, { headers: { junk: '1', path: 'Junk' } })
  t.ok(
    log.some(line => line.includes('Tidak ada')),
    'a missing folder is told, not fatal'
  )
})

t.test('after the server renumbers the folder every mail is known again', async t => {
  if (!needs(t, 'dovecot')) return
  const dovecot = await mailServer(t)
  const first = openAccount(t, form({ imap: dovecot }))
  const reader = new Reader(first.session)
  await reader.begin()
  dovecot.deliver(address, mail('Satu'))
  dovecot.deliver(address, mail('Tanpa id', { id: null }))
  await reader.read(() => reader.seen.size === 2)
  await first.session.close()

  await dovecot.changeUidValidity(address)
  dovecot.deliver(address, mail('Tiga'))
  const again = new Reader(openAccount(t, form({ imap: dovecot })).session, reader.cursor)
  await again.read(() => again.subjects.includes('Tiga'))

  const keys = [...reader.seen.keys()]
  t.same(again.subjects.toSorted(), ['Satu', 'Tanpa id', 'Tiga'])
  t.ok(
    keys.every(key => again.seen.has(key)),
    'under the same keys'
  )
  const { INBOX } = JSON.parse(again.cursor!) as { INBOX: { uidValidity: string } }
  t.not(
    INBOX.uidValidity,
    (JSON.parse(reader.cursor!) as typeof again & { INBOX: { uidValidity: string } }).INBOX
      .uidValidity
  )
})

t.test('history brings the older mails with their progress, once', async t => {
  if (!needs(t, 'dovecot')) return
  const dovecot = await mailServer(t)
  for (let number = 1; number <= 70; number++) dovecot.deliver(address, mail(`Lama ${number}`))
  const folders = ['INBOX', 'Tidak ada']
  const { session } = openAccount(t, form({ imap: dovecot }, { folders }))
  const { signal } = new AbortController()

  const sinceAt = Date.now() - 24 * 3600_000
  const pages = [await session.history!(sinceAt, null, signal)]
  dovecot.deliver(address, mail('Baru, milik poll'))
  while (!pages.at(-1)!.isDone) {
    pages.push(await session.history!(sinceAt, pages.at(-1)!.cursor, signal))
  }

  t.equal(pages.flatMap(({ items }) => items).length, 70)
  t.same(
    pages.slice(0, 2).map(({ done, total }) => [done, total]),
    [
      [50, 70],
      [70, 70]
    ]
  )
  const tomorrow = await session.history!(Date.now() + 24 * 3600_000, null, signal)
  t.match(tomorrow, { items: [], total: 0 })
})

t.test('the server going away loses nothing', async t => {
  if (!needs(t, 'dovecot')) return
  const dovecot = await mailServer(t)
  const { session, states } = openAccount(t, form({ imap: dovecot }))
  const reader = new Reader(session)
  await reader.begin()
  const body = 'baris panjang\r\n'.repeat(20_000)
  for (let number = 1; number <= 60; number++)
    dovecot.deliver(address, mail(`Surat ${number}`, { body }))

  // The mails come in two batches; the server dies in the same turn in which the second is asked for.
  await reader.read(() => reader.seen.size > 0)
  t.ok(reader.seen.size < 60, `${reader.seen.size} of 60 came in the first batch`)
  const waiting = failureOf(reader.read(() => reader.seen.size === 60))
  await dovecot.kill()
  t.equal((await waiting).failure, 'temporary')

  await startAgain(dovecot)
  await reader.read(() => reader.seen.size === 60)
  t.equal(reader.arrived.length, 60, 'and repeats nothing that was stored')

  const idle = failureOf(session.poll!(reader.cursor, new AbortController().signal))
  await dovecot.kill()
  t.equal((await idle).failure, 'temporary', 'also while waiting for mail')
  dovecot.deliver(address, mail('Setelah pemeliharaan'))
  await startAgain(dovecot)
  await reader.read(() => reader.seen.size === 61)
  t.same(states, ['connected', 'connected', 'connected'])
})

t.test('a wrong password needs attention, a silent server does not', async t => {
  if (!needs(t, 'dovecot')) return
  const dovecot = await mailServer(t)
  const wrong = openAccount(t, form({ imap: dovecot }, { password: 'rahasia-salah' }))
  const refused = await failureOf(wrong.session.poll!(null, new AbortController().signal))
  t.equal(refused.failure, 'auth')
  t.notMatch(JSON.stringify([refused.message, wrong.states, wrong.log]), /rahasia/)

  t.match(await wrong.session.health!(new AbortController().signal), { isOk: false })
  const right = openAccount(t, form({ imap: dovecot }))
  t.same(await right.session.health!(new AbortController().signal), { isOk: true })

  const nobody = openAccount(t, form({ imap: { port: await closedPort() } }))
  const delayed = await failureOf(nobody.session.poll!(null, new AbortController().signal))
  t.equal(delayed.failure, 'temporary')
  t.same([...wrong.states, ...nobody.states], [], 'the supervisor tells what that means')

  const dropping = createServer(socket => {
    socket.on('error', () => undefined)
    socket.write('* OK ready\r\n')
    socket.on('data', data =>
      /LOGIN|AUTHENTICATE/.test(String(data)) ? socket.destroy() : capability(socket, data)
    )
  }).listen(0, '127.0.0.1')
  await once(dropping, 'listening')
  t.teardown(() => dropping.close())
  const dropped = openAccount(t, form({ imap: dropping.address() as AddressInfo }))
  const unsure = await failureOf(dropped.session.poll!(null, new AbortController().signal))
  t.equal(unsure.failure, 'temporary', 'a drop during sign-in is no refusal')
})

t.test('a mail over the limit is a notice with its own headers', async t => {
  if (!needs(t, 'dovecot')) return
  const dovecot = await mailServer(t)
  const { session } = openAccount(t, form({ imap: dovecot }, { maxMegabytes: 1 }))
  const reader = new Reader(session)
  await reader.begin()
  const large = mail('Foto barang rusak', { body: 'x'.repeat(76).concat('\r\n').repeat(30_000) })
  dovecot.deliver(address, large)
  dovecot.deliver(address, mail('Setelah foto'))
  await reader.read(() => reader.seen.size === 2)

  t.same(reader.subjects, ['Foto barang rusak', 'Setelah foto'])
  const [notice] = reader.seen.values()
  const source = Buffer.from(notice!.body).toString()
  t.ok(source.length < 2000)
  t.match(source, /From: Budi Santoso <budi@pelanggan\.test>/)
  t.match(source, /3 MB, larger/)
  t.match(source, /tetap ada di kotak surat/)
  t.match(notice, { headers: { placeholder: 'too-large' } })
})

t.test('a mail that the server cannot hand over does not stop the others', async t => {
  const mails = [mail('Satu'), mail('Rusak'), mail('Tiga')]
  const server = await scriptedImap(t, mails, uid => uid === 2)
  const cursor = JSON.stringify({ INBOX: { uidValidity: '7', lastUid: 0 } })
  const reader = new Reader(openAccount(t, form({ imap: server })).session, cursor)
  await reader.read(() => reader.seen.size === 3)

  t.same(reader.subjects, ['Satu', 'Rusak', 'Tiga'])
  const broken = [...reader.seen.values()][1]!
  t.match(broken, { headers: { placeholder: 'unreadable', uid: '2' } })
  t.match(Buffer.from(broken.body).toString(), /tidak dapat memberikan email ini/)
  const changing = server.commands.filter(command => /STORE|EXPUNGE|SELECT|BODY\[/i.test(command))
  t.same(changing, [], 'nothing is asked for that could mark a mail as read')
})

t.test('polling ends when asked, and twenty rounds leave no socket', async t => {
  if (!needs(t, 'dovecot')) return
  const dovecot = await mailServer(t)
  const { session } = openAccount(t, form({ imap: dovecot }))
  const reader = new Reader(session)
  await reader.begin()
  const stop = new AbortController()
  const polling = session.poll!(reader.cursor, stop.signal)
  setImmediate(() => stop.abort())
  const before = Date.now()
  t.equal((await polling).cursor, reader.cursor)
  await session.close()
  t.ok(Date.now() - before < 30_000, 'long before its four minutes')

  const sockets = () =>
    process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap').length
  const open = sockets()
  for (let round = 0; round < 20; round++) {
    const { session: another } = openAccount(t, form({ imap: dovecot }))
    await another.poll!(null, new AbortController().signal)
    await another.close()
  }
  await until(() => sockets() <= open)
  t.ok(sockets() <= open)
})

async function closedPort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

function capability(socket: { write(text: string): void }, data: Buffer): void {
  const tag = String(data).split(' ')[0]
  socket.write(`* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n${tag} OK done\r\n`)
}
