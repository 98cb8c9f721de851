import t from 'tap'
import { apiWorld } from '../support/program.ts'

t.test('accounts by the API', async t => {
  const world = await apiWorld(t)
  const { call, db, sapa } = world
  const secret = 'rahasia-sekali-9137'
  const form = { host: 'imap.toko.example', password: secret }
  const given = { type: 'surat', name: 'Toko Cahaya', address: 'Halo@Toko.example', settings: form }
  const { status, body: made } = await call.admin('POST /accounts', given)
  const id = made.id
  const row = () => db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst()

  t.test('are connected; secrets are kept sealed and never told', async t => {
    t.equal(status, 201)
    t.match(made, {
      ...{ type: 'surat', name: 'Toko Cahaya', address: 'halo@toko.example', is_enabled: true },
      ...{ state: 'starting', settings: { host: 'imap.toko.example' }, secrets_set: ['password'] }
    })
    const stored = await row()
    t.notMatch(JSON.stringify(stored), secret)
    t.equal(sapa.secrets.open(JSON.parse(stored?.secrets ?? '{}').password), secret)
    for (const what of [`GET /accounts/${id}`, 'GET /accounts']) {
      const { body } = await call.owner(what)
      const text = JSON.stringify(body)
      t.notMatch(text, secret)
      t.notMatch(text, stored?.webhook_secret ?? '-')
      t.notMatch(text, JSON.parse(stored?.secrets ?? '{}').password)
      t.notMatch(text, /capabilities|cursor|external_id/)
    }
  })

  t.test('are told to agents without their settings', async t => {
    const notice = { en: 'The token ends on Friday.', id: 'Token berakhir Jumat.' }
    await db
      .updateTable('account')
      .set({ notice: JSON.stringify(notice) })
      .execute()
    const { body } = await call.agent(`GET /accounts/${id}`)
    t.same(body.notice, notice)

    t.match(body, { id, name: 'Toko Cahaya', settings: null, secrets_set: [] })
  })

  t.test('change; what is left out stays, secrets too', async t => {
    const before = await row()

    const { body } = await call.admin(`PATCH /accounts/${id}`, {
      ...{ name: 'Toko Cahaya Bandung', settings: { host: 'imap.toko.example' } },
      acknowledgement: 'Kami terima: {number}'
    })

    t.match(body, { name: 'Toko Cahaya Bandung', settings: { host: 'imap.toko.example' } })
    t.equal(body.acknowledgement, 'Kami terima: {number}')
    t.equal((await row())?.secrets, before?.secrets)
    const cleared = await call.admin(`PATCH /accounts/${id}`, { acknowledgement: null })
    t.equal(cleared.body.acknowledgement, null)
    t.equal(cleared.body.name, 'Toko Cahaya Bandung')
  })

  t.test('keep no stored password for another server', async t => {
    const before = await row()
    const settings = { host: 'jahat.example' }

    for (const change of [settings, { ...settings, password: '' }]) {
      const answer = await call.admin(`PATCH /accounts/${id}`, { settings: change })
      t.equal(answer.status, 422)
      t.ok(answer.body.error.fields.password)
    }

    t.same(await row(), before)
  })

  t.test('are switched off and on', async t => {
    const off = await call.admin(`PATCH /accounts/${id}`, { is_enabled: false })
    const on = await call.admin(`PATCH /accounts/${id}`, { is_enabled: true })

    t.equal(off.body.is_enabled, false)
    t.equal(on.body.is_enabled, true)
  })

  t.test('refuse what cannot be', async t => {
    const wrong: [object, string][] = [
      [{ ...given, type: 'merpati' }, 'type'],
      [{ ...given, settings: {} }, 'host'],
      [{ ...given, settings: { host: 'imap.toko.example' } }, 'password'],
      [{ ...given, settings: 'host=imap' }, 'settings'],
      [{ ...given, settings: [] }, 'settings'],
      [{ ...given, name: 7 }, 'name'],
      [{ type: 'surat' }, 'settings']
    ]
    for (const [body, field] of wrong) {
      const answer = await call.admin('POST /accounts', body)
      t.equal(answer.status, 422, JSON.stringify(body))
      t.ok(answer.body.error.fields[field], JSON.stringify(answer.body))
      t.notMatch(JSON.stringify(answer.body), secret)
    }
    const twin = await call.admin('POST /accounts', given)
    t.match(twin, { status: 409, body: { error: { code: 'account_exists' } } })
  })

  t.test('ignore what nobody may set', async t => {
    const before = await row()

    await call.admin(`PATCH /accounts/${id}`, {
      ...{ id: 9, state: 'connected', webhook_secret: 'x', cursor: '1', capabilities: '{}' },
      ...{ type: 'lain', secrets: '{}', created_at: 0 }
    })

    t.same(await row(), before)
  })

  t.test('have the address that stands in the form', async t => {
    const { body } = await call.admin('POST /accounts', {
      ...{ type: 'email', name: 'Kasir' },
      settings: { address: 'Kasir@toko.example', username: 'kasir', password: secret }
    })

    t.match(body, { address: 'kasir@toko.example', settings: { address: 'Kasir@toko.example' } })
    t.equal((await call.admin(`DELETE /accounts/${body.id}`)).status, 204)
  })

  t.test('are listed in pages', async t => {
    for (const name of ['dua', 'tiga']) {
      const twin = { ...given, address: `${name}@toko.example` }
      t.equal((await call.admin('POST /accounts', twin)).status, 201)
    }
    const first = (await call.agent('GET /accounts?limit=2')).body
    const second = (await call.agent(`GET /accounts?limit=2&cursor=${first.next}`)).body

    t.equal(first.data.length, 2)
    t.equal(second.data.length, 1)
    t.equal(second.next, null)
  })

  t.test('are forgotten; their conversations stay', async t => {
    const { id: conversation } = await world.make.conversation(db, { account_id: id })

    t.equal((await call.admin(`DELETE /accounts/${id}`)).status, 204)
    t.equal((await call.admin(`DELETE /accounts/${id}`)).status, 404)
    const { body } = await call.agent(`GET /conversations/${conversation}`)
    t.match(body, { id: conversation, account_id: null })
  })
})
