import t from 'tap'
import type { Db } from '../../server/db/schema.ts'
import { make } from '../support/app.ts'
import { makeLetter } from '../support/letter.ts'
import { apiWorld } from '../support/program.ts'

t.test('a conversation by the API', async t => {
  const world = await apiWorld(t)
  const { call, db, ids, clock } = world
  const team = await make.team(db, { name: 'Gudang' })
  const { conversation, account, identity } = await makeLetter(world)
  const { id } = conversation

  t.test('is read with its people and tags', async t => {
    const { status, body } = await call.agent(`GET /conversations/${id}`)

    t.equal(status, 200)
    t.match(body, {
      ...{ id, subject: 'Faktur belum diterima', status: 'open', priority: 'normal' },
      customer: { id: identity.customer_id, name: 'Ratna Dewi' },
      ...{ account_id: account.id, assignee: null, team_id: null, tags: [], snoozed_until: null },
      created_at: '2026-11-20T02:00:00.000Z'
    })
    t.notMatch(JSON.stringify(body), conversation.reply_token)
  })

  const until = new Date(clock.now.getTime() + 3_600_000).toISOString()
  const changes: [string, object, object, string][] = [
    [
      'assignee',
      { assignee_id: ids.agent },
      { assignee_id: ids.agent, assignee: { id: ids.agent } },
      'assigned'
    ],
    ['no assignee', { assignee_id: null }, { assignee_id: null, assignee: null }, 'unassigned'],
    ['team', { team_id: team.id }, { team: { id: team.id, name: 'Gudang' } }, 'team_assigned'],
    ['no team', { team_id: null }, { team: null }, 'team_unassigned'],
    ['tag', { tags: ['garansi'] }, { tags: ['garansi'] }, 'tagged'],
    ['no tag', { tags: [] }, { tags: [] }, 'untagged'],
    ['priority', { priority: 'urgent' }, { priority: 'urgent' }, 'prioritised'],
    ['pending', { status: 'pending' }, { status: 'pending' }, 'pending'],
    ['snooze', { snoozed_until: until }, { status: 'snoozed', snoozed_until: until }, 'snoozed'],
    [
      'end of a snooze',
      { snoozed_until: null },
      { status: 'open', snoozed_until: null },
      'reopened'
    ],
    [
      'snooze by status',
      { status: 'snoozed', snoozed_until: until },
      { status: 'snoozed' },
      'snoozed'
    ],
    ['closed', { status: 'closed' }, { status: 'closed', snoozed_until: null }, 'closed'],
    ['open', { status: 'open' }, { status: 'open', closed_at: null }, 'reopened']
  ]
  for (const [name, change, expected, event] of changes) {
    t.test(`changes: ${name}, with one event, and none when it is so already`, async t => {
      const before = await eventsOf(db, id)

      const first = await call.agent(`PATCH /conversations/${id}`, change)
      const again = await call.agent(`PATCH /conversations/${id}`, change)

      t.equal(first.status, 200)
      t.match(first.body, expected)
      t.match(again.body, { ...expected, version: first.body.version })
      t.same((await eventsOf(db, id)).slice(before.length), [event])
    })
  }

  t.test('changes all or nothing', async t => {
    const before = await eventsOf(db, id)

    const { status, body } = await call.agent(`PATCH /conversations/${id}`, {
      ...{ priority: 'low', tags: ['baru'], assignee_id: 999_999 }
    })

    t.equal(status, 422)
    t.match(body.error, { code: 'invalid', fields: { assignee_id: /\S/ } })
    t.same(await eventsOf(db, id), before)
    t.match((await call.agent(`GET /conversations/${id}`)).body, { priority: 'urgent', tags: [] })
  })

  t.test('refuses what cannot be', async t => {
    const wrong: [object, string][] = [
      [{ status: 'geschlossen' }, 'status'],
      [{ status: 'snoozed' }, 'snoozed_until'],
      [{ status: 'open', snoozed_until: until }, 'snoozed_until'],
      [{ snoozed_until: '2020-01-01T00:00:00Z' }, 'snoozed_until'],
      [{ snoozed_until: 'besok' }, 'snoozed_until'],
      [{ priority: ['high'] }, 'priority'],
      [{ priority: null }, 'priority'],
      [{ team_id: 999_999 }, 'team_id'],
      [{ team_id: '1' }, 'team_id'],
      [{ assignee_id: 1.5 }, 'assignee_id'],
      [{ tags: 'garansi' }, 'tags'],
      [{ tags: ['x'.repeat(81)] }, 'tags'],
      [{ tags: [' # '] }, 'tags']
    ]
    for (const [change, field] of wrong) {
      const { status, body } = await call.agent(`PATCH /conversations/${id}`, change)
      t.equal(status, 422, JSON.stringify(change))
      t.ok(body.error.fields[field], `${JSON.stringify(change)} ${JSON.stringify(body)}`)
      t.notMatch(Object.values(body.error.fields)[0], /^error\./)
    }
  })

  t.test('ignores what nobody may set', async t => {
    const { body: before } = await call.agent(`GET /conversations/${id}`)

    const { status, body } = await call.agent(`PATCH /conversations/${id}`, {
      ...{ id: 77, customer_id: 1, reply_token: 'x', version: 99, subject: 'Lain', is_spam: true }
    })

    t.equal(status, 200)
    t.same(body, before)
  })

  t.test('needs the permission of each field', async t => {
    await call.agent(`PATCH /conversations/${id}`, { assignee_id: ids.guest })

    t.equal((await call.guest(`PATCH /conversations/${id}`, { status: 'closed' })).status, 200)
    for (const change of [
      { assignee_id: null },
      { team_id: null },
      { tags: [] },
      { priority: 'low' }
    ]) {
      t.equal((await call.guest(`PATCH /conversations/${id}`, change)).status, 403)
    }
    await call.agent(`PATCH /conversations/${id}`, { assignee_id: null })
    t.equal((await call.guest(`PATCH /conversations/${id}`, { status: 'open' })).status, 404)
  })
})

