import { t } from 'tap'
import { sendNotice } from '../../server/channel/notice.ts'
import { receiveReceipt } from '../../server/channel/receipt/receive.ts'
import { isProven, readClientRef } from '../../server/conversation/chat/client-ref.ts'
import { findMessage } from '../../server/conversation/find-message.ts'
import { resendMessage } from '../../server/conversation/step/resend.ts'
import { giveUp } from '../../server/customer/former.ts'
import { inTransaction } from '../../server/db/transaction.ts'
import { settle } from '../support/manual-timing.ts'
import { outboxWorld, stepsOf } from '../support/outbox-world.ts'
import { chatLike, failure } from '../support/scripted-channel.ts'

t.test('a reply leaves after its undo window, named and threaded', async t => {
  const { db, timing, provider, start, reply, ask } = await outboxWorld(t)
  await start()
  const { conversation, message: asked } = await ask('Ratna')
  const { id } = await reply(conversation, 'Kami cek dulu ya, Bu.')

  await timing.advance(9_000)
  t.equal(provider.sent.length, 0)
  await timing.advance(1_000)

  const step = provider.sent[0]?.step
  t.match(step, {
    kind: 'message',
    to: { kind: 'email', value: 'ratna@pelanggan.example', name: 'Ratna' },
    subject: 'Faktur Oktober',
    text: 'Kami cek dulu ya, Bu.',
    author: { name: 'Sari' },
    isAutomatic: false,
    attempt: 1,
    conversation: { number: conversation, isFirst: false }
  })
  t.same(step?.conversation?.references, [(await findMessage(db, asked)).remote_id])
  const ref = readClientRef(step?.clientRef ?? '')
  t.match(ref, { conversation, of: 'message', id, step: 1 })
  t.ok(ref && isProven(ref, step?.conversation?.replyToken ?? ''))
  t.match(await findMessage(db, id), {
    status: 'sent',
    remote_id: `<${step?.clientRef}@toko.example>`
  })
  t.equal((step as { before?: unknown }).before, undefined)
})

const endings = [
  { kind: 'permanent', status: 'failed', reason: '550 no such user' },
  { kind: 'window_closed', status: 'failed', reason: 'the window is closed' },
  { kind: 'blocked', status: 'failed', reason: 'blocked by the customer' },
  { kind: 'unknown_outcome', status: 'unknown', reason: 'connection lost after the dot' }
] as const

for (const { kind, status, reason } of endings) {
  t.test(`${kind} ends a message as ${status}, and the thread goes on`, async t => {
    const { db, timing, provider, start, reply, ask } = await outboxWorld(t)
    await start()
    const { conversation, identity } = await ask('Ratna')
    provider.onSend = () => Promise.reject(failure(kind, reason))
    const first = await reply(conversation, 'Pertama')
    await timing.advance(10_000)
    provider.onSend = () => Promise.resolve()
    const second = await reply(conversation, 'Kedua')
    await timing.advance(86_400_000)

    t.equal(provider.sent.length, 2, 'never sent again by itself')
    t.match(await findMessage(db, first.id), { status, status_reason: reason })
    t.match(await findMessage(db, second.id), { status: 'sent' })
    const row = await db
      .selectFrom('identity')
      .select('unreachable_reason')
      .where('id', '=', identity)
      .executeTakeFirst()
    t.equal(row?.unreachable_reason ?? null, kind === 'blocked' ? reason : null)
  })
}

t.test(
  'temporary failures are tried seven times over hours, then the message has failed',
  async t => {
    const { db, timing, provider, start, reply, ask } = await outboxWorld(t)
    await start()
    const { conversation } = await ask('Ratna')
    provider.onSend = () => Promise.reject(failure('temporary', '451 try later', { code: '451' }))
    const { id } = await reply(conversation, 'Sudah kami kirim ulang.')

    await timing.advance(10_000)
    t.match(await findMessage(db, id), { status: 'queued', status_reason: '451 try later' })
    await timing.advance(3_600_000)
    t.ok(provider.sent.length <= 6, `${provider.sent.length} attempts in an hour`)
    await timing.advance(24 * 3_600_000)

    t.equal(provider.sent.length, 7)
    t.match(await findMessage(db, id), { status: 'failed', status_reason: '451 try later' })
    const attempts = await db.selectFrom('outbox_attempt').selectAll().execute()
    t.equal(attempts.length, 7)
    t.match(attempts[0], { outcome: 'queued', error_code: '451', finished_at: Number })
  }
)

t.test('a channel that breaks its promise is tried three times', async t => {
  const { db, timing, provider, start, reply, ask } = await outboxWorld(t)
  await start()
  const { conversation } = await ask('Ratna')
  provider.onSend = () => Promise.reject(new TypeError('undefined is not a function'))
  const { id } = await reply(conversation, 'Halo')

  await timing.advance(86_400_000)

  t.equal(provider.sent.length, 3)
  t.match(await findMessage(db, id), { status: 'failed' })
})

