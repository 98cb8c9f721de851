import t, { type Test } from 'tap'
import { normalise } from '../../server/customer/normalise.ts'
import { resolveCustomer } from '../../server/customer/resolve.ts'
import { budi, mailOf, openShop, sari, unproven, type Shop } from '../channel/shop.ts'

t.test('addresses have one spelling', async t => {
  const table: [string, string, string | null][] = [
    ['email', ' Budi@Pelanggan.EXAMPLE ', 'budi@pelanggan.example'],
    ['email', 'bukan alamat', null],
    ['email', 'a@b@c', null],
    ['email', 'Budi <budi@x.example>', null],
    ['email', '', null],
    ['phone', '0812-3456-7890', '+6281234567890'],
    ['phone', '62 812 3456 7890', '+6281234567890'],
    ['phone', '+62 (812) 3456-7890', '+6281234567890'],
    ['phone', '6281234567890', '+6281234567890'],
    ['phone', '+44 20 7946 0958', '+442079460958'],
    ['phone', '021 555 1234', '+62215551234'],
    ['phone', '5678', '5678'],
    ['phone', 'TOKOPEDIA', 'TOKOPEDIA'],
    ['external', 'Ab:Cd', 'Ab:Cd']
  ]
  for (const [kind, value, expected] of table) {
    const address = normalise({ kind: kind as 'email', value }, 'ID')
    t.equal(address?.value ?? null, expected, `${kind} ${value}`)
  }
})

t.test('a proven address joins its customer', async t => {
  const shop = await openShop(t)

  await shop.deliver(shop.mail, [
    mailOf(),
    mailOf({ from: [{ ...budi, value: 'BUDI@pelanggan.example' }] })
  ])

  t.equal((await customersOf(shop)).length, 1)
})

t.test('an unproven mail from a known address is somebody else, with a suggestion', async t => {
  const shop = await openShop(t)

  await shop.deliver(shop.mail, [mailOf(), mailOf({ from: [unproven(budi)] })])
  await shop.deliver(shop.mail, [mailOf({ from: [unproven(budi)] })])

  const [known, other, ...rest] = await customersOf(shop)
  t.same(rest, [])
  t.match(await suggestionsOf(shop), [
    { customer_id: other?.id, other_customer_id: known?.id, reason: 'same_address', state: 'open' }
  ])
  t.equal((await suggestionsOf(shop)).length, 1)
})

t.test('a claimed address becomes proven by its own channel', async t => {
  const shop = await openShop(t)

  await shop.deliver(shop.mail, [mailOf({ from: [unproven(budi)] }), mailOf()])

  t.equal((await customersOf(shop)).length, 1)
  const rows = await shop.db.selectFrom('identity').selectAll().execute()
  t.equal(rows.length, 1)
  t.type(rows[0]?.verified_at, 'number')
})

t.test('an address typed on another channel stays a claim', async t => {
  const shop = await openShop(t)
  const visitor = { kind: 'external' as const, namespace: 'web', value: 'v-1', verified: true }

  await shop.deliver(shop.chat, [mailOf({ from: [visitor, unproven(budi)], threadKey: 'v-1' })])
  await shop.deliver(shop.mail, [mailOf()])

  const [typed, owner] = await customersOf(shop)
  t.match(await suggestionsOf(shop), [
    { customer_id: owner?.id, other_customer_id: typed?.id, reason: 'same_address' }
  ])
  const rows = await shop.db.selectFrom('identity').selectAll().orderBy('id').execute()
  t.same(
    rows.map(row => [row.customer_id, row.kind, row.channel, row.verified_at !== null]),
    [
      [typed?.id, 'external', 'chat', true],
      [typed?.id, 'email', 'chat', false],
      [owner?.id, 'email', 'mail', true]
    ]
  )
})

const scoped = { kind: 'external' as const, namespace: 'wa', value: 'BSUID.1', verified: true }
const phone = { kind: 'phone' as const, value: '081234567890', verified: true }

t.test('who is known by something proven is nobody else for what they have typed', async t => {
  const shop = await openShop(t)
  const chat = (value: string) => [
    { kind: 'external' as const, namespace: 'obrolan', value, verified: true },
    unproven(budi)
  ]

  await shop.deliver(shop.mail, [
    mailOf({ from: chat('tamu-1') }),
    mailOf({ from: chat('tamu-2') })
  ])

  const [one, other, ...rest] = await customersOf(shop)
  t.same(rest, [])
  t.match(await suggestionsOf(shop), [
    { customer_id: other?.id, other_customer_id: one?.id, reason: 'same_address', state: 'open' }
  ])
})

