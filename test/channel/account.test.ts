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

  await removeAccount(db, id)

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
