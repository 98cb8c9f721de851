import { t } from 'tap'
import { acknowledge } from '../../server/channel/acknowledge.ts'
import { handleOutboundJobs } from '../../server/channel/outbox/chores.ts'
import { requestAcknowledgement } from '../../server/channel/acknowledge.ts'
import { updateAccount } from '../../server/channel/account/update.ts'
import { startConversation } from '../../server/conversation/start.ts'
import { inTransaction } from '../../server/db/transaction.ts'
import { createJobs } from '../../server/jobs/jobs.ts'
import { settle } from '../support/manual-timing.ts'
import { outboxWorld, writeAgain, type Asked } from '../support/outbox-world.ts'

async function politeWorld(t: Parameters<typeof outboxWorld>[0]) {
  const world = await outboxWorld(t)
  const { db, tools, timing } = world
  const text = 'Terima kasih. Nomor Anda {number}.'
  const account = await updateAccount(db, tools, world.account.id, { acknowledgement: text })
  await world.start()
  /** The same customer opens one more conversation. */
  const askAgain = async (asked: Asked, subject: string): Promise<Asked> => {
    const opening = { customerId: asked.customer, accountId: account.id, channel: account.type }
    const actor = { kind: 'customer' as const }
    const { id: conversation } = await inTransaction(db, trx =>
      startConversation(trx, { ...opening, subject, actor }, timing.now())
    )
    const { id: message } = await writeAgain(
      db,
      account,
      conversation,
      asked.identity,
      'Halo',
      timing.now()
    )
    return { ...asked, conversation, message }
  }
  return { ...world, account, askAgain, answer: (id: number) => acknowledge(db, id, timing.now()) }
}

t.test('a new conversation is acknowledged once, with its number, marked as automatic', async t => {
  const { provider, ask, answer } = await politeWorld(t)
  const { conversation, message } = await ask('Ratna')

  t.equal(await answer(message), true)
  t.equal(await answer(message), false, 'the job may run twice')
  await settle()

  t.equal(provider.sent.length, 1)
  t.match(provider.sent[0]?.step, {
    text: `Terima kasih. Nomor Anda ${conversation}.`,
    isAutomatic: true,
    to: { value: 'ratna@pelanggan.example' }
  })
})

t.test('it runs as a durable job, one for each first message', async t => {
  const { db, timing, tools, provider, ask, account } = await politeWorld(t)
  const pino = { ...tools.log, child: () => tools.log } as never
  const jobs = createJobs(db, { clock: () => timing.now(), log: pino })
  handleOutboundJobs(jobs, { db, clock: () => timing.now() })
  const { message } = await ask('Ratna')

  await requestAcknowledgement(db, account, message, timing.now())
  await requestAcknowledgement(db, account, message, timing.now())
  await requestAcknowledgement(db, { acknowledgement: null }, message, timing.now())
  t.equal((await db.selectFrom('job').selectAll().execute()).length, 1)
  await jobs.tick(timing.now())
  await settle()

  t.equal(provider.sent.length, 1)
})

const unwelcome: { who: string; change: Parameters<typeof change>[1] }[] = [
  { who: 'an automatic message', change: 'automatic' },
  { who: 'spam', change: 'spam' },
  { who: 'a blocked customer', change: 'blocked' },
  { who: 'a suspicious sender', change: 'suspicious' },
  { who: 'our own address', change: 'own' },
  { who: 'an account without a text', change: 'silent' }
]

async function change(
  { db, account }: Awaited<ReturnType<typeof politeWorld>>,
  what: 'automatic' | 'spam' | 'blocked' | 'suspicious' | 'own' | 'silent'
): Promise<void> {
  if (what === 'automatic') await db.updateTable('message').set({ is_automatic: 1 }).execute()
  if (what === 'spam') await db.updateTable('conversation').set({ is_spam: 1 }).execute()
  if (what === 'blocked') await db.updateTable('customer').set({ is_blocked: 1 }).execute()
  if (what === 'suspicious') {
    await db.updateTable('message').set({ headers: '{"isSuspicious":true}' }).execute()
  }
  if (what === 'own') {
    await db
      .updateTable('identity')
      .set({ value: account.address ?? '' })
      .execute()
  }
  if (what === 'silent') await db.updateTable('account').set({ acknowledgement: null }).execute()
}

for (const { who, change: what } of unwelcome) {
  t.test(`${who} gets no acknowledgement`, async t => {
    const world = await politeWorld(t)
    const { message } = await world.ask('Ratna')
    await change(world, what)

    t.equal(await world.answer(message), false)
    t.equal((await world.db.selectFrom('outbox').selectAll().execute()).length, 0)
  })
}

t.test('a second message and an answered conversation get none', async t => {
  const { db, timing, ask, reply, answer, account } = await politeWorld(t)
  const first = await ask('Ratna')
  const second = await writeAgain(
    db,
    account,
    first.conversation,
    first.identity,
    'Halo?',
    timing.now()
  )
  const other = await ask('Budi')
  await reply(other.conversation, 'Halo Pak')

  t.equal(await answer(second.id), false)
  t.equal(await answer(other.message), false)
})

t.test('a flood of conversations is acknowledged nine times in three hours', async t => {
  const { timing, ask, askAgain, answer } = await politeWorld(t)
  const first = await ask('Ratna')
  let answers = Number(await answer(first.message))
  for (let n = 0; n < 30; n++) {
    const next = await askAgain(first, `Pesanan nomor ${n}`)
    answers += Number(await answer(next.message))
  }
  t.equal(answers, 9)

  await timing.advance(181 * 60_000)
  const later = await askAgain(first, 'Pesanan besok')
  t.equal(await answer(later.message), true)
})

t.test('a machine that answers each acknowledgement with the same subject gets two', async t => {
  const { ask, askAgain, answer } = await politeWorld(t)
  const first = await ask('Mesin')
  let answers = Number(await answer(first.message))
  for (let n = 0; n < 20; n++) {
    const prefix = 'Re: '.repeat(n)
    const next = await askAgain(first, `${prefix}Faktur Oktober [#${first.conversation}]`)
    answers += Number(await answer(next.message))
  }

  t.equal(answers, 2)
})

t.test('of two systems that acknowledge each other only the first says something', async t => {
  const left = await politeWorld(t)
  const right = await politeWorld(t)
  const opening = await left.ask('Kanan')
  await left.answer(opening.message)
  await settle()
  const mail = left.provider.sent[0]?.step

  const arrived = await right.ask('Kiri', mail?.text)
  const isAutomatic = Number(mail?.isAutomatic)
  await right.db.updateTable('message').set({ is_automatic: isAutomatic }).execute()
  await right.answer(arrived.message)
  await settle()

  t.equal(left.provider.sent.length + right.provider.sent.length, 1)
})
