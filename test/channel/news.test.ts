import t from 'tap'
import type { InboundEvent } from '../../server/plugin-api/event.ts'
import { chatWorld } from '../support/chat-world.ts'
import { buyer, unproven } from './shop.ts'
import { talk, textsOf } from './talk.ts'
import { conversationsOf, eventsOf, identityOf, journalOf, only } from './timeline.ts'

t.test('an address that cannot be reached is known until it writes again', async t => {
  const shop = await talk(t)
  await shop.say('p-1', 'Halo')
  const reason = { en: 'The customer has blocked us', id: 'Pelanggan memblokir kami' }
  const news = { type: 'reachability', from: buyer, isReachable: false, reason }

  await shop.tell({ ...news, from: unproven(buyer) })
  t.equal((await identityOf(shop.db, buyer.value)).unreachable_at, null)
  await shop.tell(news)
  await shop.tell(news)

  t.match(await identityOf(shop.db, buyer.value), {
    unreachable_at: Number,
    unreachable_reason: JSON.stringify(reason)
  })
  await shop.tell({ ...news, isReachable: true, at: 1_000 })
  t.ok((await identityOf(shop.db, buyer.value)).unreachable_at, 'what is older comes too late')
  await shop.tell({ ...news, isReachable: true })
  t.equal((await identityOf(shop.db, buyer.value)).unreachable_at, null)
  await shop.tell(news)
  await shop.say('p-2', 'Saya kembali')
  t.equal((await identityOf(shop.db, buyer.value)).unreachable_at, null)
  const events = await eventsOf(shop, (await only(shop)).id)
  t.same(
    events.map(event => event.action),
    ['opened', 'unreachable_because', 'reachable', 'unreachable_because']
  )
})

t.test('news of templates and of the account', async t => {
  const shop = await talk(t)
  const { db, chat } = shop
  const content = { name: 'tagihan', language: 'id', state: 'approved', body: 'Halo', fields: [] }
  await db
    .insertInto('message_template')
    .values({
      ...{ account_id: chat, name: 'tagihan', language: 'id', state: 'approved' },
      ...{ content: JSON.stringify(content), synced_at: shop.clock.now.getTime() }
    })
    .execute()
  await db.updateTable('account').set({ templates_at: 1 }).execute()
  const change = { type: 'template', name: 'tagihan', language: 'id', state: 'rejected' }

  await shop.tell({ ...change, at: 1 })
  t.match(await db.selectFrom('message_template').selectAll().execute(), [{ state: 'approved' }])
  await shop.tell({ ...change, reason: 'Terlalu panjang' })
  const [row] = await db.selectFrom('message_template').selectAll().execute()
  t.equal(row?.state, 'rejected')
  t.match(JSON.parse(row?.content ?? ''), { state: 'rejected', reason: 'Terlalu panjang' })
  await shop.tell({ ...change, name: 'baru' })
  t.equal(
    (await db.selectFrom('account').selectAll().where('id', '=', chat).executeTakeFirst())
      ?.templates_at,
    null,
    'an unknown one is asked for'
  )

  const text = { en: 'Quality is low', id: 'Mutu rendah' }
  await shop.tell({ type: 'account', level: 'notice', text })
  const account = db.selectFrom('account').select(['notice', 'state']).where('id', '=', chat)
  t.match(await account.executeTakeFirst(), { notice: JSON.stringify(text) })
})

