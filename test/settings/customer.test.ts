import t from 'tap'
import { suggest } from '../../server/customer/suggest.ts'
import { inTransaction } from '../../server/db/transaction.ts'
import { make, setup, type Setup } from '../support/app.ts'
import { post } from '../support/form.ts'

const at = (n: number) => Date.parse('2026-11-20T02:00:00Z') - n * 60_000

/** Ratna by mail, and a Ratna who typed the same address into a form. */
async function twoRatnas({ db }: Setup) {
  const first = await make.customer(db, { name: 'Ratna Dewi', note: 'Suka warna hijau' })
  const second = await make.customer(db, { name: 'Ratna', note: 'Alamat di Antapani', is_vip: 1 })
  const mail = await make.identity(db, { customer_id: first.id, value: 'ratna@rumah.example' })
  const typed = await make.identity(db, {
    ...{ customer_id: second.id, value: 'ratna@rumah.example', verified_at: null },
    channel: 'webchat'
  })
  const one = await make.conversation(db, { customer_id: first.id })
  const two = await make.conversation(db, { customer_id: second.id, subject: 'Ongkos kirim' })
  await inTransaction(db, trx =>
    suggest(
      trx,
      { customerId: second.id, otherCustomerId: first.id, reason: 'same_address' },
      new Date(at(0))
    )
  )
  const { id } = await db.selectFrom('suggestion').select('id').executeTakeFirstOrThrow()
  return { first, second, mail, typed, one, two, suggestion: id }
}

t.test('the doors of customers', async t => {
  const { app, as } = await setup(t)

  t.equal((await app.inject('/customers')).statusCode, 303)
  t.equal((await app.inject(as.guest({ url: '/customers' }))).statusCode, 403)
  t.equal((await app.inject(as.agent({ url: '/customers' }))).statusCode, 200)
  t.equal((await app.inject(as.agent({ url: '/customers/77' }))).statusCode, 404)
  for (const part of ['vip', 'block']) {
    const url = `/customers/77/${part}`
    t.equal((await app.inject(as.agent({ method: 'PUT', url }))).statusCode, 404, part)
  }
  const put = { method: 'PUT' as const, url: '/suggestions/77/acceptance' }
  t.equal((await app.inject(as.agent(put))).statusCode, 404)
  t.equal((await app.inject(as.guest(put))).statusCode, 403)
})

t.test('customers are found by how names, addresses and numbers begin', async t => {
  const { app, as, db } = await setup(t)
  const budi = await make.customer(db, { name: 'Budi Santoso' })
  await make.identity(db, { customer_id: budi.id, value: 'toko.budi@contoh.example' })
  await make.identity(db, { customer_id: budi.id, kind: 'phone', value: '+628123456789' })
  await make.customer(db, { name: 'Sri <b>Wahyuni</b>' })
  const names = async (q: string) => {
    const { body } = await app.inject(as.agent({ url: `/customers?q=${encodeURIComponent(q)}` }))
    return [...body.matchAll(/href="\/customers\/\d+">([^<]+)/g)].map(match => match[1])
  }

  t.same(await names(''), ['Sri &lt;b&gt;Wahyuni&lt;/b&gt;', 'Budi Santoso'])
  for (const q of ['budi', 'BUDI S', 'toko.budi@', '0812-345', '+62812', '62812']) {
    t.same(await names(q), ['Budi Santoso'], q)
  }
  t.same(await names('antoso'), [])
  t.same(await names('%'), [])
})

t.test('a long list comes in pages of forty', async t => {
  const { app, as, db } = await setup(t)
  for (let n = 0; n < 45; n++) {
    await make.customer(db, { name: `Pelanggan ${n}`, last_seen_at: at(n % 10) })
  }

  const first = await app.inject(as.agent({ url: '/customers' }))
  const next = /hx-get="([^"]+)"/.exec(first.body)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const second = await app.inject(as.agent({ url: next }))

  const ids = [first, second].flatMap(({ body }) =>
    [...body.matchAll(/href="\/customers\/(\d+)"/g)].map(match => match[1])
  )
  t.equal(new Set(ids).size, 45)
  t.notMatch(second.body, '<html')
  t.notMatch(second.body, 'hx-get')
})

t.test('name, note, VIP and block are changed on the page', async t => {
  const world = await setup(t)
  const { app, as, db } = world
  const { first } = await twoRatnas(world)
  const url = `/customers/${first.id}`

  const note = { name: 'Ratna Dewi S.', note: 'Minta <b>faktur</b>' }
  t.equal((await app.inject(as.agent(post(url, note)))).headers.location, url)
  const page = await app.inject(as.agent({ url }))
  t.match(page.body, 'Minta &lt;b&gt;faktur&lt;/b&gt;')
  const row = () =>
    db.selectFrom('customer').selectAll().where('id', '=', first.id).executeTakeFirstOrThrow()
  for (const [part, flag] of [
    ['vip', 'is_vip'],
    ['block', 'is_blocked']
  ] as const) {
    for (const method of ['PUT', 'PUT', 'DELETE', 'DELETE'] as const) {
      const response = await app.inject(as.agent({ method, url: `${url}/${part}` }))
      t.equal(response.statusCode, 200, `${method} ${part}`)
      t.equal((await row())[flag], method === 'PUT' ? 1 : 0, `${method} ${part}`)
    }
  }
  t.equal((await row()).name, 'Ratna Dewi S.')
  const long = { name: 'x'.repeat(200), note: '' }
  t.equal((await app.inject(as.agent(post(url, long)))).statusCode, 422)
})

