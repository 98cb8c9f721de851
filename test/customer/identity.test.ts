import t, { type Test } from 'tap'
import { agentActor } from '../../server/conversation/event.ts'
import { blockCustomer } from '../../server/conversation/block.ts'
import { findMerge, unmergeCustomers } from '../../server/conversation/merge/unmerge-customers.ts'
import type { Identity, InboundMessage } from '../../server/plugin-api/event.ts'
import { addAccount, mailOf, openShop, scriptedChannel, type Shop } from '../channel/shop.ts'
import { conversationsOf, eventsOf, messagesOf, suggestionsOf } from '../channel/timeline.ts'
import { make } from '../support/factory.ts'

const number = { kind: 'phone' as const, value: '081234567890', verified: true }
const mail = { kind: 'email' as const, value: 'budi@pelanggan.example', verified: true }
const claimed = (identity: Identity): Identity => ({ ...identity, verified: false })
const known = (namespace: string, value: string): Identity => ({
  ...{ kind: 'external', namespace, value },
  verified: true
})
const telegram = known('telegram', '7001')
const visitor = known('webchat:9', 'v-budi')
const mallory = known('webchat:9', 'v-mallory')

interface Street extends Shop {
  whatsapp: number
  telegram: number
  web: number
  say(account: number, from: Identity[], more?: Partial<InboundMessage>): Promise<void>
  learn(account: number, from: Identity, identities: Identity[]): Promise<void>
}

/** A shop on every channel. */
async function street(t: Test): Promise<Street> {
  const shop = await openShop(t)
  for (const type of ['whatsapp', 'telegram', 'webchat']) {
    shop.channels.register(scriptedChannel(type), 'test')
  }
  let count = 0
  return {
    ...shop,
    whatsapp: await addAccount(shop.db, 'whatsapp', '+628111'),
    telegram: await addAccount(shop.db, 'telegram', null),
    web: await addAccount(shop.db, 'webchat', null),
    async say(account, from, more = {}) {
      shop.clock.now = new Date(shop.clock.now.getTime() + 60_000)
      const base = { from, at: shop.clock.now.getTime() }
      const thread = account === shop.mail ? {} : { threadKey: from[0]?.value ?? '' }
      await shop.deliver(account, [mailOf({ ...base, ...thread, ...more })])
    },
    learn: (account, from, identities) =>
      shop.deliver(account, [
        { type: 'identity', key: `i-${++count}`, at: shop.clock.now.getTime(), from, identities }
      ])
  }
}

const peopleOf = (shop: Shop) =>
  shop.db
    .selectFrom('customer')
    .selectAll()
    .where('merged_into', 'is', null)
    .orderBy('id')
    .execute()

const channelsOf = async (shop: Shop, id: number) =>
  (await messagesOf(shop, id)).map(message => message.channel)

t.test('what is proven makes one conversation of four channels', async t => {
  const shop = await street(t)

  await shop.say(shop.whatsapp, [known('whatsapp', 'BSUID.1'), number])
  await shop.say(shop.telegram, [telegram, number])
  await shop.say(shop.web, [visitor, { ...number, value: '+62 812-3456-7890' }, mail])
  await shop.say(shop.mail, [mail])
  await shop.say(shop.telegram, [telegram])

  t.equal((await peopleOf(shop)).length, 1)
  const [conversation, ...rest] = await conversationsOf(shop)
  t.same(rest, [])
  t.same(await channelsOf(shop, conversation?.id ?? 0), [
    'whatsapp',
    'telegram',
    'webchat',
    'mail',
    'telegram'
  ])
  t.same(await suggestionsOf(shop), [])
})

t.test('what is only claimed joins nothing', async t => {
  const shop = await street(t)

  await shop.say(shop.whatsapp, [known('whatsapp', 'BSUID.1'), number, mail])
  await shop.say(shop.web, [mallory, claimed(number), claimed(mail)])
  await shop.say(shop.mail, [claimed(mail)])
  await shop.learn(shop.web, mallory, [claimed(number), claimed(mail)])
  await shop.say(shop.web, [mallory])
  await shop.learn(shop.web, claimed(mail), [visitor, known('telegram', '6666')])

  const people = await peopleOf(shop)
  t.equal(people.length, 3)
  t.equal((await conversationsOf(shop)).length, 3)
  const [first] = await conversationsOf(shop)
  t.equal((await messagesOf(shop, first?.id ?? 0)).length, 1)
  const proven = await shop.db
    .selectFrom('identity')
    .select(['customer_id', 'value'])
    .where('verified_at', 'is not', null)
    .orderBy('id')
    .execute()
  t.same(proven, [
    { customer_id: people[0]?.id, value: 'BSUID.1' },
    { customer_id: people[0]?.id, value: '+6281234567890' },
    { customer_id: people[0]?.id, value: mail.value },
    { customer_id: people[1]?.id, value: mallory.value }
  ])
  t.ok((await suggestionsOf(shop)).length >= 2, 'agents see what was claimed')
})

