import { t } from 'tap'
import { findAccount } from '../../server/channel/account/find.ts'
import { listTroubledAccounts } from '../../server/channel/account/state.ts'
import { Dispatcher } from '../../server/channel/outbox/dispatch.ts'
import { holdOutbox } from '../../server/channel/outbox/hold.ts'
import { Supervisor } from '../../server/channel/line/supervisor.ts'
import { findMessage } from '../../server/conversation/find-message.ts'
import { settle } from '../support/manual-timing.ts'
import { outboxWorld, stepsOf } from '../support/outbox-world.ts'
import { chatLike, failure } from '../support/scripted-channel.ts'

t.test('fifty threads go side by side, each in its own order', async t => {
  const { db, timing, provider, start, reply, ask } = await outboxWorld(t)
  const flying = new Set<number>()
  let together = 0
  provider.onSend = async step => {
    const thread = step.conversation?.number ?? 0
    t.notOk(flying.has(thread), 'one in flight per thread')
    flying.add(thread)
    together = Math.max(together, flying.size)
    const isStumbling = step.attempt === 1 && step.text.endsWith('2')
    await new Promise(resolve => setImmediate(resolve))
    flying.delete(thread)
    if (isStumbling) throw failure('temporary', '421 busy', { scope: 'thread' })
  }
  const threads: number[] = []
  for (let n = 0; n < 50; n++) threads.push((await ask(`Pelanggan${n}`)).conversation)
  for (const part of [1, 2, 3]) {
    for (const thread of threads) await reply(thread, `Bagian ${part}`, { undoSeconds: 0 })
  }
  await start()
  for (let minute = 0; minute < 30; minute++) await timing.advance(10_000)

  const done = await db.selectFrom('message').select('id').where('status', '=', 'sent').execute()
  t.equal(done.length, 150)
  t.equal(together, 4)
  for (const thread of threads) {
    const taken = provider.sent.filter(sent => sent.step.conversation?.number === thread)
    const texts = taken.map(sent => sent.step.text)
    t.same(texts, ['Bagian 1', 'Bagian 2', 'Bagian 2', 'Bagian 3'])
  }
})

t.test('what was being sent at a crash is unknown, and is never sent again by itself', async t => {
  const { db, timing, tools, supervisor, provider, dispatcher, start, reply, ask } =
    await outboxWorld(t)
  await start()
  const { conversation } = await ask('Ratna')
  provider.onSend = () => new Promise(() => {})
  const first = await reply(conversation, 'Pertama', { undoSeconds: 0 })
  const second = await reply(conversation, 'Kedua', { undoSeconds: 0 })
  await settle()
  t.match(await findMessage(db, first.id), { status: 'sending' })
  await Promise.all([dispatcher.stop(), timing.advance(20_000)])

  provider.onSend = () => Promise.resolve()
  const next = new Dispatcher({ ...tools, supervisor })
  await next.start()
  await timing.advance(86_400_000)
  await next.stop()

  t.match(await findMessage(db, first.id), { status: 'unknown' })
  t.match(await findMessage(db, second.id), { status: 'sent' })
  t.same(
    provider.sent.map(sent => sent.step.text),
    ['Pertama', 'Kedua']
  )
})

t.test('a channel that tells when it begins loses nothing to a crash before that', async t => {
  const world = await outboxWorld(t, { ...chatLike, tellsBegin: true })
  const { db, timing, tools, supervisor, provider, dispatcher, start, reply, ask } = world
  await start()
  const [ratna, sri] = [await ask('Ratna'), await ask('Sri')]
  provider.onSend = async step => {
    if (step.text === 'Sudah mulai') await step.begin()
    await new Promise(() => {})
  }
  const unbegun = await reply(ratna.conversation, 'Belum mulai', { undoSeconds: 0 })
  const begun = await reply(sri.conversation, 'Sudah mulai', { undoSeconds: 0 })
  await settle()
  await Promise.all([dispatcher.stop(), timing.advance(20_000)])

  provider.onSend = () => Promise.resolve()
  const next = new Dispatcher({ ...tools, supervisor })
  await next.start()
  await timing.advance(120_000)
  await next.stop()

  t.match(await findMessage(db, unbegun.id), { status: 'sent' })
  t.match(await findMessage(db, begun.id), { status: 'unknown' })
  t.equal(provider.sent.filter(sent => sent.step.text === 'Sudah mulai').length, 1)
})

