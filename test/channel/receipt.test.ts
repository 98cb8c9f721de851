import t, { type Test } from 'tap'
import { cancelMessage } from '../../server/conversation/step/cancel.ts'
import { combine, ratchet } from '../../server/conversation/step/ratchet.ts'
import { findMessage } from '../../server/conversation/find-message.ts'
import type { Db } from '../../server/db/schema.ts'
import { inTransaction } from '../../server/db/transaction.ts'
import { applyParked, dropParked, receiveReceipt } from '../../server/channel/receipt/receive.ts'
import type { OutboxState } from '../../server/channel/table.ts'
import type { DeliveryReceipt } from '../../server/plugin-api/event.ts'
import { make } from '../support/factory.ts'
import { settle } from '../support/manual-timing.ts'
import { outboxWorld } from '../support/outbox-world.ts'
import { chatLike, failure } from '../support/scripted-channel.ts'
import { budi, mailOf, openShop, sari } from './shop.ts'

t.test('a receipt never moves a step back', async t => {
  const table: Record<OutboxState, Partial<Record<DeliveryReceipt['status'], OutboxState>>> = {
    queued: { sent: 'sent', delivered: 'delivered', read: 'read', failed: 'failed' },
    sending: { sent: 'sent', delivered: 'delivered', read: 'read', failed: 'failed' },
    accepted: { sent: 'sent', delivered: 'delivered', read: 'read', failed: 'failed' },
    sent: { delivered: 'delivered', read: 'read', failed: 'failed' },
    delivered: { read: 'read' },
    read: {},
    failed: { delivered: 'delivered', read: 'read' },
    unknown: { sent: 'sent', delivered: 'delivered', read: 'read', failed: 'failed' },
    cancelled: {}
  }
  for (const [state, moves] of Object.entries(table)) {
    for (const news of ['delayed', 'sent', 'delivered', 'read', 'failed'] as const) {
      const before = state as OutboxState
      t.equal(ratchet(before, news), moves[news] ?? before, `${before} + ${news}`)
    }
  }
})

t.test('a message says what its steps have come to', async t => {
  const table: [OutboxState[], string][] = [
    [['sent', 'sent'], 'sent'],
    [['delivered', 'sent'], 'sent'],
    [['read', 'delivered'], 'delivered'],
    [['failed', 'delivered'], 'partly'],
    [['failed', 'failed'], 'failed'],
    [['unknown', 'sent'], 'unknown'],
    [['cancelled', 'sent'], 'sent'],
    [['cancelled'], 'cancelled']
  ]
  for (const [states, expected] of table) t.equal(combine(states), expected, states.join(' '))
})

const ref = { remoteId: '<kirim-1@tokosapa.example>' }

t.test('receipts in any order', async t => {
  const { shop, give, messageOf } = await withSent(t)

  await give({ status: 'read' })
  await give({ status: 'delivered' })
  await give({ status: 'sent' })

  t.match(await messageOf(), { status: 'read', status_reason: null })
  t.match(await shop.db.selectFrom('outbox').selectAll().execute(), [{ state: 'read' }])
})

t.test('a bounce of a wrong address', async t => {
  const { shop, give, messageOf } = await withSent(t)

  await give({
    status: 'failed',
    recipient: budi.value,
    reason: { code: '5.1.1', text: 'User unknown', isPermanent: true }
  })

  t.match(await messageOf(), { status: 'failed', status_reason: '5.1.1 User unknown' })
  t.match(await shop.db.selectFrom('identity').selectAll().execute(), [
    { unreachable_reason: '5.1.1 User unknown' }
  ])
  t.match(await shop.db.selectFrom('outbox').selectAll().execute(), [{ state: 'failed' }])
})

t.test('a full mailbox fails the message, the address stays good', async t => {
  const { shop, give, messageOf } = await withSent(t)

  await give({
    status: 'failed',
    reason: { code: '5.2.2', text: 'Mailbox full', isPermanent: true }
  })

  t.match(await messageOf(), { status: 'failed' })
  t.match(await shop.db.selectFrom('identity').selectAll().execute(), [{ unreachable_at: null }])
})

t.test('a delay keeps the state and says why', async t => {
  const { give, messageOf } = await withSent(t)

  await give({
    status: 'delayed',
    reason: { code: '4.4.1', text: 'No answer', isPermanent: false }
  })
  t.match(await messageOf(), { status: 'accepted', status_reason: '4.4.1 No answer' })
  await give({ status: 'delivered' })

  t.match(await messageOf(), { status: 'delivered', status_reason: null })
})

t.test('one of two recipients', async t => {
  const both = {
    to: [{ kind: 'email', value: budi.value }],
    cc: [{ kind: 'email', value: sari.value }]
  }
  const { give, messageOf } = await withSent(t, both)
  const reason = { code: '5.1.1', text: 'User unknown', isPermanent: true }

  await give({ status: 'failed', recipient: sari.value.toUpperCase(), reason })
  t.match(await messageOf(), { status: 'partly', status_reason: '5.1.1 User unknown' })
  await give({ status: 'delivered', recipient: budi.value })
  t.match(await messageOf(), { status: 'partly' })
  await give({ status: 'failed', recipient: sari.value, reason })

  t.match(await messageOf(), { status: 'partly' })
})

t.test('a receipt that comes too early waits for its message', async t => {
  const { shop, give, messageOf } = await withSent(t)
  const early = { remoteId: '<belum-dikenal@tokosapa.example>' }
  await give({ status: 'delivered', ref: early })
  t.match(await messageOf(), { status: 'accepted' })
  await shop.db.updateTable('outbox').set({ remote_id: early.remoteId }).execute()

  await applyParked(shop.db, shop.mail, [early.remoteId], shop.clock.now)

  t.match(await messageOf(), { status: 'delivered' })
  t.match(await shop.db.selectFrom('receipt').selectAll().execute(), [{ message_id: 1 + 1 }])
})

