import t, { type Test } from 'tap'
import { applyParked } from '../../server/channel/receipt/receive.ts'
import type { InboundMessage } from '../../server/plugin-api/event.ts'
import { make } from '../support/factory.ts'
import { buyer } from './shop.ts'
import { talk } from './talk.ts'
import { conversationsOf, only } from './timeline.ts'

/** A chat in which our answer is on its way, and nobody has told its id yet. */
async function onItsWay(t: Test) {
  const shop = await talk(t)
  await shop.say('p-1', 'Halo')
  const { id } = await only(shop)
  const base = { account_id: shop.chat, status: 'sending' as const }
  const own = await make.message(shop.db, {
    ...{ ...base, conversation_id: id, kind: 'outbound', text: 'Besok sampai' },
    at: shop.clock.now.getTime()
  })
  await shop.db
    .updateTable('conversation')
    .set({ message_count: 2, last_message_id: own.id, preview: 'Besok sampai' })
    .execute()
  await shop.db
    .insertInto('outbox')
    .values({
      ...{ message_id: own.id, account_id: shop.chat, thread: 'c:1', client_ref: 'c1.m2.x' },
      ...{ kind: 'message', payload: '{}', state: 'sending', send_after: 0, created_at: 0 }
    })
    .execute()
  const echo = (remoteId: string, more: Partial<InboundMessage> = {}) =>
    shop.say(remoteId, 'Besok sampai', { origin: 'business', from: [], others: [buyer], ...more })
  const answered = async (remoteId: string) => {
    await shop.db.updateTable('outbox').set({ remote_id: remoteId, state: 'sent' }).execute()
    await applyParked(shop.db, shop.chat, [remoteId], shop.clock.now)
  }
  const shown = () =>
    shop.db
      .selectFrom('message')
      .selectAll()
      .where('kind', '=', 'outbound')
      .where('status', '!=', 'cancelled')
      .orderBy('id')
      .execute()
  return { shop, own, echo, answered, shown }
}

t.test('an echo that overtakes the answer of send becomes one with its message', async t => {
  const { shop, own, echo, answered, shown } = await onItsWay(t)
  await echo('k-1')
  t.equal((await shown()).length, 2)
  await shop.tell({ type: 'delivery', ref: { remoteId: 'k-1' }, status: 'read' })
  await shop.tell({ type: 'reaction', remoteId: 'k-1', from: [buyer], emojis: ['👍'] })
  await shop.say('p-2', 'Baik', { quote: { remoteId: 'k-1' } })

  await answered('k-1')
  await answered('k-1')

  t.match(await shown(), [{ id: own.id, remote_id: 'k-1', text: 'Besok sampai', status: 'read' }])
  const { message_count, preview } = await only(shop)
  t.match({ message_count, preview }, { message_count: 3, preview: 'Baik' })
  const [reaction] = await shop.db.selectFrom('reaction').selectAll().execute()
  t.equal(reaction?.message_id, own.id)
  const answer = await shop.db
    .selectFrom('message')
    .selectAll()
    .where('remote_id', '=', 'p-2')
    .executeTakeFirst()
  t.equal(answer?.quoted_id, own.id)
  await echo('k-1')
  t.equal((await shown()).length, 1, 'a repeat is nothing new')
})

t.test('the list shows the message itself where the echo was the newest', async t => {
  const { shop, own, echo, answered } = await onItsWay(t)
  await echo('k-1')

  await answered('k-1')

  t.match(await only(shop), { last_message_id: own.id, preview: 'Besok sampai', message_count: 2 })
})

t.test('what was written on the phone stays, and is marked', async t => {
  const { echo, answered, shown } = await onItsWay(t)
  await echo('telepon-1', { text: 'Dari telepon' })

  await answered('k-1')

  const rows = await shown()
  t.same(
    rows.map(row => row.text),
    ['Besok sampai', 'Dari telepon']
  )
  t.match(JSON.parse(rows[1]?.headers ?? ''), { isFromOutside: true })
})

t.test('an echo that had opened a conversation leaves none behind', async t => {
  const { shop, echo, answered, shown } = await onItsWay(t)
  await echo('k-1', { threadKey: 'u-77/2' })
  t.equal((await conversationsOf(shop)).length, 2)

  await answered('k-1')

  t.equal((await shown()).length, 1)
  const { id } = await only(shop)
  const counted = await shop.db
    .selectFrom('counter')
    .selectAll()
    .where('scope', '=', 'all')
    .where('queue', '=', 'open')
    .executeTakeFirst()
  t.equal(counted?.amount, 1)
  await shop.say('p-9', 'Baik', { threadKey: 'u-77/2' })
  t.equal((await only(shop)).id, id, 'the chat goes on where the message was written')
})
