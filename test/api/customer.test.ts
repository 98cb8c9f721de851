import t from 'tap'
import type { News } from '../../server/db/transaction.ts'
import { onCommit } from '../../server/db/transaction.ts'
import { make } from '../support/app.ts'
import { makeLetter } from '../support/letter.ts'
import { apiWorld } from '../support/program.ts'

t.test('customers by the API', async t => {
  const world = await apiWorld(t)
  const { call, db } = world
  const { identity } = await makeLetter(world)
  const id = identity.customer_id

  t.test('are read with their identities', async t => {
    const { status, body } = await call.agent(`GET /customers/${id}`)

    t.equal(status, 200)
    t.match(body, { id, name: 'Ratna Dewi', is_vip: false, is_blocked: false, merged_into: null })
    t.match(body.identities, [{ kind: 'email', value: identity.value, channel: 'surat' }])
  })

  t.test('are found by an address in any spelling', async t => {
    const { id: phoneOwner } = await make.customer(db, { name: 'Budi' })
    await make.identity(db, { customer_id: phoneOwner, kind: 'phone', value: '+6281234567890' })
    const find = async (address: string) => {
      const { body } = await call.agent(`GET /customers?address=${encodeURIComponent(address)}`)
      return body.data.map((row: { id: number }) => row.id)
    }

    t.same(await find(identity.value.toUpperCase()), [id])
    t.same(await find('0812-3456-7890'), [phoneOwner])
    t.same(await find('tidak@ada.example'), [])
  })

  const changes: [string, object, string | null][] = [
    ['name', { name: 'Ratna Dewi Kusuma' }, null],
    ['note', { note: 'Lebih suka ditelepon sore.' }, null],
    ['VIP', { is_vip: true }, null],
    ['language', { locale: 'en' }, null],
    ['no language', { locale: null }, null],
    ['block', { is_blocked: true }, 'blocked'],
    ['no block', { is_blocked: false }, 'unblocked']
  ]
  for (const [name, change, event] of changes) {
    t.test(`change: ${name}, told once, and not when it is so already`, async t => {
      const news: (keyof News)[] = []
      t.teardown(onCommit(db, list => void news.push(...list.map(one => one.topic))))
      const before = await eventsOf(id)

      const first = await call.agent(`PATCH /customers/${id}`, change)
      const again = await call.agent(`PATCH /customers/${id}`, change)

      t.match(first.body, change)
      t.same(again.body, first.body)
      t.same(news, ['customer.changed'])
      t.same((await eventsOf(id)).slice(before.length), event ? [event] : [])
    })
  }

  t.test('refuse what cannot be, and ignore what nobody may set', async t => {
    const { body: before } = await call.agent(`GET /customers/${id}`)
    for (const change of [
      { name: 5 },
      { name: 'x'.repeat(121) },
      { note: null },
      { is_vip: 'yes' },
      { is_blocked: 1 },
      { locale: 'Bahasa' }
    ]) {
      const { status, body } = await call.agent(`PATCH /customers/${id}`, change)
      t.equal(status, 422, JSON.stringify(change))
      t.ok(body.error.fields[Object.keys(change)[0] ?? ''])
    }
    const tried = { id: 5, merged_into: 1, created_at: 0, identities: [], last_seen_at: 0 }
    t.same((await call.agent(`PATCH /customers/${id}`, tried)).body, before)
  })

  t.test('are walked once each while new ones arrive', async t => {
    for (let n = 0; n < 11; n++) await make.customer(db)
    const all = (await call.agent('GET /customers?limit=100')).body.data
    const seen: number[] = []
    let cursor = ''
    do {
      const { body } = await call.agent(`GET /customers?limit=3${cursor}`)
      seen.push(...body.data.map((row: { id: number }) => row.id))
      await make.customer(db)
      cursor = body.next === null ? '' : `&cursor=${body.next}`
    } while (cursor)
    t.same(
      seen,
      all.map((row: { id: number }) => row.id)
    )
  })

  async function eventsOf(customerId: number) {
    const rows = await db
      .selectFrom('event')
      .select('action')
      .where('customer_id', '=', customerId)
      .orderBy('id')
      .execute()
    return rows.map(row => row.action)
  }
})

t.test('merging two customers', async t => {
  const world = await apiWorld(t)
  const { call, db } = world
  const [one, other] = [await makeLetter(world), await makeLetter(world)]
  const [into, from] = [one.identity.customer_id, other.identity.customer_id]
  await call.agent(`PATCH /customers/${into}`, { note: 'Satu.' })
  await call.agent(`PATCH /customers/${from}`, { note: 'Dua.', is_vip: true })
  const suggestion = {
    ...{ customer_id: from, other_customer_id: into, reason: 'same_address' as const },
    created_at: 1
  }
  await db.insertInto('suggestion').values(suggestion).execute()
  const ownerOf = async (conversation: number) =>
    (await call.agent(`GET /conversations/${conversation}`)).body.customer.id

  t.test('joins their addresses, conversations and notes', async t => {
    const { status, body } = await call.agent(`POST /customers/${into}/merges`, {
      customer_id: from
    })

    t.equal(status, 201)
    t.match(body, { id: into, note: 'Satu.\n\nDua.', is_vip: true })
    t.same(
      body.identities.map((row: { value: string }) => row.value),
      [one.identity.value, other.identity.value]
    )
    t.equal(await ownerOf(other.conversation.id), into)
    t.match((await call.agent(`GET /customers/${from}`)).body, {
      merged_into: into,
      identities: []
    })
    const { body: list } = await call.agent('GET /customers')
    t.notOk(list.data.some((row: { id: number }) => row.id === from))
    t.match(await db.selectFrom('suggestion').selectAll().executeTakeFirst(), {
      ...{ state: 'accepted', decided_by: world.ids.agent }
    })
  })

  t.test('leaves answers going to the address that wrote', async t => {
    const reply = { kind: 'reply', text: 'Faktur sudah dikirim.' }
    const path = `POST /conversations/${other.conversation.id}/messages`

    const { body } = await call.agent(path, reply)

    t.match(body, { kind: 'outbound', to: [{ value: other.identity.value }] })
  })

  t.test('is refused twice, with oneself, and with nobody', async t => {
    const merge = (id: number, customer_id: unknown) =>
      call.agent(`POST /customers/${id}/merges`, { customer_id })

    const twice = { status: 409, body: { error: { code: 'merged_already' } } }
    t.match(await merge(into, from), twice)
    t.match(await merge(from, into), twice)
    t.match(await merge(into, into), twice)
    t.equal((await merge(into, 999_999)).status, 404)
    t.equal((await merge(into, `${from}`)).status, 422)
  })

  t.test('can be undone; what was changed since stays', async t => {
    await call.agent(`PATCH /customers/${into}`, { name: 'Ratna dan Dewi' })

    const { status, body } = await call.agent(`DELETE /customers/${into}/merges/${from}`)

    t.equal(status, 200)
    t.match(body, { id: from, merged_into: null, note: 'Dua.' })
    t.match(body.identities, [{ value: other.identity.value }])
    t.equal(await ownerOf(other.conversation.id), from)
    t.equal(await ownerOf(one.conversation.id), into)
    const { body: survivor } = await call.agent(`GET /customers/${into}`)
    t.match(survivor, { name: 'Ratna dan Dewi' })
    t.equal(survivor.identities.length, 1)
    t.equal((await call.agent(`DELETE /customers/${into}/merges/${from}`)).status, 409)
    t.equal((await call.agent(`DELETE /customers/${from}/merges/${into}`)).status, 404)
  })
})
