import t, { type Test } from 'tap'
import { clientRef } from '../../server/conversation/chat/client-ref.ts'
import { make } from '../support/factory.ts'
import { buyer, mailOf, openShop, unproven, type Shop } from './shop.ts'
import {
  conversationsOf,
  eventsOf,
  journalOf,
  messagesOf,
  newest,
  only,
  withFirstMail
} from './timeline.ts'

const hourMs = 60 * 60_000
const dayMs = 24 * 60 * 60_000

t.test('a first mail opens a conversation', async t => {
  const shop = await openShop(t)

  await shop.deliver(shop.mail, [mailOf()])

  const conversation = await only(shop)
  t.match(conversation, { subject: 'Faktur belum diterima', status: 'open', unanswered_count: 1 })
  t.match(await messagesOf(shop, conversation.id), [
    { kind: 'inbound', text: 'Halo, faktur pesanan saya belum sampai.', is_verified: 1 }
  ])
  t.match(await shop.db.selectFrom('customer').selectAll().execute(), [{ name: 'Budi Santoso' }])
  t.match(await journalOf(shop), [{ state: 'done', attempts: 1, error: null }])
})

t.test('rule 2: the open chat goes on', async t => {
  const shop = await openShop(t)
  const chat = (text: string) => mailOf({ from: [buyer], threadKey: 'u-77', text })

  await shop.deliver(shop.chat, [chat('Halo'), chat('Stok masih ada?')])
  await shop.deliver(shop.chat, [chat('Kak?')])

  const conversation = await only(shop)
  t.match(conversation, { message_count: 3, unanswered_count: 3, thread_key: 'u-77' })
})

t.test('rule 3: what is warm on another channel goes on', async t => {
  const phone = { kind: 'phone' as const, value: '0812-3456-7890', verified: true }
  const both = { from: [{ ...buyer }, phone], threadKey: 'u-77', text: 'Halo dari chat' }

  const customerWithChat = async (t: Test) => {
    const shop = await openShop(t)
    await shop.deliver(shop.chat, [mailOf(both)])
    return { shop, conversation: await only(shop) }
  }
  const byPhone = (more = {}) =>
    mailOf({ from: [{ ...phone, value: '62 812 3456 7890' }], ...more })

  await t.test('within the window', async t => {
    const { shop, conversation } = await customerWithChat(t)
    shop.clock.now = new Date(shop.clock.now.getTime() + 71 * hourMs)

    await shop.deliver(shop.mail, [byPhone()])

    const messages = await messagesOf(shop, conversation.id)
    t.same(
      messages.map(message => message.channel),
      ['chat', 'mail']
    )
  })

  await t.test('not after it', async t => {
    const { shop, conversation } = await customerWithChat(t)
    shop.clock.now = new Date(shop.clock.now.getTime() + 73 * hourMs)

    await shop.deliver(shop.mail, [byPhone()])

    t.equal((await messagesOf(shop, conversation.id)).length, 1)
    t.equal((await newest(shop)).customer_id, conversation.customer_id)
  })

  await t.test('not for a sender who is not proven, nor for a machine', async t => {
    const { shop, conversation } = await customerWithChat(t)

    await shop.deliver(shop.mail, [byPhone({ from: [unproven(phone)] })])
    await shop.deliver(shop.mail, [byPhone({ automatic: 'Auto-Submitted' })])

    t.equal((await messagesOf(shop, conversation.id)).length, 1)
  })

  await t.test('not for a new mail beside an open mail', async t => {
    const { shop } = await withFirstMail(t)

    await shop.deliver(shop.mail, [mailOf({ subject: 'Mau pesan lagi' })])

    t.equal((await conversationsOf(shop)).length, 2)
  })
})

t.test('rule 4: a closed thread', async t => {
  const closed = async (t: Test, daysAgo: number, status: 'closed' | 'snoozed' = 'closed') => {
    const { shop, first, conversation } = await withFirstMail(t)
    const closed_at = shop.clock.now.getTime() - daysAgo * dayMs
    await shop.db
      .updateTable('conversation')
      .set({ status, closed_at: status === 'closed' ? closed_at : null })
      .where('id', '=', conversation.id)
      .execute()
    const answer = (more = {}) => mailOf({ hints: { references: [first.remoteId] }, ...more })
    return { shop, id: conversation.id, answer }
  }
  const statusOf = async (shop: Shop, id: number) =>
    (await conversationsOf(shop)).find(row => row.id === id)?.status

  await t.test('is reopened by its customer within the time', async t => {
    const { shop, id, answer } = await closed(t, 6)

    await shop.deliver(shop.mail, [answer()])

    t.equal(await statusOf(shop, id), 'open')
    t.match(await eventsOf(shop, id), [{ action: 'opened' }, { action: 'reopened' }])
  })

  await t.test('stays closed after it, and a new one begins', async t => {
    const { shop, id, answer } = await closed(t, 8)

    await shop.deliver(shop.mail, [answer()])

    t.equal(await statusOf(shop, id), 'closed')
    t.equal((await conversationsOf(shop)).length, 2)
  })

  await t.test('takes an out-of-office note without waking up', async t => {
    const { shop, id, answer } = await closed(t, 1)

    await shop.deliver(shop.mail, [answer({ automatic: 'Auto-Submitted' })])

    t.equal(await statusOf(shop, id), 'closed')
    t.match(await messagesOf(shop, id), [{}, { is_automatic: 1 }])
    t.equal((await only(shop)).unanswered_count, 1)
  })

  await t.test('a snoozed one wakes up', async t => {
    const { shop, id, answer } = await closed(t, 1, 'snoozed')

    await shop.deliver(shop.mail, [answer()])

    t.equal(await statusOf(shop, id), 'open')
  })
})

t.test('what comes twice is there once', async t => {
  await t.test('the same message id', async t => {
    const { shop, first } = await withFirstMail(t)

    await shop.deliver(shop.mail, [first])

    t.equal((await only(shop)).message_count, 1)
    t.match(await journalOf(shop), [{ state: 'done' }, { state: 'ignored' }])
  })

  await t.test('the same key, many times at once', async t => {
    const shop = await openShop(t)
    shop.reader.start()
    const mail = mailOf()

    const added = await Promise.all(
      Array.from({ length: 20 }, () => shop.append(shop.mail, 'uid-1', [mail]))
    )
    await shop.reader.drain()

    t.equal(
      added.reduce((sum, count) => sum + count, 0),
      1
    )
    t.equal((await only(shop)).message_count, 1)
  })

  await t.test('our own message coming back', async t => {
    const { shop, conversation } = await withFirstMail(t)
    await make.message(shop.db, {
      conversation_id: conversation.id,
      account_id: shop.mail,
      kind: 'outbound',
      remote_id: '<terkirim@tokosapa.example>'
    })
    const ref = clientRef(conversation.id, conversation.reply_token, 9)

    await shop.deliver(shop.mail, [mailOf({ remoteId: '<terkirim@tokosapa.example>' })])
    await shop.deliver(shop.mail, [mailOf({ remoteId: `<sapa.${ref}@tokosapa.example>` })])
    await shop.deliver(shop.chat, [mailOf({ remoteId: '<terkirim@tokosapa.example>' })])

    t.equal((await conversationsOf(shop)).length, 1)
    t.match((await journalOf(shop)).slice(1), [
      { state: 'ignored' },
      { state: 'ignored' },
      { state: 'ignored' }
    ])
  })
})