t.test('a conversation is begun', async t => {
  const world = await apiWorld(t)
  const { call, db } = world
  const { account, identity } = await makeLetter(world)
  const begin = (more: object) =>
    call.agent('POST /conversations', {
      account_id: account.id,
      text: 'Paket sudah dikirim.',
      ...more
    })

  t.test('with a customer who is known', async t => {
    const { status, body } = await begin({ customer_id: identity.customer_id, subject: 'Paket' })

    t.equal(status, 201)
    t.match(body, {
      subject: 'Paket',
      status: 'open',
      message_count: 1,
      preview: 'Paket sudah dikirim.'
    })
    const { body: messages } = await call.agent(`GET /conversations/${body.id}/messages`)
    t.match(messages.data, [
      { kind: 'outbound', status: 'queued', to: [{ value: identity.value }] }
    ])
  })

  t.test('with an address: of somebody known, or of somebody new', async t => {
    const known = await begin({ customer: { kind: 'email', value: identity.value.toUpperCase() } })
    const fresh = await begin({
      customer: { kind: 'email', value: 'budi@baru.example', name: 'Budi' }
    })

    t.equal(known.body.customer.id, identity.customer_id)
    t.match(fresh.body, { customer: { name: 'Budi' } })
  })

  t.test('not with half of what is needed, and nothing remains', async t => {
    const counted = await count(db)
    const wrong = [
      {},
      { customer_id: 999_999 },
      { customer_id: identity.customer_id, customer: { kind: 'email', value: 'a@b.example' } },
      { customer: { kind: 'email', value: 'bukan alamat' } },
      { customer_id: identity.customer_id, text: '  ' },
      { customer_id: identity.customer_id, text: 5 },
      { customer_id: identity.customer_id, account_id: 999_999 },
      { customer_id: identity.customer_id, attachments: ['bukan-token-apapun'] }
    ]
    for (const one of wrong) {
      const { status } = await begin(one)
      t.ok([404, 422].includes(status), `${JSON.stringify(one)} ${status}`)
    }
    t.same(await count(db), counted)
    const guests = await call.guest('POST /conversations', {
      account_id: account.id,
      text: 'a',
      customer_id: 1
    })
    t.equal(guests.status, 403)
  })
})