t.test('what is not an event is set aside whole', async t => {
  const shop = await talk(t)
  await shop.say('p-1', 'Halo')
  const good = { type: 'edit', key: 'x', at: 1, remoteId: 'p-1', text: 'Tidak boleh' }
  const wrong: object[] = [
    { type: 'edit', remoteId: 'p-1' },
    { type: 'edit', remoteId: '', text: '' },
    { type: 'deletion' },
    { type: 'reaction', remoteId: 'p-1', from: [buyer], emojis: '👍' },
    { type: 'reaction', remoteId: 'p-1', from: buyer, emojis: [] },
    { type: 'reachability', from: buyer, isReachable: 'ya' },
    { type: 'reachability', from: buyer, isReachable: false, reason: 'teks' },
    { type: 'template', name: 'a', language: 'id', state: 'baik' },
    { type: 'account', level: 'notice', text: 'teks' },
    { type: 'identity', from: buyer, identities: [], former: [7] },
    { type: 'toString' },
    ...[
      { quote: 'p-1' },
      { quote: { remoteId: '' } },
      { choice: {} },
      { cards: [{ kind: 'rahasia' }] },
      { cards: [{ kind: 'place', latitude: 91, longitude: 0 }] },
      { cards: [{ kind: 'contact', name: 'Budi', phones: [8], emails: [] }] },
      { albumKey: 7 },
      { groupMember: 'Budi' }
    ].map(more => ({ type: 'message', remoteId: 'p-2', from: [buyer], text: 'x', ...more }))
  ]
  for (const event of wrong) {
    await shop.deliver(shop.chat, [good, { key: 'y', at: 1, ...event }] as InboundEvent[])
  }

  const [, ...items] = await journalOf(shop)
  t.same(
    items.map(item => [item.state, item.error]),
    wrong.map(() => ['failed', 'journal.error.no_events'])
  )
  t.same(await textsOf(shop), ['Halo'], 'nothing half')
  t.equal((await conversationsOf(shop)).length, 1)
})

t.test('pages say in the reader’s language what came without words', async t => {
  const world = await chatWorld(t)
  const { app, as, db, ids, first } = world
  const place = { kind: 'place', latitude: -6.2, longitude: 106.8, name: 'Toko <Sapa>' }
  const from = { kind: 'external', value: 'ratna', namespace: 'obrolan', verified: true }
  const reason = { en: 'The customer has blocked us', id: 'Pelanggan memblokir kami' }
  const page = async (url: string) =>
    (await app.inject(as.agent({ method: 'GET', url }))).body.replaceAll(/\s+/g, ' ')

  await world.receive('', { cards: [place] })
  t.match(await page('/inbox/all'), 'Location: Toko &lt;Sapa&gt;')
  await db.updateTable('agent').set({ locale: 'id' }).where('id', '=', ids.agent).execute()
  t.match(await page('/inbox/all'), 'Lokasi: Toko &lt;Sapa&gt;')
  await world.receive('', { attachments: [{ mime: 'audio/ogg', kind: 'voice', size: 3 }] })
  t.match(await page('/inbox/all'), 'Pesan suara')
  await world.receive('', {
    ...{ type: 'reachability', from, isReachable: false, reason },
    threadKey: undefined
  })

  const timeline = await page(`/conversations/${first.conversation_id}/timeline`)
  t.match(timeline, 'Tidak bisa dihubungi lewat Toko Cahaya: Pelanggan memblokir kami')
})

t.test('an address given up is called so beside its customer', async t => {
  const world = await chatWorld(t)
  const { app, as, db, first } = world
  const ratna = { kind: 'external', value: 'ratna', namespace: 'obrolan', verified: true }
  await world.receive('', {
    ...{ type: 'identity', from: ratna, former: [ratna] },
    identities: [{ ...ratna, value: 'ratna-baru' }]
  })

  const { customer_id } = await db
    .selectFrom('conversation')
    .select('customer_id')
    .where('id', '=', first.conversation_id)
    .executeTakeFirstOrThrow()
  const page = await app.inject(as.owner({ url: `/customers/${customer_id}` }))
  t.match(page.body, /no longer theirs since/)
  const conversation = await app.inject(
    as.owner({ url: `/conversations/${first.conversation_id}` })
  )
  t.match(conversation.body, /identity__state">former</)
  t.match(conversation.body, /The account on Toko Cahaya changed. Check who it is/)
})
