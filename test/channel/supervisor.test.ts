import { t } from 'tap'
import { findAccount } from '../../server/channel/account/find.ts'
import { receiveAccountNews } from '../../server/channel/receive/account-news.ts'
import { enableAccount } from '../../server/channel/account/enable.ts'
import { updateAccount } from '../../server/channel/account/update.ts'
import { inTransaction } from '../../server/db/transaction.ts'
import { accountWorld } from '../support/account-world.ts'
import { settle } from '../support/manual-timing.ts'
import { failure } from '../support/scripted-channel.ts'

const item = (key: string) => ({ key, body: Buffer.from(`Faktur ${key} belum diterima`) })

t.test('a poll keeps items and cursor together and goes on from there', async t => {
  const { db, provider, supervisor, connect } = await accountWorld(t)
  const pages = [
    { items: [item('1'), item('2')], cursor: 'b', more: true },
    { items: [item('2'), item('3')], cursor: 'c', more: false }
  ]
  provider.onPoll = () => Promise.resolve(pages.shift() ?? null)
  const { id } = await connect()

  await supervisor.start()
  await settle()

  t.same(provider.polls, [null, 'b', 'c'])
  const rows = await db.selectFrom('journal').select('key').orderBy('id').execute()
  t.same(
    rows.map(row => row.key),
    ['1', '2', '3']
  )
  t.match(await findAccount(db, id), { state: 'connected', cursor: 'c', last_success_at: Number })
})

t.test('a channel that answers nothing at once is not asked in a tight circle', async t => {
  const { provider, supervisor, connect, timing } = await accountWorld(t)
  provider.onPoll = () => Promise.resolve({ items: [], cursor: 'a', more: false })
  await connect()

  await supervisor.start()
  await timing.advance(20_000)

  t.equal(provider.polls.length, 5)
})

t.test('an account whose server is away is delayed and comes back by itself', async t => {
  const { db, provider, supervisor, connect, timing, lines } = await accountWorld(t)
  let isAway = true
  provider.onPoll = () =>
    isAway ? Promise.reject(failure('temporary', 'connection refused')) : Promise.resolve(null)
  const { id } = await connect()

  await supervisor.start()
  await timing.advance(3_600_000)

  t.match(await findAccount(db, id), { state: 'delayed', state_reason: 'connection refused' })
  t.ok(provider.polls.length <= 30, `${provider.polls.length} polls in an hour`)
  t.equal(lines.filter(line => line.includes('"state":"delayed"')).length, 1)
  isAway = false
  provider.onPoll = () => Promise.resolve({ items: [item('9')], cursor: 'z', more: false })
  await timing.advance(600_000)
  t.match(await findAccount(db, id), { state: 'connected', state_reason: null })
})

t.test(
  'refused credentials stop the account after the second time, and tell the owner once',
  async t => {
    const told: number[] = []
    const onAttention = async (account: { id: number }) => void told.push(account.id)
    const { db, provider, supervisor, connect, timing, tools } = await accountWorld(t, {
      onAttention
    })
    provider.onOpen = () => Promise.reject(failure('auth', '535 wrong password'))
    const { id } = await connect()

    await supervisor.start()
    await settle()
    t.match(await findAccount(db, id), { state: 'delayed' })
    await timing.advance(3_600_000)

    t.equal(provider.opened.length, 2)
    t.match(await findAccount(db, id), {
      state: 'needs_attention',
      state_reason: '535 wrong password'
    })
    t.same(told, [id])

    await supervisor.restart(id)
    await timing.advance(60_000)
    t.equal(provider.opened.length, 4, 'Reconnect tries again')
    t.same(told, [id], 'the same incident is told once')

    provider.onOpen = () => Promise.resolve()
    const form = { host: 'imap.toko.example', password: 'yang-benar' }
    await updateAccount(db, tools, id, { form })
    await settle()
    t.match(await findAccount(db, id), { state: 'connected', state_reason: null })
    t.equal(provider.opened.at(-1)?.settings.password, 'yang-benar')
  }
)

t.test('the trouble of one account does not touch another', async t => {
  const { db, provider, supervisor, connect, timing } = await accountWorld(t)
  const ill = await connect({ address: 'sakit@toko.example' })
  const well = await connect({ address: 'sehat@toko.example' })
  provider.onOpen = context =>
    context.facts.id === ill.id ? new Promise(() => {}) : Promise.resolve()

  await supervisor.start()
  await settle()

  t.ok(supervisor.session(well.id))
  t.notOk(supervisor.session(ill.id))
  await timing.advance(15_000)
  t.match(await findAccount(db, ill.id), { state: 'delayed', state_reason: /did not open in time/ })
  t.match(await findAccount(db, well.id), { state: 'connected' })
})