t.test('lists of conversations', async t => {
  const world = await apiWorld(t)
  const { call, db, ids } = world
  const customer = await make.customer(db, { name: 'Pak Joko' })
  const own: number[] = []
  let newest = 4e12
  for (let n = 0; n < 25; n++) {
    const status = n % 5 === 0 ? 'closed' : n % 5 === 1 ? 'pending' : 'open'
    const row = await make.conversation(db, { status, last_message_at: 1_000_000 + (n % 3) })
    own.push(row.id)
  }
  const his = await make.conversation(db, { customer_id: customer.id, assignee_id: ids.guest })

  for (const filter of ['', '&view=all', '&status=open']) {
    t.test(`walk all rows once while new ones arrive ${filter}`, async t => {
      const all = (await call.agent(`GET /conversations?limit=100${filter}`)).body.data
      const seen: number[] = []
      let cursor = ''
      for (let pages = 0; pages < 20; pages++) {
        const { body } = await call.agent(`GET /conversations?limit=4${filter}${cursor}`)
        seen.push(...body.data.map((row: { id: number }) => row.id))
        await make.conversation(db, { last_message_at: newest++ })
        if (body.next === null) break
        cursor = `&cursor=${body.next}`
      }
      t.same(
        seen,
        all.map((row: { id: number }) => row.id)
      )
    })
  }

  t.test('are narrowed', async t => {
    const get = async (query: string) => (await call.agent(`GET /conversations?${query}`)).body.data

    t.match(await get(`customer_id=${customer.id}`), [{ id: his.id }])
    t.ok((await get('status=pending')).every((row: { status: string }) => row.status === 'pending'))
    t.equal((await get('status=closed')).length, 5)
    t.equal((await get('view=closed')).length, 5)
    t.equal((await get('view=mine')).length, 0)
  })

  t.test('show guests their own only', async t => {
    for (const query of ['', '?view=all', '?status=open']) {
      const { body } = await call.guest(`GET /conversations${query}`)
      t.same(
        body.data.map((row: { id: number }) => row.id),
        [his.id],
        query
      )
    }
    t.equal((await call.guest(`GET /conversations/${own[0]}`)).status, 404)
    t.equal((await call.guest(`GET /conversations/${own[0]}/messages`)).status, 404)
  })

  t.test('refuse what they cannot read', async t => {
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'limit=1&limit=2', 'cursor=abc']) {
      const { status, body } = await call.agent(`GET /conversations?${query}`)
      t.equal(status, 422, query)
      t.ok(body.error.fields[query.split('=')[0] ?? ''], query)
    }
    for (const query of [
      'view=mine&status=open',
      'view=../x',
      'status=x',
      'customer_id=0',
      'cursor=1-2'
    ]) {
      t.equal((await call.agent(`GET /conversations?${query}`)).status, 422, query)
    }
  })
})

async function eventsOf(db: Db, id: number): Promise<string[]> {
  const rows = await db
    .selectFrom('event')
    .select('action')
    .where('conversation_id', '=', id)
    .orderBy('id')
    .execute()
  return rows.map(row => row.action)
}

async function count(db: Db) {
  const of = async (table: 'conversation' | 'message' | 'customer' | 'outbox') =>
    (await db.selectFrom(table).select('id').execute()).length
  return [await of('conversation'), await of('message'), await of('customer'), await of('outbox')]
}