const quick: { told: Status; then: () => Promise<{ status: 'accepted' } | void>; is: Status }[] = [
  {
    told: 'delivered',
    then: () => Promise.reject(failure('unknown_outcome', 'Putus')),
    is: 'delivered'
  },
  { told: 'sent', then: () => Promise.reject(failure('temporary', '451 nanti')), is: 'sent' },
  { told: 'failed', then: () => Promise.reject(failure('unknown_outcome', 'Putus')), is: 'failed' },
  { told: 'sent', then: () => Promise.resolve({ status: 'accepted' }), is: 'sent' }
]

for (const [n, { told, then, is }] of quick.entries()) {
  t.test(`${told}, told before the request has ended, stays (${n})`, async t => {
    const { db, timing, provider, account, start, reply, ask } = await outboxWorld(t)
    await start()
    provider.onSend = async ({ clientRef }) => {
      await tell(db, account.id, clientRef, told)
      return then()
    }

    const { id } = await reply((await ask('Ratna')).conversation, 'Halo', { undoSeconds: 0 })
    await timing.advance(86_400_000)

    t.match(await findMessage(db, id), { status: is })
    t.equal(provider.sent.length, 1, 'not sent again')
  })
}

t.test('the rest leaves when a receipt says that the unknown part has arrived', async t => {
  const { db, provider, account, start, reply, ask } = await outboxWorld(t, chatLike)
  await start()
  provider.onSend = () => Promise.reject(failure('unknown_outcome', 'Putus'))
  const { id } = await reply((await ask('Ratna')).conversation, twoParts, { undoSeconds: 0 })
  await settle()
  t.match(await findMessage(db, id), { status: 'unknown', status_reason: 'Putus' })

  provider.onSend = () => Promise.resolve()
  await tell(db, account.id, provider.sent[0]?.step.clientRef ?? '', 'delivered')
  await settle()

  t.equal(provider.sent.length, 2)
  t.match(await findMessage(db, id), { status: 'sent', status_reason: null })
})

t.test('what has arrived in part cannot be undone', async t => {
  const { db, timing, provider, account, start, reply, ask } = await outboxWorld(t, chatLike)
  await start()
  provider.onSend = ({ clientRef }) =>
    clientRef.endsWith('-s2')
      ? Promise.reject(failure('temporary', '451 nanti'))
      : Promise.resolve()
  const { id } = await reply((await ask('Ratna')).conversation, twoParts, { undoSeconds: 0 })
  await settle()

  await tell(db, account.id, provider.sent[0]?.step.clientRef ?? '', 'read')

  t.match(await findMessage(db, id), { status: 'sending' })
  await t.rejects(cancelMessage(db, id, timing.now()), { code: 'already_sent' })
})

t.test('receipts that nobody knows are dropped after ten minutes', async t => {
  const { shop, give } = await withSent(t)
  await give({ status: 'delivered', ref: { remoteId: '<siapa@lain.example>' } })

  t.equal(await dropParked(shop.db, new Date(shop.clock.now.getTime() + 9 * 60_000)), 0)
  t.equal(await dropParked(shop.db, new Date(shop.clock.now.getTime() + 11 * 60_000)), 1)
})

t.test('a forged client ref tells nothing about our messages', async t => {
  const { give, messageOf } = await withSent(t)

  await give({ status: 'failed', ref: { clientRef: 'c1.m2.0123456789abcdef' } })

  t.match(await messageOf(), { status: 'accepted' })
})

type Status = DeliveryReceipt['status']

const twoParts = 'Pesanan sudah dikirim. '.repeat(8)

function tell(db: Db, accountId: number, clientRef: string, status: Status) {
  const receipt = { type: 'delivery' as const, key: status, at: 1, ref: { clientRef }, status }
  return inTransaction(db, trx => receiveReceipt(trx, accountId, receipt, new Date()))
}

async function withSent(t: Test, headers: object = {}) {
  const shop = await openShop(t)
  await shop.deliver(shop.mail, [mailOf()])
  const { db, mail } = shop
  const identity = await db.selectFrom('identity').selectAll().executeTakeFirstOrThrow()
  const conversation = await db.selectFrom('conversation').selectAll().executeTakeFirstOrThrow()
  const message = await make.message(db, {
    conversation_id: conversation.id,
    account_id: mail,
    identity_id: identity.id,
    kind: 'outbound',
    status: 'accepted',
    headers: JSON.stringify(headers),
    remote_id: ref.remoteId
  })
  await db
    .insertInto('outbox')
    .values({
      ...{ message_id: message.id, account_id: mail, thread: 'c:1', client_ref: 'c1.m2.benar' },
      ...{ kind: 'message', payload: '{}', state: 'accepted', send_after: 0, created_at: 0 },
      ...{ remote_id: ref.remoteId, claimed_at: null, error_kind: null, error_code: null },
      ...{ error_text: null, finished_at: null }
    })
    .execute()
  let n = 0
  const give = (receipt: Partial<DeliveryReceipt> & Pick<DeliveryReceipt, 'status'>) =>
    shop.deliver(mail, [{ type: 'delivery', key: `r-${++n}`, at: 1, ref, ...receipt }])
  const messageOf = () =>
    db.selectFrom('message').selectAll().where('id', '=', message.id).executeTakeFirstOrThrow()
  return { shop, give, messageOf }
}