t.test('a proof that comes later makes two customers one', async t => {
  const shop = await street(t)
  await shop.say(shop.web, [visitor])
  await shop.say(shop.mail, [mail], { text: 'Sudah tiga hari' })
  const [web, letter] = await conversationsOf(shop)

  await shop.learn(shop.web, visitor, [mail, number])
  await shop.learn(shop.web, visitor, [mail, number])

  const [person, ...others] = await peopleOf(shop)
  t.same(others, [])
  t.equal(person?.id, web?.customer_id, 'the older one stays')
  t.same(
    (await conversationsOf(shop)).map(row => row.customer_id),
    [person?.id, person?.id]
  )
  const facts = (await eventsOf(shop, web?.id ?? 0)).map(event => [event.action, event.customer_id])
  t.same(
    facts.filter(([action]) => action !== 'opened'),
    [
      ['united', person?.id],
      ['identified', person?.id]
    ],
    'once'
  )
  const routes = await shop.db
    .selectFrom('message')
    .innerJoin('identity', 'identity.id', 'message.identity_id')
    .select(['message.conversation_id', 'identity.value'])
    .orderBy('message.id')
    .execute()
  t.same(routes, [
    { conversation_id: web?.id, value: visitor.value },
    { conversation_id: letter?.id, value: mail.value }
  ])
})

t.test('an agent who parts them again is not overruled', async t => {
  const shop = await street(t)
  const agent = await make.agent(shop.db)
  await shop.say(shop.web, [visitor])
  await shop.say(shop.mail, [mail])
  await shop.learn(shop.web, visitor, [mail])
  const [kept, gone] = await shop.db.selectFrom('customer').select('id').orderBy('id').execute()
  const merge = await findMerge(shop.db, kept?.id ?? 0, gone?.id ?? 0)

  await unmergeCustomers(shop.db, merge, agentActor(agent.id), shop.clock.now)
  await shop.learn(shop.web, visitor, [mail])
  await shop.say(shop.web, [visitor, mail])

  t.equal((await peopleOf(shop)).length, 2)
  t.match(await suggestionsOf(shop), [{ state: 'open', reason: 'same_address' }])
})

t.test('a chat that went on elsewhere comes back when its customers are parted', async t => {
  const shop = await street(t)
  const agent = await make.agent(shop.db)
  await shop.say(shop.mail, [mail])
  await shop.say(shop.whatsapp, [number])
  await shop.learn(shop.whatsapp, number, [mail])
  await shop.say(shop.web, [visitor, number])
  const [letter, whatsapp] = await conversationsOf(shop)
  const [, , third] = await shop.db.selectFrom('message').selectAll().orderBy('id').execute()
  t.equal(third?.conversation_id, whatsapp?.id, 'the newest that is warm')
  const [kept, gone] = await shop.db.selectFrom('customer').select('id').orderBy('id').execute()
  const merge = await findMerge(shop.db, kept?.id ?? 0, gone?.id ?? 0)

  await unmergeCustomers(shop.db, merge, agentActor(agent.id), shop.clock.now)

  t.same(await shop.db.selectFrom('joined_chat').selectAll().execute(), [])
  const rows = await conversationsOf(shop)
  t.same(
    rows.map(row => [row.id, row.customer_id]),
    [
      [letter?.id, kept?.id],
      [whatsapp?.id, gone?.id]
    ]
  )
})

t.test('strangers, blocked people and addresses of the business', async t => {
  await t.test('a stranger is left to their first message', async t => {
    const shop = await street(t)

    await shop.learn(shop.web, visitor, [mail])

    t.same(await shop.db.selectFrom('customer').selectAll().execute(), [])
    const [item] = await shop.db.selectFrom('journal').select('state').execute()
    t.equal(item?.state, 'ignored')
  })

  await t.test('a blocked one is never joined by itself', async t => {
    const shop = await street(t)
    const agent = await make.agent(shop.db)
    await shop.say(shop.mail, [mail])
    const [blocked] = await peopleOf(shop)
    await blockCustomer(shop.db, blocked?.id ?? 0, true, agentActor(agent.id), shop.clock.now)
    await shop.say(shop.web, [visitor])

    await shop.learn(shop.web, visitor, [mail])

    t.equal((await peopleOf(shop)).length, 2)
    t.match(await suggestionsOf(shop), [{ reason: 'same_address' }])
  })

  await t.test('nobody becomes an agent or a mailbox of ours', async t => {
    const shop = await street(t)
    await make.agent(shop.db, { email: 'Dewi@tokosapa.example' })
    await shop.say(shop.web, [visitor])

    const ours = ['dewi@tokosapa.example', 'HALO@tokosapa.example']
    await shop.learn(
      shop.web,
      visitor,
      ours.map(value => ({ ...mail, value }))
    )

    const rows = await shop.db.selectFrom('identity').select('value').execute()
    t.same(rows, [{ value: visitor.value }])
  })
})
