import { t } from 'tap'
import { findAccount, listAccounts } from '../../server/channel/account/find.ts'
import { enableAccount } from '../../server/channel/account/enable.ts'
import { removeAccount } from '../../server/channel/account/remove.ts'
import { openSettings } from '../../server/channel/account/settings.ts'
import { listTroubledAccounts, setAccountState } from '../../server/channel/account/state.ts'
import { updateAccount } from '../../server/channel/account/update.ts'
import { startConversation } from '../../server/conversation/start.ts'
import { inTransaction, onCommit } from '../../server/db/transaction.ts'
import { accountWorld } from '../support/account-world.ts'
import { settle } from '../support/manual-timing.ts'

t.test('an account keeps its password sealed and its settings readable', async t => {
  const { db, tools, provider, connect } = await accountWorld(t)

  const account = await connect()

  t.same(JSON.parse(account.settings), { host: 'imap.toko.example' })
  t.notMatch(account.secrets, 'rahasia-toko')
  t.equal(openSettings(provider.channel(), account, tools.secrets).password, 'rahasia-toko')
  t.match(account.webhook_secret, /^[\w-]{32}$/)
  t.equal((await listAccounts(db)).length, 1)
})

t.test('a form without a required field is refused with its name', async t => {
  const { connect } = await accountWorld(t)

  await t.rejects(connect({ form: { host: 'imap.toko.example' } }), {
    code: 'invalid',
    status: 422
  })
  await t.rejects(connect({ type: 'tidak-ada' }), { code: 'not_found' })
})

t.test('the same mailbox is not connected twice', async t => {
  const { connect } = await accountWorld(t)
  await connect()

  await t.rejects(connect({ address: 'Halo@Toko.example' }), {
    code: 'account_exists',
    status: 409
  })
})

t.test('an empty password on the form keeps the one that is stored', async t => {
  const { tools, db, provider, connect } = await accountWorld(t)
  const { id } = await connect()

  const form = { folder: 'Arsip', password: '' }
  const account = await updateAccount(db, tools, id, { form })

  t.same(openSettings(provider.channel(), account, tools.secrets), {
    host: 'imap.toko.example',
    folder: 'Arsip',
    password: 'rahasia-toko'
  })
})

t.test('a state is written and told only when it is another one', async t => {
  const { db, connect, timing } = await accountWorld(t)
  const { id } = await connect()
  let told = 0
  onCommit(db, news => (told += news.filter(item => item.topic === 'account.changed').length))

  t.ok(await setAccountState(db, id, 'delayed', 'timeout', timing.now()))
  t.notOk(await setAccountState(db, id, 'delayed', 'timeout', timing.now()))

  t.equal(told, 1)
  t.match(await listTroubledAccounts(db), [{ id, state: 'delayed', reason: 'timeout', queued: 0 }])
})

t.test('switching an account off hides its trouble', async t => {
  const { db, connect, timing } = await accountWorld(t)
  const { id } = await connect()
  await setAccountState(db, id, 'needs_attention', '535', timing.now())

  await enableAccount(db, id, false, timing.now())

  t.same(await listTroubledAccounts(db), [])
})

t.test('removing an account leaves its conversations and true counters', async t => {
  const { db, connect, timing } = await accountWorld(t)
  const { id } = await connect()
  const now = timing.now()
  await inTransaction(db, async trx => {
    const customer = await trx
      .insertInto('customer')
      .values({ name: 'Ratna', created_at: 1, last_seen_at: 1 })
      .returning('id')
      .executeTakeFirstOrThrow()
    const opening = { customerId: customer.id, accountId: id, channel: 'surat' }
    await startConversation(trx, { ...opening, actor: { kind: 'system' } }, now)
    await startConversation(trx, { ...opening, accountId: null, actor: { kind: 'system' } }, now)
  })

  await removeAccount(db, id, timing.now())

  await t.rejects(findAccount(db, id), { code: 'not_found' })
  const counters = await db
    .selectFrom('counter')
    .select(['owner', 'amount'])
    .where('scope', '=', 'account')
    .execute()
  t.same(counters, [{ owner: '', amount: 2 }])
  const rows = await db.selectFrom('conversation').select('account_id').execute()
  t.same(rows, [{ account_id: null }, { account_id: null }])
})

t.test('what is removed, off or given other settings is left; what only pauses is not', async t => {
  const { db, provider, supervisor, connect, timing, tools, switchOff } = await accountWorld(t)
  const { id } = await connect()
  const other = await connect({ address: 'dua@toko.example' })
  await supervisor.start()
  await settle()
  await supervisor.restart(id)
  await updateAccount(db, tools, id, { name: 'Toko pusat' })
  await settle()
  t.same(provider.left, [])

  let wasOf: unknown
  provider.onLeave = async ({ settings, facts }) => void (wasOf = [settings['host'], facts.id])
  await updateAccount(db, tools, id, { form: { host: 'imap.baru.example', password: 'rahasia' } })
  await settle()
  t.same(wasOf, ['imap.toko.example', id], 'with the settings that it had')
  await enableAccount(db, id, false, timing.now())
  await settle()
  await removeAccount(db, id, timing.now())
  await settle()
  t.same(provider.left, [id, id], 'what is off has been left')
  await removeAccount(db, other.id, timing.now())
  await settle()
  t.same(provider.left, [id, id, other.id])
  await connect({ address: 'tiga@toko.example' })
  await settle()
  await switchOff()
  await settle()
  await supervisor.stop()
  t.equal(provider.left.length, 3, 'a plugin that is off leaves nobody')
})

t.test('a provider that does not let go holds nobody up', async t => {
  const { db, provider, supervisor, connect, timing, lines } = await accountWorld(t)
  const { id } = await connect()
  let signal: AbortSignal | undefined
  provider.onLeave = account => new Promise(() => void (signal = account.signal))
  await supervisor.start()
  await settle()

  await enableAccount(db, id, false, timing.now())
  await enableAccount(db, id, true, timing.now())
  await settle()
  t.equal(provider.opened.length, 1)
  await timing.advance(5_000)

  t.ok(signal?.aborted)
  t.equal(provider.opened.length, 2)
  t.match(await findAccount(db, id), { state: 'connected' })
  t.equal(lines.filter(line => line.startsWith('not left')).length, 1)
})

t.test('who has ended too late is not left: the next line has set up its own', async t => {
  const { db, provider, supervisor, connect, timing, tools } = await accountWorld(t)
  const { id } = await connect()
  let answer = () => {}
  provider.onOpen = () =>
    provider.opened.length > 1 ? Promise.resolve() : new Promise(done => (answer = done))
  await supervisor.start()
  await settle()

  await updateAccount(db, tools, id, { form: { host: 'imap.baru.example', password: 'rahasia' } })
  await timing.advance(10_000)
  t.equal(provider.opened.length, 2, 'the next line is open')
  answer()
  await settle()

  t.equal(provider.closed, 1, 'the former has ended')
  t.same(provider.left, [])
})
