import t, { type Test } from 'tap'
import { acceptSuggestion } from '../../server/conversation/merge/decide-suggestion.ts'
import { agentActor } from '../../server/conversation/event.ts'
import { findMerge, unmergeCustomers } from '../../server/conversation/merge/unmerge-customers.ts'
import type { Identity, IdentityChange, InboundMessage } from '../../server/plugin-api/event.ts'
import { addAccount, mailOf, openShop, scriptedChannel, type Shop } from '../channel/shop.ts'
import { conversationsOf, eventsOf, messagesOf, suggestionsOf } from '../channel/timeline.ts'
import { make } from '../support/factory.ts'

const person = (value: string): Identity => ({
  ...{ kind: 'external', namespace: 'whatsapp', value, verified: true, isOnlyOne: true }
})
const number = (value: string): Identity => ({ kind: 'phone', value, verified: true })
const old = '+6281234567890'
const fresh = '+6281298765432'

interface Line extends Shop {
  whatsapp: number
  telegram: number
  /** A message; the chat is named after the last address, as a provider may do it. */
  say(from: Identity[], text: string, more?: Partial<InboundMessage>): Promise<void>
  change(more: Partial<IdentityChange> & { from: Identity }): Promise<void>
}

async function line(t: Test): Promise<Line> {
  const shop = await openShop(t)
  for (const type of ['whatsapp', 'telegram']) shop.channels.register(scriptedChannel(type), 'test')
  const whatsapp = await addAccount(shop.db, 'whatsapp', '+628111')
  let count = 0
  const next = () => {
    shop.clock.now = new Date(shop.clock.now.getTime() + 60_000)
    return { key: `n-${++count}`, at: shop.clock.now.getTime() }
  }
  return {
    ...shop,
    whatsapp,
    telegram: await addAccount(shop.db, 'telegram', null),
    say: (from, text, more = {}) =>
      shop.deliver(whatsapp, [
        mailOf({ ...next(), from, text, threadKey: from.at(-1)?.value ?? '', ...more })
      ]),
    change: more =>
      shop.deliver(whatsapp, [{ type: 'identity', identities: [], ...next(), ...more }])
  }
}

const rowsOf = (shop: Shop, value: string) =>
  shop.db.selectFrom('identity').selectAll().where('value', '=', value).orderBy('id').execute()

const textsOf = async (shop: Shop, id: number) =>
  (await messagesOf(shop, id)).map(message => message.text)

const actionsOf = async (shop: Shop, id: number) =>
  (await eventsOf(shop, id)).map(event => event.action).filter(action => action !== 'opened')

t.test('a number that has gone to somebody else brings them nothing of its past', async t => {
  const shop = await line(t)
  await shop.say([person('ID.1'), number(old)], 'Alamat saya Jl. Melati 5')

  await shop.say([person('ID.2'), number(old)], 'Halo, ini siapa?', {
    hints: { references: ['tidak-ada'] }
  })
  await shop.say([person('ID.2'), number(old)], 'Salah sambung')

  const [first, second, ...rest] = await conversationsOf(shop)
  t.same(rest, [])
  t.not(first?.customer_id, second?.customer_id)
  t.same(await textsOf(shop, first?.id ?? 0), ['Alamat saya Jl. Melati 5'])
  t.same(await textsOf(shop, second?.id ?? 0), ['Halo, ini siapa?', 'Salah sambung'])
  t.match(await rowsOf(shop, old), [
    { customer_id: first?.customer_id, verified_at: null, former_at: Number },
    { customer_id: second?.customer_id, verified_at: Number, former_at: null }
  ])
  t.ok((await rowsOf(shop, old))[0]?.unreachable_at, 'nothing is sent to it for the first one')
  t.same(await actionsOf(shop, first?.id ?? 0), ['number_went_on'])
  const pair = [first?.customer_id, second?.customer_id]
  t.match(await suggestionsOf(shop), [
    { customer_id: pair[1], other_customer_id: pair[0], reason: 'same_phone', state: 'open' },
    { customer_id: pair[0], other_customer_id: pair[1], reason: 'same_phone', state: 'open' }
  ])

  await t.test('the first one is still the same customer', async t => {
    await shop.say([person('ID.1')], 'Nomor saya ganti', { threadKey: 'ID.1' })
    const rows = await conversationsOf(shop)
    t.same(
      rows.map(row => row.customer_id),
      [pair[0], pair[1], pair[0]]
    )
  })

  await t.test('an agent who knows better makes them one, and can take it back', async t => {
    const agent = await make.agent(shop.db)
    const [suggestion] = await suggestionsOf(shop)
    await acceptSuggestion(shop.db, suggestion?.id ?? 0, agent.id, shop.clock.now)
    await shop.say([person('ID.2'), number(old)], 'Ini saya juga')
    const [kept, gone] = [pair[0] ?? 0, pair[1] ?? 0]
    t.ok((await conversationsOf(shop)).every(row => row.customer_id === kept))
    t.equal((await suggestionsOf(shop)).filter(one => one.state === 'open').length, 0)

    const merge = await findMerge(shop.db, kept, gone)
    await unmergeCustomers(shop.db, merge, agentActor(agent.id), shop.clock.now)
    await shop.say([person('ID.2'), number(old)], 'Halo lagi')

    const [, , owner] = await rowsOf(shop, old)
    t.equal(owner, undefined)
    t.match(await rowsOf(shop, old), [{ customer_id: kept }, { customer_id: gone }])
  })
})