t.test('new settings open only that account again; a saved token opens nothing', async t => {
  const { db, provider, supervisor, connect, tools, timing } = await accountWorld(t)
  const first = await connect({ address: 'satu@toko.example' })
  await connect({ address: 'dua@toko.example' })
  await supervisor.start()
  await settle()

  await provider.opened
    .find(context => context.facts.id === first.id)
    ?.save({ password: 'token-baru' })
  await settle()
  t.equal(provider.opened.length, 2)
  await updateAccount(db, tools, first.id, { name: 'Toko pusat' })
  await settle()
  t.equal(provider.opened.length, 2, 'a name is no reason')

  const form = { folder: 'Arsip' }
  await updateAccount(db, tools, first.id, { form })
  await timing.advance(0)

  t.equal(provider.opened.length, 3)
  t.equal(provider.opened[2]?.facts.id, first.id)
  t.equal(provider.opened[2]?.settings.password, 'token-baru')
  t.equal(provider.closed, 1)
})

t.test('a session knows its account, and its context dies with it', async t => {
  const { db, provider, supervisor, connect } = await accountWorld(t)
  const { id, webhook_secret } = await connect()
  await supervisor.start()
  await settle()
  const context = provider.opened[0]

  t.match(context?.facts, {
    id,
    type: 'surat',
    address: 'halo@toko.example',
    settings: { host: 'imap.toko.example' },
    ownAddresses: ['halo@toko.example']
  })
  t.notOk(context?.facts.settings.password)
  t.equal(context?.webhookUrl, `https://bantuan.example/hooks/surat/${id}/${webhook_secret}`)
  await context?.ingest([item('7')], 'k7')
  t.equal((await findAccount(db, id)).cursor, 'k7')

  await supervisor.stop()
  t.equal(provider.closed, 1)
  await t.rejects(context?.ingest([item('8')]) ?? Promise.resolve())
  context?.state('needs_attention', 'too late')
  await settle()
  t.match(await findAccount(db, id), { state: 'connected' })
})

t.test('a plugin that is switched off loses its sessions and keeps its accounts', async t => {
  const { db, channels, provider, supervisor, connect, switchOff } = await accountWorld(t)
  const { id } = await connect()
  await supervisor.start()
  await settle()
  t.ok(supervisor.session(id))

  await switchOff()
  await settle()

  t.notOk(supervisor.session(id))
  t.equal(provider.closed, 1)
  t.ok(await findAccount(db, id))
  channels.register(provider.channel(), 'surat')
  await settle()
  t.ok(supervisor.session(id))
})

t.test('an account that is switched off is closed, and opened when it is on again', async t => {
  const { db, provider, supervisor, connect, timing } = await accountWorld(t)
  const { id } = await connect()
  await supervisor.start()
  await settle()

  await enableAccount(db, id, false, timing.now())
  await settle()
  t.notOk(supervisor.session(id))
  t.equal(provider.closed, 1)

  await enableAccount(db, id, true, timing.now())
  await settle()
  t.ok(supervisor.session(id))
})

t.test('stopping waits no longer than ten seconds for a session that hangs', async t => {
  const { provider, supervisor, connect, timing } = await accountWorld(t)
  provider.onPoll = () => new Promise(() => {})
  const { id } = await connect()
  await supervisor.start()
  await settle()

  const stopping = supervisor.stop()
  await timing.advance(10_000)
  await stopping

  t.notOk(supervisor.session(id))
})

t.test('a mailbox that is silent for a minute is connected', async t => {
  const { db, provider, supervisor, connect, timing } = await accountWorld(t)
  provider.onPoll = () => Promise.resolve(null)
  const { id } = await connect()

  await supervisor.start()
  await timing.advance(59_000)
  t.match(await findAccount(db, id), { state: 'starting' })
  await timing.advance(2_000)

  t.match(await findAccount(db, id), { state: 'connected' })
})

t.test(
  'what the provider says of the account itself is seen, and a problem needs somebody',
  async t => {
    const { db, supervisor, connect, timing } = await accountWorld(t)
    const { id } = await connect()
    await supervisor.start()
    await settle()
    const text = { en: 'Messages are limited', id: 'Pengiriman pesan dibatasi' }
    const news = { type: 'account' as const, key: 'k', at: 1, text }
    const tell = (level: 'notice' | 'problem') =>
      inTransaction(db, trx => receiveAccountNews(trx, id, { ...news, level }))

    await tell('notice')
    await settle()
    t.match(await findAccount(db, id), { state: 'connected', notice: JSON.stringify(text) })
    await tell('problem')
    await timing.advance(3_600_000)

    t.match(await findAccount(db, id), { state: 'needs_attention', state_reason: text.id })
    await supervisor.restart(id)
    await settle()
    t.match(await findAccount(db, id), { state: 'connected', state_reason: null })
  }
)