t.test('several addresses of one message are one person', async t => {
  await t.test('the number comes later', async t => {
    const shop = await openShop(t)

    await shop.deliver(shop.chat, [mailOf({ from: [scoped] }), mailOf({ from: [scoped, phone] })])
    await shop.deliver(shop.chat, [mailOf({ from: [phone] })])

    t.equal((await customersOf(shop)).length, 1)
    t.equal((await shop.db.selectFrom('identity').selectAll().execute()).length, 2)
  })

  await t.test('two that were known as two people become one', async t => {
    const shop = await openShop(t)

    await shop.deliver(shop.chat, [mailOf({ from: [scoped] }), mailOf({ from: [phone] })])
    await shop.deliver(shop.chat, [mailOf({ from: [scoped, phone] })])

    const [first, second] = await customersOf(shop)
    t.equal(second?.merged_into, first?.id)
    t.same(await suggestionsOf(shop), [])
  })

  await t.test('a number that has wandered to another person only suggests', async t => {
    const shop = await openShop(t)
    const next = { ...scoped, value: 'BSUID.2' }

    await shop.deliver(shop.chat, [mailOf({ from: [scoped, phone] }), mailOf({ from: [next] })])
    await shop.deliver(shop.chat, [mailOf({ from: [next, phone] })])
    await shop.deliver(shop.chat, [mailOf({ from: [phone, next] })])

    const [first, second] = await customersOf(shop)
    t.equal(second?.merged_into, null)
    t.match(await suggestionsOf(shop), [
      { customer_id: second?.id, other_customer_id: first?.id, reason: 'same_phone' },
      { customer_id: first?.id, other_customer_id: second?.id, reason: 'same_address' }
    ])
  })

  await t.test('who has only typed an address does not get it when it is proven', async t => {
    const shop = await openShop(t)
    const [thief, owner] = ['v-1', 'v-2'].map(value => ({ ...scoped, namespace: 'web', value }))
    if (!thief || !owner) return

    await shop.deliver(shop.chat, [mailOf({ from: [thief, unproven(budi)] })])
    await shop.deliver(shop.chat, [mailOf({ from: [owner, budi] })])
    await shop.deliver(shop.mail, [mailOf()])

    const [first, second, ...rest] = await customersOf(shop)
    t.same(rest, [])
    t.equal(second?.merged_into, null)
    const proven = await shop.db
      .selectFrom('identity')
      .select('customer_id')
      .where('value', '=', budi.value)
      .where('verified_at', 'is not', null)
      .execute()
    t.same(proven, [{ customer_id: second?.id }])
    t.match(await suggestionsOf(shop), [
      { customer_id: second?.id, other_customer_id: first?.id, reason: 'same_address' }
    ])
  })
})

t.test('who writes again can be reached again', async t => {
  const shop = await openShop(t)
  await shop.deliver(shop.mail, [mailOf()])
  await shop.db
    .updateTable('identity')
    .set({ unreachable_at: 1, unreachable_reason: 'x' })
    .execute()

  await shop.deliver(shop.mail, [mailOf()])

  t.match(await shop.db.selectFrom('identity').selectAll().execute(), [{ unreachable_at: null }])
})

t.test('a merged customer is followed to whom they became', async t => {
  const shop = await openShop(t)
  await shop.deliver(shop.mail, [mailOf(), mailOf({ from: [sari] })])
  const [from, to] = await customersOf(shop)
  await shop.db
    .updateTable('customer')
    .set({ merged_into: to?.id ?? 0 })
    .where('id', '=', from?.id ?? 0)
    .execute()

  const person = await resolve(shop, t)

  t.equal(person.customer.id, to?.id)
  t.equal(person.identity?.value, budi.value)
})

t.test('names are one readable line', async t => {
  const shop = await openShop(t)

  await shop.deliver(shop.mail, [
    mailOf({ from: [{ ...budi, name: 'Budi\u202e\r\nBcc: x\u0007' }] })
  ])

  t.match(await customersOf(shop), [{ name: 'Budi Bcc: x' }])
})

t.test('a message that nobody can be trusted for has a customer without an address', async t => {
  const shop = await openShop(t)

  await shop.deliver(shop.mail, [mailOf({ from: [] })])

  t.equal((await customersOf(shop)).length, 1)
  t.same(await shop.db.selectFrom('identity').selectAll().execute(), [])
})

const customersOf = (shop: Shop) =>
  shop.db.selectFrom('customer').selectAll().orderBy('id').execute()

const suggestionsOf = (shop: Shop) => shop.db.selectFrom('suggestion').selectAll().execute()

function resolve(shop: Shop, _t: Test) {
  const sender = {
    kind: 'email' as const,
    namespace: '',
    value: budi.value,
    name: null,
    isVerified: true
  }
  return resolveCustomer(shop.db, [sender], 'mail', shop.clock.now)
}
