import t from 'tap'
import { make } from '../support/app.ts'
import { makeLetter } from '../support/letter.ts'
import { apiWorld } from '../support/program.ts'
import { chatLike } from '../support/scripted-channel.ts'

const messenger = {
  ...chatLike,
  text: { maxLength: 4096, format: 'plain' },
  window: { hours: 24, outside: 'templates' },
  templates: true,
  quotes: true,
  reactions: { emojis: ['👍'] },
  edits: { withinHours: 48 },
  removals: { withinHours: 48 },
  choices: { most: 3, titleLength: 20 }
}

const template = {
  ...{ name: 'pesanan_dikirim', language: 'id', category: 'utility', state: 'approved' },
  body: 'Pesanan {{1}} sudah dikirim.',
  fields: [{ key: '1', part: 'body', type: 'text' }]
}

t.test('reaching a customer by the API', async t => {
  const world = await apiWorld(t)
  const { call, db, clock, ids } = world
  const { conversation, account, message, identity } = await makeLetter(world)
  await db
    .updateTable('account')
    .set({ capabilities: JSON.stringify(messenger) })
    .execute()
  await db
    .insertInto('message_template')
    .values({
      ...{ account_id: account.id, name: template.name, language: 'id', synced_at: 1 },
      ...{ state: 'approved', content: JSON.stringify(template) }
    })
    .execute()
  const at = clock.now.getTime() - 3_600_000
  const set = (row: object) =>
    db.updateTable('message').set(row).where('id', '=', message.id).execute()
  await set({ at, remote_id: 'wamid.1' })
  const path = `/conversations/${conversation.id}`
  const write = (body: object) => call.agent(`POST ${path}/messages`, { kind: 'reply', ...body })

  t.test('ways are told with their windows, the default first', async t => {
    const { status, body } = await call.agent(`GET ${path}/routes`)

    t.equal(status, 200)
    const closesAt = new Date(at + 24 * 3_600_000 - 5 * 60_000).toISOString()
    t.match(body.data, [
      {
        ...{ account_id: account.id, identity_id: identity.id, channel: 'surat' },
        ...{ to: identity.value, is_default: true, is_reachable: true, can_receive: true },
        window: { state: 'open', closes_at: closesAt, outside: 'templates' }
      }
    ])
    t.equal((await call.guest(`GET ${path}/routes`)).status, 404)
  })

  t.test('a reply can name its way, quote, and offer choices', async t => {
    const { status, body } = await write({
      ...{ text: 'Kirim ulang?', account_id: account.id, identity_id: identity.id },
      ...{ quoted_id: message.id, choices: [{ id: 'ya', title: 'Ya' }] }
    })

    t.equal(status, 201)
    t.match(body, {
      ...{ quoted_id: message.id, quote: message.text, template: null },
      ...{ choices: [{ id: 'ya', title: 'Ya' }], to: [{ value: identity.value }] }
    })
    const stranger = await make.identity(db)
    const wrong = await write({ text: 'Halo', identity_id: stranger.id })
    t.equal(wrong.status, 422)
    t.match(wrong.body.error.fields, { to: /\S/ })
  })

  t.test('out of time only a template goes', async t => {
    await set({ at: at - 48 * 3_600_000 })
    const refused = await write({ text: 'Halo' })
    t.equal(refused.status, 409)
    t.match(refused.body.error, {
      ...{ code: 'window_closed', message: /template/ },
      details: { closes_at: /^2026-/, outside: 'templates' }
    })

    const values = { '1': '7731' }
    const empty = await write({ template: { name: template.name, language: 'id' } })
    t.equal(empty.status, 422)
    t.match(empty.body.error.fields, { 'template.1': /\S/ })
    const { status, body } = await write({
      template: { name: template.name, language: 'id', values }
    })
    t.equal(status, 201)
    t.match(body, {
      ...{ text: 'Pesanan 7731 sudah dikirim.', template: { name: template.name } }
    })
    await set({ at })
  })

  t.test('templates of an account are told', async t => {
    const { body } = await call.agent(`GET /accounts/${account.id}/templates`)
    t.match(body, { data: [{ name: template.name, state: 'approved', fields: [{ key: '1' }] }] })
    t.equal((await call.agent(`PUT /accounts/${account.id}/templates`)).status, 403)
    const off = await call.owner(`PUT /accounts/${account.id}/templates`)
    t.match(off, { status: 409, body: { error: { code: 'account_off' } } })
  })

  t.test('a message can be reacted to', async t => {
    const door = `${path}/messages/${message.id}/reaction`
    const { status, body } = await call.agent(`PUT ${door}`, { emoji: '👍' })
    t.equal(status, 200)
    t.match(body.reactions, [{ emoji: '👍', by: 'agent', id: ids.agent }])
    t.equal((await call.agent(`PUT ${door}`, { emoji: '🎉' })).status, 422)
    t.strictSame((await call.agent(`DELETE ${door}`)).body.reactions, [])
    t.equal((await call.guest(`PUT ${door}`, { emoji: '👍' })).status, 404)
  })

  t.test('a sent message can be changed and taken back', async t => {
    const { body: sent } = await write({ text: 'Sudah kami kirim' })
    const door = `${path}/messages/${sent.id}`
    const early = await call.agent(`PATCH ${door}`, { text: 'Sudah' })
    t.match(early, { status: 409, body: { error: { code: 'act_unsent' } } })
    await db
      .updateTable('outbox')
      .set({ state: 'sent', remote_id: 'wamid.2' })
      .where('message_id', '=', sent.id)
      .execute()
    await db
      .updateTable('message')
      .set({ status: 'sent', remote_id: 'wamid.2' })
      .where('id', '=', sent.id)
      .execute()

    const changed = await call.agent(`PATCH ${door}`, { text: 'Sudah kami kirim tadi' })
    t.match(changed, { status: 200, body: { text: 'Sudah kami kirim tadi', edited_at: /^2026/ } })
    const versions = await call.agent(`GET ${door}/versions`)
    t.match(versions.body.data, [{ text: 'Sudah kami kirim' }])

    const gone = await call.agent(`DELETE ${door}`)
    t.match(gone, { status: 200, body: { text: '', deleted_at: /^2026/ } })
    t.same((await call.agent(`GET ${door}/versions`)).body.data, [], 'earlier words went with it')
    const again = await call.agent(`PATCH ${door}`, { text: 'Halo' })
    t.match(again, { status: 409, body: { error: { code: 'act_gone' } } })
    const theirs = await call.agent(`DELETE ${path}/messages/${message.id}`)
    t.match(theirs, { status: 409, body: { error: { code: 'act_not_ours' } } })
  })

  t.test('what has not left yet is undone', async t => {
    const { body: waiting } = await write({ text: 'Sebentar' })
    const { status, body } = await call.agent(`DELETE ${path}/messages/${waiting.id}`)
    t.match({ status, body }, { status: 200, body: { status: 'cancelled' } })
  })
})
