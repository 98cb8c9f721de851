import t from 'tap'
import { fileMs } from '../../../test/support/patience.ts'
import { until } from '../../../test/support/until.ts'
import { customerWrote, remoteWorld } from './world.ts'

t.setTimeout(fileMs)

t.test('an answer goes out, is acknowledged, and receipts move it on', async t => {
  const world = await remoteWorld(t)
  const account = await world.connect('Toko', { receipts: 'read' })
  const { ask } = account
  const conversation = await customerWrote(world, account)
  const content = Buffer.from('Faktur 2026').toString('base64')
  const polled = ask('GET outbox?wait=25')
  const attachments = [{ filename: 'faktur.txt', mime: 'text/plain', content }]
  const message = await world.reply(conversation, 'Sudah kami kirim.', { attachments })

  const { status, body } = await polled
  t.equal(status, 200)
  t.equal(body.steps.length, 1)
  const [step] = body.steps
  t.match(step, {
    clientRef: new RegExp(`^c${conversation}\\.m${message}\\.`),
    to: { kind: 'external', value: 'pelanggan-obrolan-7' },
    thread: 'obrolan-7',
    text: 'Sudah kami kirim.',
    author: 'Dewi Anggraini',
    conversation,
    isAutomatic: false
  })
  const file = await fetch(world.url + step.attachments[0].url, {
    headers: { authorization: `Bearer ${account.token}` }
  })
  t.equal(file.headers.get('content-disposition'), 'attachment')
  t.equal(await file.text(), 'Faktur 2026')
  const ack = { clientRef: step.clientRef, lease: step.lease, status: 'sent', remoteId: 'b-1' }
  t.strictSame((await ask('POST ack', ack)).body, { isRepeat: false })
  t.strictSame((await ask('POST ack', ack)).body, { isRepeat: true })
  t.equal((await ask('POST ack', { ...ack, remoteId: 'b-2' })).status, 409)
  t.equal((await ask('POST ack', { ...ack, clientRef: 'c9.m9.x' })).status, 404)
  await until(async () => (await world.statusOf(message)) === 'sent')
  const gone = await fetch(world.url + step.attachments[0].url, {
    headers: { authorization: `Bearer ${account.token}` }
  })
  t.equal(gone.status, 404, 'its files are shown no longer')
  const receipts = [
    { type: 'receipt', id: 'r-2', remoteId: 'b-1', status: 'read' },
    { type: 'receipt', id: 'r-1', clientRef: step.clientRef, status: 'delivered' },
    { type: 'receipt', id: 'r-3', remoteId: 'tidak-dikenal', status: 'read' }
  ]
  t.equal((await ask('POST ingest', receipts)).status, 200)
  await until(async () => (await world.statusOf(message)) === 'read')
})

t.test('each failure is what core makes of it', async t => {
  const world = await remoteWorld(t)
  const account = await world.connect()
  const { ask } = account
  const expected = {
    permanent: 'failed',
    window_closed: 'failed',
    blocked: 'failed',
    unknown_outcome: 'unknown',
    temporary: 'queued',
    rate_limited: 'queued'
  }
  for (const [failure, status] of Object.entries(expected)) {
    const conversation = await customerWrote(world, account, failure)
    const message = await world.reply(conversation, `Jawaban ${failure}`)
    const { body } = await ask('GET outbox?wait=25')
    const { clientRef } = body.steps[0]
    const given = { clientRef, failure, message: 'Nomor tidak dikenal', scope: 'thread' }
    t.equal((await ask('POST ack', given)).status, 200)
    await until(async () => (await world.statusOf(message)) === status, { what: failure })
    const step = await world.db
      .selectFrom('outbox')
      .select(['error_kind', 'error_text'])
      .where('message_id', '=', message)
      .executeTakeFirstOrThrow()
    t.match(step, { error_kind: failure, error_text: 'Nomor tidak dikenal' })
  }
  const wrong = [
    {},
    { clientRef: 'c' },
    { clientRef: 'c', status: 'sent' },
    { clientRef: 'c', failure: 'gagal' },
    { clientRef: 'c', status: 'read', remoteId: 'x' },
    { clientRef: 'c', status: 'sent', failure: 'auth', remoteId: 'x' },
    { clientRef: 'c', failure: 'temporary', retryAfterMs: -1 }
  ]
  for (const body of wrong) t.equal((await ask('POST ack', body)).status, 422, JSON.stringify(body))
})

t.test('several pollers never get the same step', async t => {
  const world = await remoteWorld(t)
  const account = await world.connect()
  const threads = Array.from({ length: 12 }, (_, n) => `obrolan-${n}`)
  const conversations = []
  for (const thread of threads) conversations.push(await customerWrote(world, account, thread))
  const got: string[] = []
  const poll = async () => {
    while (got.length < threads.length) {
      const { body } = await account.ask('GET outbox?wait=2&max=1')
      for (const { clientRef } of body.steps) {
        got.push(clientRef)
        await account.ask('POST ack', { clientRef, status: 'sent', remoteId: `b-${clientRef}` })
      }
    }
  }

  const pollers = [poll(), poll(), poll()]
  for (const conversation of conversations) await world.reply(conversation, 'Terima kasih')
  await Promise.all(pollers)

  t.equal(got.length, threads.length)
  t.equal(new Set(got).size, threads.length)
})