t.test('a channel that can look it up resolves a crash', async t => {
  const { db, timing, tools, supervisor, provider, dispatcher, start, reply, ask } =
    await outboxWorld(t)
  provider.findSent = async ref => ({ remoteId: `<found-${ref}@toko.example>` })
  await start()
  const { conversation } = await ask('Ratna')
  provider.onSend = () => new Promise(() => {})
  const { id } = await reply(conversation, 'Halo', { undoSeconds: 0 })
  await settle()
  await Promise.all([dispatcher.stop(), timing.advance(20_000)])

  const next = new Dispatcher({ ...tools, supervisor })
  await next.start()
  await timing.advance(1_000)
  await next.stop()

  t.match(await findMessage(db, id), { status: 'sent', remote_id: /^<found-c/ })
  t.equal(provider.sent.length, 1)
})

t.test('a crash of an account that does not come back is unknown after a minute', async t => {
  const { db, timing, tools, supervisor, provider, dispatcher, start, reply, ask } =
    await outboxWorld(t)
  await start()
  const { conversation } = await ask('Ratna')
  provider.onSend = () => new Promise(() => {})
  const { id } = await reply(conversation, 'Halo', { undoSeconds: 0 })
  await settle()
  await Promise.all([dispatcher.stop(), timing.advance(20_000)])
  await supervisor.stop()

  const next = new Dispatcher({ ...tools, supervisor })
  await next.start()
  await timing.advance(59_000)
  t.match(await findMessage(db, id), { status: 'sending' })
  await timing.advance(2_000)
  await next.stop()

  t.match(await findMessage(db, id), { status: 'unknown' })
})

t.test('a rate limit pauses its account and no other', async t => {
  const { db, timing, provider, start, reply, ask, connect, account } = await outboxWorld(t)
  const other = await connect({ address: 'grosir@toko.example' })
  await start()
  const slow = await ask('Ratna')
  const quick = await ask('Budi', 'Stok ada?', other)
  provider.onSend = (step, id) =>
    id === account.id && step.attempt === 1 && timing.now().getTime() < limitEnds
      ? Promise.reject(failure('rate_limited', '429', { retryAfterMs: 60_000 }))
      : Promise.resolve()
  const limitEnds = timing.now().getTime() + 30_000
  const first = await reply(slow.conversation, 'Satu')
  const second = await reply(quick.conversation, 'Dua')

  await timing.advance(40_000)
  t.match(await findMessage(db, first.id), { status: 'queued' })
  t.match(await findMessage(db, second.id), { status: 'sent' })
  await timing.advance(35_000)

  t.match(await findMessage(db, first.id), { status: 'sent' })
  t.match(await stepsOf(db, first.id), [{ attempts: 1 }], 'a limit is no attempt')
})

t.test('the declared rate per minute is kept', async t => {
  const { timing, provider, start, reply, ask } = await outboxWorld(t)
  provider.capabilities = { ...provider.capabilities, rate: { perMinute: 60, parallel: 2 } }
  await start()
  for (let n = 0; n < 40; n++) {
    const { conversation } = await ask(`Pelanggan${n}`)
    await reply(conversation, 'Halo', { undoSeconds: 0 })
  }

  await timing.advance(10_000)
  t.ok(provider.sent.length >= 10 && provider.sent.length <= 12, `${provider.sent.length} in 10 s`)
  await timing.advance(60_000)
  t.equal(provider.sent.length, 40)
})

t.test('refused credentials keep the queue; after Reconnect it leaves in order', async t => {
  const { db, timing, provider, start, reply, ask, account, supervisor } = await outboxWorld(t)
  await start()
  const { conversation } = await ask('Ratna')
  provider.onSend = () => Promise.reject(failure('auth', '535 wrong password'))
  for (const text of ['Satu', 'Dua', 'Tiga']) await reply(conversation, text)

  await timing.advance(3_600_000)

  t.equal(provider.sent.length, 2)
  t.match(await findAccount(db, account.id), { state: 'needs_attention' })
  t.match(await listTroubledAccounts(db), [{ queued: 3, reason: '535 wrong password' }])

  provider.sent = []
  provider.onSend = () => Promise.resolve()
  await supervisor.restart(account.id)
  await timing.advance(60_000)

  t.same(
    provider.sent.map(sent => sent.step.text),
    ['Satu', 'Dua', 'Tiga']
  )
  t.match(await findAccount(db, account.id), { state: 'connected' })
})