t.test('somebody known already gets the number too, and nothing else', async t => {
  const shop = await line(t)
  await shop.say([person('ID.1'), number(old)], 'Pesanan 77')
  await shop.say([person('ID.2')], 'Halo', { threadKey: 'ID.2' })

  await shop.say([person('ID.2'), number(old)], 'Ini nomor baru saya', { threadKey: 'ID.2' })

  const [first, second, ...rest] = await conversationsOf(shop)
  t.same(rest, [])
  t.same(await textsOf(shop, second?.id ?? 0), ['Halo', 'Ini nomor baru saya'])
  t.equal((await rowsOf(shop, old))[1]?.customer_id, second?.customer_id)
  t.not(first?.customer_id, second?.customer_id)
})

t.test('a late message of the earlier owner takes nothing back', async t => {
  const shop = await line(t)
  await shop.say([person('ID.1'), number(old)], 'Pertama')
  const late = shop.clock.now.getTime() + 1_000
  await shop.say([person('ID.2'), number(old)], 'Pemilik baru')

  await shop.say([person('ID.1'), number(old)], 'Terlambat', { at: late, threadKey: 'ID.1' })

  const [first, second, third] = await conversationsOf(shop)
  t.equal(third?.customer_id, first?.customer_id)
  t.match(await rowsOf(shop, old), [
    { customer_id: first?.customer_id, verified_at: null },
    { customer_id: second?.customer_id, verified_at: Number }
  ])
})

t.test('a number that has passed on does not make both owners one later', async t => {
  const shop = await line(t)
  const telegram = (value: string) => ({ ...person(value), namespace: 'telegram' })
  const write = (from: Identity[], text: string) =>
    shop.deliver(shop.telegram, [
      mailOf({ from, text, threadKey: from[0]?.value ?? '', at: shop.clock.now.getTime() })
    ])
  await shop.say([person('ID.1'), number(old)], 'Pesanan 77')
  await write([telegram('71'), number(old)], 'Ini saya, lewat Telegram')
  shop.clock.now = new Date(shop.clock.now.getTime() + 60_000)

  await write([telegram('82'), number(old)], 'Nomor ini baru saya beli')
  await shop.say([person('ID.1'), number(old)], 'Masih saya')

  const rows = await conversationsOf(shop)
  t.equal(new Set(rows.map(row => row.customer_id)).size, 2)
  t.notOk((await textsOf(shop, rows[1]?.id ?? 0)).includes('Pesanan 77'))
  t.same(await textsOf(shop, rows[0]?.id ?? 0), [
    'Pesanan 77',
    'Ini saya, lewat Telegram',
    'Masih saya'
  ])
})

t.test('without an id of which there is only one, people stay one', async t => {
  const shop = await line(t)
  const many = (value: string) => ({ ...person(value), isOnlyOne: false })
  await shop.say([many('ID.1'), number(old)], 'Halo')

  await shop.say([many('ID.2'), number(old)], 'Dari tablet')

  const rows = await conversationsOf(shop)
  t.equal(new Set(rows.map(row => row.customer_id)).size, 1)
})

