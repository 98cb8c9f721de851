import { randomBytes, randomUUID } from 'node:crypto'
import { request, type ClientRequest } from 'node:http'
import t from 'tap'
import { fileMs } from '../../../test/support/patience.ts'
import { until } from '../../../test/support/until.ts'
import type { AskedByVisitor } from '../chat-route.ts'
import type { ChatDb } from '../table.ts'
import { getStream } from '../talk/stream.ts'
import { Streams } from '../talk/streams.ts'
import { findHolder, hashToken } from '../talk/visitor.ts'
import type { ChatTools } from '../tools.ts'
import type { History } from '../wire.ts'
import { key as signKey, signIn, token } from './who-world.ts'
import { chatWorld, type Guest } from './world.ts'

t.setTimeout(fileMs)

t.test('whoever is refused takes nothing away from the others', async t => {
  const world = await chatWorld(t)
  await world.configure({ newPerMinute: 1, messagesPerMinute: 10 })
  const ratna = world.guest()
  t.equal((await ratna.write('Halo')).status, 202)

  for (let n = 0; n < 20; n++) t.equal((await world.guest().write('Promo!')).status, 429)

  t.equal((await ratna.write('Apakah masih ada?')).status, 202)
})

t.test('one address cannot use up what all have together', async t => {
  const world = await chatWorld(t)
  await world.configure({ visitorPerMinute: 10, messagesPerMinute: 40 })
  const statuses = []
  for (let n = 0; n < 22; n++) statuses.push((await world.guest().write('Promo!')).status)
  t.same(statuses, [...Array.from({ length: 20 }, () => 202), 429, 429])
})

t.test('details and links to go on have a limit', async t => {
  const world = await chatWorld(t)
  const ratna = world.guest()
  await ratna.write('Halo')
  const say = (n: number) => ratna.ask('PUT profile', { email: `pelanggan${n}@contoh.id` })
  for (let n = 0; n < 30; n++) t.equal((await say(n)).status, 204)
  t.match(await say(30), { status: 429, body: { code: 'too_many' } })
  t.equal((await ratna.ask('GET elsewhere')).status, 429)
})

t.test('new visitors bring an address no new room for files', async t => {
  const world = await chatWorld(t)
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
  const large = Buffer.concat([png, Buffer.alloc(10 * 1024 * 1024 - png.length)])
  const put = (guest: Guest) => guest.ask(`PUT files/${randomUUID()}`, large)
  for (let n = 0; n < 20; n++) t.equal((await put(world.guest())).status, 201)
  t.match(await put(world.guest()), { status: 429, body: { code: 'too_many' } })
})

t.test('slow senders of files do not fill the memory, and messages pass', async t => {
  const { url, key, guest } = await chatWorld(t)
  const size = 9 * 1024 * 1024
  const slow: ClientRequest[] = []
  t.teardown(() => slow.forEach(one => one.destroy()))
  const statuses: number[] = []
  const send = () => {
    const put = request(`${url}/chat/${key}/files/${randomUUID()}`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${randomBytes(32).toString('base64url')}`,
        'content-length': size
      }
    })
    put.on('error', () => {})
    put.on('response', ({ statusCode }) => void statuses.push(statusCode ?? 0))
    // All but the last byte.
    put.write(Buffer.alloc(size - 1))
    slow.push(put)
  }
  for (let n = 0; n < 9; n++) send()

  await until(() => statuses.length > 0, { what: 'a refusal' })

  t.same([...new Set(statuses)], [429])
  t.equal((await guest().write('Apakah masih ada?')).status, 202)
})

t.test('a site that is no address does not break the page that tells it', async t => {
  const { app, as, account, key, url } = await chatWorld(t)
  for (const origin of ['https://', 'https://[x', 'https://a b', 'https://sinar.example/<b>']) {
    await fetch(`${url}/chat/${key}/config`, { headers: { origin } })
  }
  const page = await app.inject(as.admin({ url: `/p/webchat/widget?account=${account}` }))
  t.equal(page.statusCode, 200)
  t.match(page.payload, 'not yet seen on a site')
})

t.test('who asked to confirm before a sign-in gets nothing of the user', async t => {
  const world = await chatWorld(t)
  await world.configure({ signKey })
  const settings = { host: 'surat.test', password: 'rahasia' }
  await world.call.owner('POST /accounts', { type: 'surat', name: 'Surat', settings })
  const shared = world.guest()
  await shared.write('Halo')
  t.equal((await shared.ask('PUT email', { email: 'penyusup@contoh.id' })).status, 202)
  const mail = await until(() =>
    world.provider.sent.find(({ step }) => step.to.value === 'penyusup@contoh.id')
  )
  const path = /\/chat\/confirm\/[\w-]{32}/.exec(mail.step.text)?.[0] ?? ''
  const proof = token({ user_id: '42', email: 'ratna@contoh.id' }, signKey)
  const { heard, ask } = await signIn(world, shared, proof)
  t.equal(heard.status, 200)

  const pressed = await fetch(world.url + path, {
    ...{ method: 'POST', headers: { origin: world.url } }
  })

  t.equal(pressed.status, 404)
  const { state } = (await ask('GET messages')).body as History
  t.strictSame(state.email, { value: 'ratna@contoh.id', isConfirmed: true })
})

t.test('one box gets few mails, however its address is written', async t => {
  const world = await chatWorld(t)
  const settings = { host: 'surat.test', password: 'rahasia' }
  await world.call.owner('POST /accounts', { type: 'surat', name: 'Surat', settings })
  const statuses = []
  for (let n = 0; n < 6; n++) {
    const guest = world.guest()
    await guest.write('Halo')
    statuses.push((await guest.ask('PUT email', { email: `siti+${n}@contoh.id` })).status)
  }
  t.same(statuses, [202, 202, 202, 202, 202, 429])
  const other = world.guest()
  await other.write('Halo')
  t.equal((await other.ask('PUT email', { email: 'sitinur@contoh.id' })).status, 202)
})

t.test('a stream that was asked for before the chat was ended brings nothing', async t => {
  const world = await chatWorld(t)
  const ratna = world.guest()
  await ratna.write('Nomor kartu saya salah')
  const db = world.db as never as ChatDb
  const hash = hashToken(ratna.token)
  const account = { facts: { id: world.account }, signal: new AbortController().signal }
  const asked = {
    ...{ hash, holder: await findHolder(db, world.account, hash) },
    ...{ widget: { settings: { isFormOnly: false }, account } },
    request: { headers: {}, query: {} }
  }
  const tools = { db, streams: new Streams() } as unknown as ChatTools
  const reply = await getStream(tools, asked as unknown as AskedByVisitor)
  t.equal((await ratna.ask('DELETE visitor')).status, 204)

  const sent: unknown[] = []
  const over = new AbortController()
  void reply.events?.({
    send: event => sent.push(event) > 0,
    end: () => over.abort(),
    signal: over.signal
  })

  await until(() => over.signal.aborted, { what: 'the end of the stream' })
  t.same(sent, [])
})