t.test(
  'a server that is away makes the account delayed, and its messages wait unharmed',
  async t => {
    const { db, timing, provider, start, reply, ask, account } = await outboxWorld(t)
    await start()
    let isAway = true
    provider.onSend = () =>
      isAway ? Promise.reject(failure('temporary', 'connection refused')) : Promise.resolve()
    for (let n = 0; n < 20; n++) await reply((await ask(`Pelanggan${n}`)).conversation, 'Halo')

    await timing.advance(3_600_000)
    t.match(await findAccount(db, account.id), {
      state: 'delayed',
      state_reason: 'connection refused'
    })
    t.ok(provider.sent.length < 120, `${provider.sent.length} attempts`)
    isAway = false
    await timing.advance(6 * 3_600_000)

    t.match(await findAccount(db, account.id), { state: 'connected' })
    const sent = await db.selectFrom('message').select('id').where('status', '=', 'sent').execute()
    t.equal(sent.length, 20)
  }
)

t.test('stopping lets a request end and keeps its outcome', async t => {
  const { db, timing, provider, dispatcher, start, reply, ask } = await outboxWorld(t)
  await start()
  const { conversation } = await ask('Ratna')
  let answer = () => {}
  provider.onSend = () => new Promise<void>(resolve => (answer = resolve))
  const { id } = await reply(conversation, 'Halo', { undoSeconds: 0 })
  await settle()

  const stopping = dispatcher.stop()
  await timing.advance(3_000)
  answer()
  await stopping

  t.match(await findMessage(db, id), { status: 'sent' })
})

t.test('"Check" finds what has arrived, and sends the parts that never left', async t => {
  const { db, provider, dispatcher, start, reply, ask } = await outboxWorld(t)
  provider.capabilities = chatLike
  let hasArrived = false
  provider.findSent = async ref => (hasArrived ? { remoteId: `<${ref}@toko.example>` } : null)
  await start()
  const { conversation } = await ask('Ratna')
  provider.onSend = () => Promise.reject(failure('unknown_outcome', 'timeout'))
  const { id } = await reply(conversation, 'Pesanan sudah dikirim. '.repeat(8), { undoSeconds: 0 })
  await settle()

  t.equal(await dispatcher.check(id), false)
  t.match(await findMessage(db, id), { status: 'unknown' })
  hasArrived = true
  provider.onSend = () => Promise.resolve()
  t.equal(await dispatcher.check(id), true)
  await settle()

  t.match(await findMessage(db, id), { status: 'sent' })
  t.equal(provider.sent.length, 2)
})

t.test('after a restored backup nothing of it is sent by itself', async t => {
  const { db, timing, provider, start, reply, ask } = await outboxWorld(t)
  const { conversation } = await ask('Ratna')
  const { id } = await reply(conversation, 'Halo')

  t.equal(await holdOutbox(db, timing.now()), 1)
  await start()
  await timing.advance(86_400_000)

  t.equal(provider.sent.length, 0)
  t.match(await findMessage(db, id), { status: 'unknown', status_reason: 'Restored from a backup' })
})

t.test('what was queued before a restart leaves as soon as its line is open again', async t => {
  const { db, timing, tools, supervisor, provider, dispatcher, start, reply, ask } =
    await outboxWorld(t)
  await start()
  const { conversation } = await ask('Ratna')
  await dispatcher.stop()
  await supervisor.stop()
  const { id } = await reply(conversation, 'Halo', { undoSeconds: 0 })
  let letIn = () => {}
  provider.onOpen = () => new Promise(resolve => (letIn = resolve))

  const next = new Supervisor(tools)
  const sender = new Dispatcher({ ...tools, supervisor: next })
  await next.start()
  await sender.start()
  await timing.advance(1_000)
  t.match(await findMessage(db, id), { status: 'queued' })
  letIn()
  await settle()

  t.match(await findMessage(db, id), { status: 'sent' })
  await sender.stop()
  await next.stop()
})
