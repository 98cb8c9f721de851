import t from 'tap'
import { forgetOld } from '../../server/api/once.ts'
import { makeLetter } from '../support/letter.ts'
import { apiWorld } from '../support/program.ts'

t.test('the same Idempotency-Key', async t => {
  const world = await apiWorld(t)
  const { call, db, clock } = world
  const { conversation, account, identity } = await makeLetter(world)
  const path = `POST /conversations/${conversation.id}/messages`
  const note = { kind: 'note', text: 'Sudah ditelepon.' }
  const key = (name: string) => ({ 'idempotency-key': name })
  const countMessages = async () => (await db.selectFrom('message').select('id').execute()).length

  t.test('with the same body is answered alike and done once', async t => {
    const before = await countMessages()

    const first = await call.agent(path, note, key('catatan-1'))
    const again = await call.agent(path, { text: note.text, kind: 'note' }, key('catatan-1'))

    t.equal(first.status, 201)
    t.equal(again.status, 201)
    t.same(again.body, first.body)
    t.equal(first.headers['idempotency-replayed'], undefined)
    t.equal(again.headers['idempotency-replayed'], 'true')
    t.equal(await countMessages(), before + 1)
  })

  t.test('with another body or another address is refused', async t => {
    const before = await countMessages()
    const { conversation: other } = await makeLetter(world)
    const elsewhere = `POST /conversations/${other.id}/messages`
    const counted = await countMessages()

    for (const [what, body] of [
      [path, { ...note, text: 'Lain' }],
      [elsewhere, note]
    ] as const) {
      const answer = await call.agent(what, body, key('catatan-1'))
      t.equal(answer.status, 422)
      t.equal(answer.body.error.code, 'idempotency_key_reused')
    }
    t.equal(await countMessages(), counted)
    t.equal(counted, before + 1)
  })

  t.test('of another agent is another key', async t => {
    const { status, headers } = await call.owner(
      path,
      { ...note, text: 'Milik lain' },
      key('catatan-1')
    )

    t.equal(status, 201)
    t.equal(headers['idempotency-replayed'], undefined)
  })

  t.test('twenty times at once does the work once', async t => {
    const before = await countMessages()
    const reply = { kind: 'reply', text: 'Paket Anda sudah dikirim.' }

    const answers = await Promise.all(
      Array.from({ length: 20 }, () => call.agent(path, reply, key('kirim-paket')))
    )

    t.same(new Set(answers.map(one => one.status)), new Set([201]))
    t.equal(new Set(answers.map(one => one.body.id)).size, 1)
    t.equal(await countMessages(), before + 1)
    const steps = await db
      .selectFrom('outbox')
      .select('id')
      .where('message_id', '=', answers[0]?.body.id)
      .execute()
    t.equal(steps.length, 1)
  })

  t.test('may be used again after a refusal, which leaves nothing', async t => {
    const refused = await call.agent(path, { kind: 'note', text: '  ' }, key('kosong'))
    const done = await call.agent(path, note, key('kosong'))

    t.equal(refused.status, 422)
    t.equal(done.status, 201)
  })

  t.test('works for every POST', async t => {
    const form = { host: 'imap.toko.example', password: 'rahasia-toko' }
    const posts: [string, object][] = [
      ['POST /accounts', { type: 'surat', address: 'kedua@toko.example', settings: form }],
      [
        'POST /conversations',
        { account_id: account.id, customer_id: identity.customer_id, text: 'Halo' }
      ],
      ['POST /uploads', { filename: 'nota.txt', content: 'bm90YQ==' }]
    ]
    for (const [what, body] of posts) {
      const name = key(what.replaceAll(/\W/g, '-'))
      const made = await call.owner(what, body, name)
      const again = await call.owner(what, body, name)
      t.equal(made.status, 201, what)
      t.same(again.body, made.body, what)
    }
  })

  t.test('is forgotten after a day', async t => {
    clock.forward(24 * 3_600_000 + 1)
    const before = await countMessages()

    const { status, headers } = await call.agent(path, note, key('catatan-1'))
    t.equal(status, 201)
    t.equal(headers['idempotency-replayed'], undefined)
    t.equal(await countMessages(), before + 1)

    await forgetOld(db, clock.now)
    const kept = await db.selectFrom('idempotency').select('key').execute()
    t.same(kept, [{ key: 'catatan-1' }])
  })

  t.test('must be short and printable', async t => {
    for (const wrong of ['', 'x'.repeat(201), 'a b', 'ä']) {
      t.equal((await call.agent(path, note, key(wrong))).status, 422, wrong)
    }
  })
})