t.test('linking joins two entries, keeps where answers go, and can be taken back', async t => {
  const world = await setup(t)
  const { app, as, db, ids, clock } = world
  const { first, second, typed, two, suggestion } = await twoRatnas(world)
  const put = (what: string) =>
    as.agent({
      method: 'PUT',
      url: `/suggestions/${suggestion}/${what}?conversation=${two.id}`,
      headers: { 'hx-request': 'true' }
    })
  const owners = async () => {
    const rows = await db.selectFrom('conversation').select(['id', 'customer_id']).execute()
    const addresses = await db.selectFrom('identity').select(['id', 'customer_id']).execute()
    return [...rows, ...addresses].map(row => row.customer_id)
  }

  const linked = await app.inject(put('acceptance'))
  t.equal(linked.statusCode, 200)
  t.match(linked.body, 'id="customer"')
  t.match(linked.body, 'Ratna Dewi')
  t.same(new Set(await owners()), new Set([first.id]))
  const kept = await db.selectFrom('customer').selectAll().orderBy('id').execute()
  t.match(kept, [
    { is_vip: 1, note: 'Suka warna hijau\n\nAlamat di Antapani', merged_into: null },
    { merged_into: first.id }
  ])
  const event = await db.selectFrom('event').selectAll().executeTakeFirstOrThrow()
  t.match(event, { action: 'merged', actor_id: String(ids.agent), customer_id: first.id })
  t.match(JSON.parse(event.particulars), { identities: [typed.id], conversations: [two.id] })
  const after = await db
    .selectFrom('identity')
    .select(['id', 'verified_at'])
    .where('id', '=', typed.id)
    .executeTakeFirstOrThrow()
  t.equal(after.verified_at, null, 'an address is not proven by being linked')

  const again = await app.inject(put('acceptance'))
  t.equal(again.statusCode, 409)
  t.match(again.body, 'id="customer"', 'the pane as it is now')
  const gone = await app.inject(as.agent({ url: `/customers/${second.id}` }))
  t.equal(gone.headers.location, `/customers/${first.id}`)
  t.match((await app.inject(as.agent({ url: `/customers/${first.id}` }))).body, 'Separate again')

  const fresh = await make.conversation(db, { customer_id: first.id, created_at: +clock.now + 1 })
  await db
    .insertInto('participant')
    .values({ conversation_id: fresh.id, identity_id: typed.id, added_at: at(0) })
    .execute()
  const undo = `/customers/${first.id}/merges/${event.id}`
  t.equal((await app.inject(as.agent({ method: 'DELETE', url: undo }))).statusCode, 200)
  t.same(await owners(), [first.id, second.id, second.id, first.id, second.id])
  t.equal((await app.inject(as.agent({ method: 'DELETE', url: undo }))).statusCode, 409)
})

t.test('a link is not taken back after thirty days', async t => {
  const world = await setup(t)
  const { app, db, ids, clock, signIn } = world
  const { first, suggestion } = await twoRatnas(world)
  await app.inject(world.as.agent({ method: 'PUT', url: `/suggestions/${suggestion}/acceptance` }))
  const { id } = await db.selectFrom('event').select('id').executeTakeFirstOrThrow()
  clock.forward(31 * 24 * 60 * 60_000)
  const later = await signIn(ids.agent)

  const url = `/customers/${first.id}`
  t.notMatch((await app.inject(later({ url }))).body, 'Separate again')
  const late = await app.inject(later({ method: 'DELETE', url: `${url}/merges/${id}` }))
  t.equal(late.statusCode, 409)
  t.match(late.body, 'for 30 days')
})

t.test(
  'a refused suggestion stays away; one about a conversation can only be put aside',
  async t => {
    const world = await setup(t)
    const { app, as, db } = world
    const { first, two, suggestion } = await twoRatnas(world)
    const decide = (id: number, what: string) =>
      app.inject(as.agent({ method: 'PUT', url: `/suggestions/${id}/${what}` }))

    t.equal((await decide(suggestion, 'refusal')).statusCode, 204)
    t.equal((await decide(suggestion, 'refusal')).statusCode, 409)
    const about = { customerId: first.id, conversationId: two.id, otherConversationId: two.id }
    await inTransaction(db, trx =>
      suggest(trx, { ...about, reason: 'subject_tag' }, new Date(at(0)))
    )
    const { id } = await db
      .selectFrom('suggestion')
      .select('id')
      .where('state', '=', 'open')
      .executeTakeFirstOrThrow()
    t.equal((await decide(id, 'acceptance')).statusCode, 409)
    t.equal((await decide(id, 'refusal')).statusCode, 204)
  }
)