t.test('a recipient who is refused among others makes it partly delivered', async t => {
  const { db, provider, start, reply, ask } = await outboxWorld(t)
  await start()
  const { conversation } = await ask('Ratna')
  const refused = [
    { value: 'tutup@lain.example', code: '550', text: 'no such user', isPermanent: true }
  ]
  provider.onSend = () => Promise.resolve({ refused })
  const cc = [{ kind: 'email' as const, value: 'tutup@lain.example' }]
  const { id } = await reply(conversation, 'Halo semua', { cc, undoSeconds: 0 })
  await settle()

  t.match(await findMessage(db, id), { status: 'partly', status_reason: /no such user/ })
  const receipts = await db.selectFrom('receipt').selectAll().execute()
  t.match(receipts, [{ message_id: id, recipient: 'tutup@lain.example', status: 'failed' }])
})

t.test('a long text goes in parts; a part that fails takes the rest with it', async t => {
  const { db, timing, provider, start, reply, ask, supervisor, account } = await outboxWorld(t)
  provider.capabilities = chatLike
  await start()
  const { conversation } = await ask('Ratna')
  const text = 'Pesanan nomor 1042 sudah dikirim pagi ini. '.repeat(6).trim()
  const whole = await reply(conversation, text, { undoSeconds: 0 })
  await settle()

  const parts = provider.sent.map(sent => sent.step.text)
  t.equal(parts.length, 3)
  t.ok(parts.every(part => part.length <= 100))
  t.equal(parts.join(' '), text)
  t.match(provider.sent[1]?.step.clientRef, /^c\d+\.m\d+\.[0-9a-f]{16}-s2$/)
  t.match(await findMessage(db, whole.id), { status: 'sent' })

  provider.onSend = step =>
    step.clientRef.endsWith('-s2')
      ? Promise.reject(failure('permanent', 'refused'))
      : Promise.resolve()
  const broken = await reply(conversation, text, { undoSeconds: 0 })
  await timing.advance(1_000)
  t.same(
    (await stepsOf(db, broken.id)).map(step => step.state),
    ['sent', 'failed', 'cancelled']
  )
  t.match(await findMessage(db, broken.id), { status: 'partly', status_reason: 'refused' })
  t.ok(supervisor.session(account.id))
})

t.test('a receipt that is quicker than the answer is not taken back', async t => {
  const { db, provider, start, reply, ask, account } = await outboxWorld(t)
  await start()
  const { conversation } = await ask('Ratna')
  provider.onSend = async () => {
    await db
      .insertInto('receipt')
      .values({
        account_id: account.id,
        ref: 'wamid.7',
        status: 'delivered',
        at: 1,
        created_at: Date.now()
      })
      .execute()
    return { remoteId: 'wamid.7' }
  }
  const { id } = await reply(conversation, 'Halo', { undoSeconds: 0 })
  await settle()

  t.match(await findMessage(db, id), { status: 'delivered' })
})

t.test('a refusal that is quicker than the answer stays a refusal', async t => {
  const { db, timing, provider, start, reply, ask, account } = await outboxWorld(t)
  await start()
  const { conversation } = await ask('Ratna')
  provider.onSend = async ({ clientRef }) => {
    const told = { type: 'delivery' as const, key: 's1', at: 1, ref: { clientRef } }
    const reason = { code: '131047', text: 'Too late', isPermanent: true }
    await inTransaction(db, trx =>
      receiveReceipt(trx, account.id, { ...told, status: 'failed', reason }, timing.now())
    )
    return { remoteId: 'wamid.8', status: 'accepted' }
  }
  const { id } = await reply(conversation, 'Halo', { undoSeconds: 0 })
  await settle()

  t.match(await findMessage(db, id), { status: 'failed', status_reason: /Too late/ })
  t.match(await stepsOf(db, id), [{ state: 'failed', remote_id: 'wamid.8' }])
})

t.test('notices leave through an account that carries them, or not at all', async t => {
  const { db, timing, provider, start, account } = await outboxWorld(t)
  const notice = { to: 'pemilik@toko.example', subject: 'Undangan', text: 'Silakan bergabung.' }
  await start()

  t.equal(await sendNotice(db, notice, timing.now()), true)
  await settle()
  t.match(provider.sent[0]?.step, {
    kind: 'notice',
    clientRef: /^n\d+\.[0-9a-f]{16}$/,
    to: { value: 'pemilik@toko.example' },
    isAutomatic: true
  })
  t.notOk(provider.sent[0]?.step.conversation)

  const elsewhere = { ...notice, exceptAccountId: account.id }
  t.equal(await sendNotice(db, elsewhere, timing.now()), false)
  await db
    .updateTable('account')
    .set({ capabilities: JSON.stringify(chatLike) })
    .execute()
  t.equal(await sendNotice(db, notice, timing.now()), false)
})

t.test('what waits for a number that was given up never reaches its next owner', async t => {
  const { db, timing, provider, agent, start, reply, ask } = await outboxWorld(t)
  await start()
  const { conversation, identity } = await ask('Ratna')
  const number = { kind: 'phone' as const, value: '+6281234567890' }
  const row = await db
    .updateTable('identity')
    .set(number)
    .where('id', '=', identity)
    .returningAll()
    .executeTakeFirstOrThrow()
  const waiting = await reply(conversation, 'Kode bukanya 4417')
  await giveUp(db, row, timing.now())

  await timing.advance(60_000)
  t.match(await findMessage(db, waiting.id), { status: 'failed', status_reason: /somebody else/ })
  const again = await resendMessage(db, waiting.id, agent, timing.now()).catch(() => null)
  await timing.advance(60_000)

  t.not(again && (await findMessage(db, again.id)).status, 'sent')
  t.same(provider.sent, [])
})
