import t from 'tap'
import { dropPlugin } from '../support/plugin.ts'
import { makeLetter } from '../support/letter.ts'
import { apiWorld } from '../support/program.ts'

t.test('plugins by the API', async t => {
  const { call, dataDir, sapa } = await apiWorld(t)
  dropPlugin(dataDir, 'poin', `sapa.jobs.handle('hitung', async () => {})`)
  dropPlugin(dataDir, 'rusak', `throw new Error('Tidak mau')`)
  await sapa.plugins.scan()
  const find = async (id: string) => {
    const { body } = await call.admin('GET /plugins?limit=100')
    return body.data.find((plugin: { id: string }) => plugin.id === id)
  }

  t.test('are listed in pages, in the language of the reader', async t => {
    t.match(await find('poin'), {
      ...{ title: 'Loyalty', version: '1.2.0', is_bundled: false, is_active: false },
      ...{ state: 'installed', reason: null }
    })
    const ids: string[] = []
    let cursor = ''
    do {
      const { body } = await call.admin(`GET /plugins?limit=1${cursor}`)
      ids.push(...body.data.map((plugin: { id: string }) => plugin.id))
      cursor = body.next === null ? '' : `&cursor=${body.next}`
    } while (cursor)
    t.same(ids, ids.toSorted())
    t.ok(ids.includes('email') && ids.includes('poin') && ids.includes('rusak'))
  })

  t.test('are switched on and off; one that cannot start says why', async t => {
    const on = await call.admin('PUT /plugins/poin/activation')
    const off = await call.admin('DELETE /plugins/poin/activation')
    const broken = await call.admin('PUT /plugins/rusak/activation')

    t.match(on, { status: 200, body: { is_active: true, state: 'active' } })
    t.match(off, { status: 200, body: { is_active: false, state: 'installed' } })
    t.match(broken, { status: 200, body: { state: 'broken', reason: 'Tidak mau' } })
  })
})

t.test('the journal by the API', async t => {
  const world = await apiWorld(t)
  const { call, db, clock } = world
  const { account } = await makeLetter(world)
  const states = ['failed', 'done', 'failed', 'pending', 'failed', 'ignored'] as const
  const rows = states.map((state, index) => ({
    ...{
      account_id: account.id,
      key: `uid-${index}`,
      body: Buffer.from('Subject: rahasia'),
      size: 16
    },
    ...{ state, error: state === 'failed' ? 'Tidak terbaca' : null, attempts: 2 },
    received_at: clock.now.getTime()
  }))
  await db.insertInto('journal').values(rows).execute()
  const list = async (query = '') => (await call.supervisor(`GET /journal${query}`)).body

  t.test('lists what failed, newest first, in pages and without content', async t => {
    const first = await list('?state=failed&limit=2')
    const second = await list(`?state=failed&limit=2&cursor=${first.next}`)

    t.same(await list(), { data: [...first.data, ...second.data], next: null })
    t.match(first.data[0], {
      ...{
        state: 'failed',
        account_id: account.id,
        account: 'Toko Cahaya',
        error: 'Tidak terbaca'
      },
      ...{ attempts: 2, size: 16, is_history: false, received_at: clock.now.toISOString() }
    })
    t.notMatch(JSON.stringify(first), 'rahasia')
    t.equal((await list('?state=pending')).data.length, 1)
    t.equal((await call.supervisor('GET /journal?state=done')).status, 422)
  })

  for (const name of ['replays', 'replay']) {
    t.test(`reads a failed item once more (${name})`, async t => {
      const { data } = await list()
      const key = { 'idempotency-key': `ulang-${name}` }
      const what = `POST /journal/${data[0].id}/${name}`

      const first = await call.supervisor(what, undefined, key)
      const again = await call.supervisor(what, undefined, key)
      const late = await call.supervisor(what)

      t.match(first, { status: 202, body: { id: data[0].id, state: 'pending', error: null } })
      t.same(again.body, first.body)
      t.match(late, { status: 409, body: { error: { code: 'journal_not_failed' } } })
      t.equal((await list()).data.length, data.length - 1)
    })
  }
})

t.test('the outbox by the API', async t => {
  const world = await apiWorld(t)
  const { call, db } = world
  const { account, conversation } = await makeLetter(world)
  const text = 'Nomor resi JNE-0012345'
  for (let n = 0; n < 5; n++) {
    const path = `POST /conversations/${conversation.id}/messages`
    await call.agent(path, { kind: 'reply', text })
  }
  const steps = await db.selectFrom('outbox').select('id').orderBy('id').execute()
  const [oldest, second] = steps
  for (const [step, state] of [
    [oldest, 'failed'],
    [second, 'unknown']
  ] as const) {
    const facts = { state, error_kind: 'permanent' as const, error_text: 'Kotak surat penuh' }
    await db
      .updateTable('outbox')
      .set(facts)
      .where('id', '=', step?.id ?? 0)
      .execute()
  }
  const list = async (query = '') => (await call.supervisor(`GET /outbox${query}`)).body

  t.test('is listed newest first, in pages and without texts', async t => {
    const first = await list('?limit=3')
    const rest = await list(`?limit=3&cursor=${first.next}`)

    const ids = [...first.data, ...rest.data].map((step: { id: number }) => step.id)
    t.same(ids, steps.map(step => step.id).toReversed())
    t.equal(rest.next, null)
    t.match(first.data[0], {
      ...{ conversation_id: conversation.id, account_id: account.id, kind: 'message' },
      ...{ state: 'queued', step: 0, steps: 1, attempts: 0 }
    })
    t.notMatch(JSON.stringify([first, rest]), /JNE|payload|thread|client_ref/)
  })

  t.test('is narrowed by state and account', async t => {
    t.match((await list('?state=failed')).data, [
      { id: oldest?.id, error_text: 'Kotak surat penuh' }
    ])
    t.match((await list('?state=unknown')).data, [{ id: second?.id }])
    t.equal((await list('?state=queued')).data.length, 3)
    t.equal((await list(`?account_id=${account.id}`)).data.length, 5)
    t.equal((await list('?account_id=999999')).data.length, 0)
    t.equal((await call.supervisor('GET /outbox?state=lost')).status, 422)
  })
})