t.test('a lease that ends unanswered is offered again under the same name', async t => {
  const world = await remoteWorld(t)
  const account = await world.connect()
  const { ask } = account
  const message = await world.reply(await customerWrote(world, account), 'Sebentar ya')

  const first = (await ask('GET outbox?wait=25&lease=1')).body.steps[0]
  t.same((await ask('GET outbox')).body.steps, [], 'it is held')
  const second = (await ask('GET outbox?wait=10&lease=60')).body.steps[0]

  t.equal(second.clientRef, first.clientRef)
  t.not(second.lease, first.lease)
  const { clientRef } = first
  const late = { clientRef, lease: first.lease, failure: 'temporary' }
  t.match(await ask('POST ack', late), { status: 409, body: { error: { code: 'lease_lost' } } })
  const sent = { clientRef, lease: first.lease, status: 'sent', remoteId: 'b-1' }
  t.equal((await ask('POST ack', sent)).status, 200, 'but what was sent was sent')
  await until(async () => (await world.statusOf(message)) === 'sent')
})

t.test('a caller who has left before the answer holds nothing', async t => {
  const world = await remoteWorld(t)
  const account = await world.connect()
  const conversation = await customerWrote(world, account)
  const stop = new AbortController()
  const left = account.ask('GET outbox?wait=25', undefined, {}, stop.signal).catch(() => null)
  const polls = async () => (await account.ask('GET health')).body.polls as number
  await until(async () => (await polls()) === 1)
  stop.abort()
  await left
  await until(async () => (await polls()) === 0)
  await world.reply(conversation, 'Masih di sana?')

  t.equal((await account.ask('GET outbox?wait=10')).body.steps.length, 1)
})

t.test('switched off during a long poll, it ends at once and the step waits', async t => {
  const world = await remoteWorld(t)
  const { sapa } = world
  const account = await world.connect()
  const conversation = await customerWrote(world, account)
  const polled = account.ask('GET outbox?wait=25')
  await until(async () => (await account.ask('GET health')).body.polls === 1)
  const startedAt = Date.now()

  await sapa.plugins.deactivate('remote-channel')
  const { status, body } = await polled
  t.equal(status, 503)
  t.match(body, { error: { code: 'account_off' } })
  t.ok(Date.now() - startedAt < 20_000, 'long before its 25 s')
  t.equal((await account.ask('GET health')).status, 404)
  const message = await world.reply(conversation, 'Ditulis saat kanal mati')
  await sapa.plugins.activate('remote-channel')
  await until(async () => (await account.ask('GET health')).status === 200)
  const [step] = (await account.ask('GET outbox?wait=25')).body.steps
  t.equal(step.text, 'Ditulis saat kanal mati')
  await account.ask('POST ack', { clientRef: step.clientRef, status: 'sent', remoteId: 'b-1' })
  await until(async () => (await world.statusOf(message)) === 'sent')
})

t.test('a step that is held when the account closes is offered again later', async t => {
  const world = await remoteWorld(t)
  const account = await world.connect()
  const message = await world.reply(await customerWrote(world, account), 'Sampai nanti')
  const [step] = (await account.ask('GET outbox?wait=25')).body.steps
  const enable = (is_enabled: boolean) =>
    world.call.owner(`PATCH /accounts/${account.id}`, { is_enabled })

  await enable(false)
  await until(async () => (await account.ask('GET health')).status === 503)
  t.equal(await world.statusOf(message), 'queued')
  await enable(true)
  await until(async () => (await account.ask('GET health')).status === 200)
  world.clock.forward(2_000)
  t.same((await account.ask('GET outbox')).body.steps, [], 'the lease still holds')
  await account.ask('POST ack', { clientRef: step.clientRef, status: 'sent', remoteId: 'b-1' })

  await until(async () => (await world.statusOf(message)) === 'sent')
})

t.test('the account says how its program is', async t => {
  const world = await remoteWorld(t)
  const account = await world.connect()
  const { ask, id } = account
  const state = async () => (await world.call.owner(`GET /accounts/${id}`)).body.state as string

  await until(async () => (await state()) === 'delayed', {
    what: 'nobody has called yet'
  })
  await ask('GET health')
  await until(async () => (await state()) === 'connected')
  const conversation = await customerWrote(world, account)
  await ask('PUT state', { state: 'needs_attention', reason: 'Kartu SIM dicabut' })
  await until(async () => (await state()) === 'needs_attention')
  t.match((await ask('GET health')).body, { state: 'needs_attention', reason: 'Kartu SIM dicabut' })
  const message = await world.reply(conversation, 'Menunggu')
  t.equal((await ask('PUT state', { state: 'senang' })).status, 422)
  t.equal(await world.statusOf(message), 'queued')
  await ask('PUT state', { state: 'connected' })
  t.equal((await ask('GET outbox?wait=25')).body.steps.length, 1)
})