t.test('a customer with a new number', async t => {
  const moved = {
    from: person('ID.1'),
    identities: [person('ID.3'), number(fresh)],
    former: [person('ID.1'), number(old)]
  }

  await t.test('stays who they are, and agents are told to look twice', async t => {
    const shop = await line(t)
    await shop.say([person('ID.1'), number(old)], 'Pesanan 77')

    await shop.change(moved)
    await shop.change({ ...moved, from: person('ID.3') })
    await shop.say([person('ID.3'), number(fresh)], 'Sudah dikirim?')

    const [only, ...rest] = await conversationsOf(shop)
    t.same(rest, [])
    t.same(await textsOf(shop, only?.id ?? 0), ['Pesanan 77', 'Sudah dikirim?'])
    t.same(await actionsOf(shop, only?.id ?? 0), ['number_changed'])
    const [event] = (await eventsOf(shop, only?.id ?? 0)).slice(-1)
    t.match(JSON.parse(event?.particulars ?? ''), { from: old, to: fresh })
    t.match(await rowsOf(shop, old), [{ former_at: Number, verified_at: null }])
    t.match(await rowsOf(shop, fresh), [{ former_at: null, verified_at: Number }])
  })

  await t.test("is not joined by the old number's next owner, also in its chat", async t => {
    const shop = await line(t)
    await shop.say([person('ID.1'), number(old)], 'Pesanan 77')
    await shop.change(moved)

    await shop.say([person('ID.9'), number(old)], 'Halo, saya baru pakai nomor ini')
    await shop.deliver(shop.telegram, [
      mailOf({
        ...{ key: 't-1', at: shop.clock.now.getTime(), text: 'Lewat Telegram', threadKey: '77' },
        from: [{ ...person('77'), namespace: 'telegram' }, number(old)]
      })
    ])

    const rows = await conversationsOf(shop)
    t.same(await textsOf(shop, rows[0]?.id ?? 0), ['Pesanan 77'])
    t.equal(new Set(rows.map(row => row.customer_id)).size, 2, 'Telegram knows the new owner')
    t.same(await textsOf(shop, rows[1]?.id ?? 0), [
      'Halo, saya baru pakai nomor ini',
      'Lewat Telegram'
    ])
  })

  await t.test('does not become the person who had the new number before', async t => {
    const shop = await line(t)
    await shop.say([person('ID.1'), number(old)], 'Pesanan 77')
    await shop.say([person('ID.8'), number(fresh)], 'Rahasia orang lain')

    await shop.change(moved)
    await shop.say([person('ID.3'), number(fresh)], 'Sudah dikirim?')

    const [first, second, ...rest] = await conversationsOf(shop)
    t.same(rest, [])
    t.not(first?.customer_id, second?.customer_id)
    t.same(await textsOf(shop, first?.id ?? 0), ['Pesanan 77', 'Sudah dikirim?'])
    t.same(await actionsOf(shop, second?.id ?? 0), ['number_went_on'])
  })

  await t.test('only when it is proven who that is', async t => {
    const shop = await line(t)
    await shop.say([person('ID.1'), number(old)], 'Pesanan 77')

    await shop.change({ ...moved, from: { ...person('ID.1'), verified: false } })
    await shop.change({ ...moved, from: person('ID.unknown') })
    await shop.change({ ...moved, former: [number(fresh), { ...number(old), verified: false }] })

    t.match(await rowsOf(shop, old), [{ former_at: null, verified_at: Number }])
  })

  await t.test('with a new id alone is told in other words', async t => {
    const shop = await line(t)
    await shop.say([person('ID.1')], 'Pesanan 77')
    await shop.change({ ...moved, identities: [person('ID.3')] })

    const [only] = await conversationsOf(shop)
    t.same(await actionsOf(shop, only?.id ?? 0), ['address_changed'])
  })
})

t.test('a group', async t => {
  const group = { ...person('-100'), namespace: 'telegram' }

  await t.test('is one conversation with many writers, and joins nobody', async t => {
    const shop = await line(t)
    await shop.say([person('ID.1'), number(old)], 'Pesanan 77')
    const write = (key: string, name: string, text: string) =>
      shop.deliver(shop.telegram, [
        mailOf({
          ...{ key, remoteId: key, at: shop.clock.now.getTime(), text, threadKey: '-100' },
          ...{ from: [group, number(old)], groupMember: { name } }
        })
      ])

    await write('g-1', 'Budi\u202e', 'Kapan buka?')
    await write('g-2', 'Sari', 'Saya juga mau tahu')

    const [first, second, ...rest] = await conversationsOf(shop)
    t.same(rest, [])
    t.same(await textsOf(shop, first?.id ?? 0), ['Pesanan 77'])
    const rows = await messagesOf(shop, second?.id ?? 0)
    t.same(
      rows.map(row => (JSON.parse(row.headers) as { member?: string }).member),
      ['Budi', 'Sari']
    )
    t.equal((await rowsOf(shop, old)).length, 1)
  })

  await t.test('goes on by itself when its customer is known elsewhere', async t => {
    const shop = await line(t)
    await shop.deliver(shop.mail, [mailOf({ from: [group], at: shop.clock.now.getTime() })])

    await shop.deliver(shop.telegram, [
      mailOf({
        ...{ key: 'g-1', text: 'Kapan buka?', threadKey: '-100', from: [group] },
        ...{ at: shop.clock.now.getTime(), groupMember: { name: 'Budi' } }
      })
    ])

    t.equal((await conversationsOf(shop)).length, 2)
  })
})
