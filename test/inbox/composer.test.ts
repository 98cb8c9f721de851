import t, { type Test } from 'tap'
import { messengerWorld } from './messenger-world.ts'

const dayMs = 24 * 3_600_000

/** The customer wrote by mail, then WhatsApp, then Telegram. */
async function start(t: Test) {
  const world = await messengerWorld(t)
  const { app, as, id } = world
  const asked = await world.write(world.whatsapp, 'Halo kak, mesin saya bunyi.')
  await world.write(world.telegram, 'WA saya error, lewat sini ya kak.')
  const get = (path: string, who: 'agent' | 'guest' = 'agent') =>
    app.inject(as[who]({ url: `/conversations/${id}${path}`, headers: { 'hx-request': 'true' } }))
  const post = (path: string, payload: object, headers = { 'hx-request': 'true' }) =>
    app.inject(as.agent({ method: 'POST', url: `/conversations/${id}${path}`, payload, headers }))
  let count = 0
  const reply = (payload: object) =>
    post('/messages', {
      ...{ kind: 'reply', text: 'Baik, Bu.', seen: [999] },
      idempotency_key: `kunci-balasan-${++count}`,
      ...payload
    })
  const outbound = () =>
    world.db
      .selectFrom('message')
      .select(['id', 'account_id', 'identity_id', 'quoted_id', 'text'])
      .where('kind', '=', 'outbound')
      .where('status', '!=', 'cancelled')
      .execute()
  return { ...world, asked, get, post, reply, outbound }
}

const state = (key: string, usual = '') => `/composer-state?route=${key}&usual=${usual}`

t.test('a reply goes by the route that was posted with it', async t => {
  const world = await start(t)

  t.equal((await world.reply({ route: world.whatsapp.key })).statusCode, 200)
  t.equal((await world.reply({})).statusCode, 200)

  t.match(await world.outbound(), [
    { account_id: world.whatsapp.account, identity_id: world.whatsapp.identity },
    { account_id: world.telegram.account, identity_id: world.telegram.identity }
  ])
  const gone = await world.reply({ route: '999:999' })
  t.equal(gone.statusCode, 409)
  t.match(gone.body, 'The chosen channel is no longer there')
  const foreign = await world.make.identity(world.db, {})
  const stranger = await world.reply({ route: `${world.mailAccount}:${foreign.id}` })
  t.equal(stranger.statusCode, 409, 'nobody else is written to')
  t.equal((await world.outbound()).length, 2)
})

t.test('a closed window refuses free words and says the ways out', async t => {
  const world = await start(t)
  const { key } = world.whatsapp
  world.clock.forward(dayMs)

  const part = await world.get(state(key))
  t.match(part.body, 'data-shut="templates"')
  t.match(part.body, 'The 24-hour window closed')
  t.match(part.body, /Send a template<\/button>, or <a[^>]*>reply on Telegram/)
  const refused = await world.reply({ route: key, text: 'Masih perlu teknisi?' })
  t.equal(refused.statusCode, 409)
  t.match(refused.body, 'composer__call')
  const plain = await world.post(
    '/messages',
    { kind: 'reply', text: 'Masih perlu teknisi?', route: key, idempotency_key: 'tanpa-skrip-9' },
    {} as { 'hx-request': string }
  )
  t.equal(plain.statusCode, 409)
  t.match(plain.body, />Masih perlu teknisi\?<\/textarea>/, 'what was typed is still there')
  t.match(plain.body, `name="route" value="${key}"`)
  t.strictSame(await world.outbound(), [])
})

t.test('the route stays, and what changed is said', async t => {
  const world = await start(t)
  const { telegram, whatsapp, db } = world

  const first = await world.get('')
  t.match(first.body, `name="route" value="${telegram.key}"`)
  const usual = /usual=([^"]+)/.exec(first.body)?.[1] ?? ''
  const kept = await world.get(state(whatsapp.key, usual))
  t.match(kept.body, `name="route" value="${whatsapp.key}"`)
  t.notMatch(kept.body, 'callout', 'a choice needs no words')

  await world.write(whatsapp, 'Sudah bisa lagi.')
  const moved = await world.get(state(telegram.key, usual))
  t.match(moved.body, `name="route" value="${telegram.key}"`)
  t.match(moved.body, /just wrote on WhatsApp.*Switch/s)

  await db
    .updateTable('identity')
    .set({ unreachable_at: 1, unreachable_reason: 'the bot was blocked' })
    .where('id', '=', telegram.identity)
    .execute()
  const blocked = await world.get(state(telegram.key, usual))
  t.match(blocked.body, `name="route" value="${telegram.key}"`, 'never by itself')
  t.match(blocked.body, /cannot be reached on Telegram: the bot was blocked.*Reply on WhatsApp/s)

  await db
    .updateTable('account')
    .set({ is_enabled: 0 })
    .where('id', '=', telegram.account)
    .execute()
  t.match((await world.get(state(telegram.key))).body, 'data-shut="nothing"')
  t.match((await world.get(state('999:999'))).body, 'data-shut="gone"')
})

t.test('after a block the answer goes elsewhere, and the composer says why', async t => {
  const world = await start(t)
  await world.db
    .updateTable('identity')
    .set({ unreachable_at: 1, unreachable_reason: 'the bot was blocked' })
    .where('id', '=', world.telegram.identity)
    .execute()

  const page = await world.get('')

  t.match(page.body, `name="route" value="${world.whatsapp.key}"`)
  t.match(
    page.body,
    'Telegram, where the customer wrote last, cannot be reached: the bot was blocked.'
  )
})

t.test('what is taken back comes with its route, quote and buttons', async t => {
  const world = await start(t)
  const { key } = world.whatsapp
  const sent = await world.reply({
    route: key,
    quote: world.asked,
    choice: ['Sabtu', '', 'Minggu']
  })
  t.equal(sent.statusCode, 200)
  const [message] = await world.outbound()
  t.equal(message?.quoted_id, world.asked)

  const url = `/conversations/${world.id}/messages/${message?.id}`
  const undone = await world.app.inject(world.as.agent({ method: 'DELETE', url }))

  t.match(undone.body, `name="route" value="${key}"`)
  t.match(undone.body, `name="quote" value="${world.asked}"`)
  t.match(undone.body, /name="choice" value="Sabtu".*name="choice" value="Minggu"/s)
})

t.test('only messages of the conversation can be quoted', async t => {
  const world = await start(t)
  const bar = await world.get(`/quote?message=${world.asked}`)
  t.match(bar.body, 'Halo kak, mesin saya bunyi.')
  t.match(bar.body, 'Reply on WhatsApp')

  const other = await world.make.message(world.db, {})
  const note = await world.make.message(world.db, { conversation_id: world.id, kind: 'note' })
  for (const { id } of [other, note]) {
    t.equal((await world.get(`/quote?message=${id}`)).statusCode, 404)
  }
  t.equal((await world.get(`/quote?message=${world.asked}`, 'guest')).statusCode, 404)
})

t.test('templates are searched, and only those that were approved can be chosen', async t => {
  const world = await start(t)
  const list = (query: string) => world.get(`/templates/list?route=${world.whatsapp.key}${query}`)
  const none = await world.get(`/templates?route=${world.whatsapp.key}`)
  t.match(none.body, /have not been fetched yet.*Fetch again/s)
  const fetched = await world.app.inject(
    world.as.agent({
      method: 'PUT',
      url: `/conversations/${world.id}/template-sync?route=${world.whatsapp.key}`
    })
  )
  t.equal(fetched.statusCode, 409)
  t.match(fetched.body, /role="alert".*WhatsApp/s, 'the account is not connected, and that is said')
  await world.template()
  const label = { en: 'Picture above the text', id: 'Gambar di atas teks' }
  const picture = { key: 'header_image', part: 'header', type: 'link', label } as const
  const text = { key: 'nama', part: 'body', type: 'text' } as const
  const body = 'Halo {{nama}}'
  const promo = { category: 'marketing', language: 'en_US', body } as const
  await world.template({ name: 'promo', ...promo, fields: [picture, text] })
  await world.template({ name: 'tagihan', state: 'rejected', reason: 'Variabel tanpa contoh.' })

  t.match((await list('')).body, /Rejected.*Variabel tanpa contoh/s)
  const found = await list('&q=lanjut%20laporan&language=id&category=utility')
  t.match(found.body, 'lanjut_laporan')
  t.notMatch(found.body, 'promo')
  t.match((await list('&q=zzz')).body, 'No template matches')
  const query = `route=${world.whatsapp.key}&language=id`
  t.equal((await world.get(`/template?${query}&name=tagihan`)).statusCode, 409)
  t.equal((await world.get(`/template?${query}&name=lanjut_laporan`)).statusCode, 200)
  t.equal((await world.get(`/template?${query}&name=lanjut_laporan`, 'guest')).statusCode, 404)
  const form = `/template?route=${world.whatsapp.key}&language=en_US&name=promo`
  const filling = (await world.get(form)).body
  t.match(filling, />Picture above the text</)
  t.match(filling, />Text {{nama}}</)
  t.notMatch(filling, />[^<]*header_image[^<]*</)
})

t.test('a row says that a draft waits, and not that the customer wrote it', async t => {
  const { app, as, id } = await start(t)
  const payload = { kind: 'reply', text: 'Teknisi kami datang' }
  await app.inject(as.agent({ method: 'PUT', url: `/conversations/${id}/draft`, payload }))

  const { body } = await app.inject(as.agent({ url: '/inbox/all' }))
  t.match(
    body,
    /<span class="truncate">WA saya error, lewat sini ya kak\.<\/span><span[^>]*row__draft/
  )
  t.match(body, /Draft<\/span>/)
  t.notMatch((await app.inject(as.owner({ url: '/inbox/all' }))).body, 'row__draft')
})

t.test('a template is previewed, refused by field, and sent once', async t => {
  const world = await start(t)
  await world.template()
  world.clock.forward(2 * dayMs)
  const form = (value: string[]) => ({
    ...{ route: world.whatsapp.key, name: 'lanjut_laporan', language: 'id' },
    ...{ key: ['1', '2'], value, seen: [999], idempotency_key: 'kunci-templat-1' }
  })

  const preview = await world.post('/template-preview', form(['<b>Ratna</b>', '']))
  t.match(preview.body, 'Halo &lt;b&gt;Ratna&lt;/b&gt;, kami')
  t.match(preview.body, '<mark>{{2}}</mark>')
  const missing = await world.post('/template-messages', form(['Ibu Ratna', ' ']))
  t.equal(missing.statusCode, 422)
  t.match(missing.body, /value="Ibu Ratna".*template-field-2-error/s)
  for (const attempt of [1, 2]) {
    const sent = await world.post('/template-messages', form(['Ibu Ratna', '#4821']))
    t.equal(sent.statusCode, 200, `attempt ${attempt}`)
    t.match(sent.headers['hx-trigger'], 'sapa:close-dialog')
  }

  t.match(await world.outbound(), [
    { account_id: world.whatsapp.account, text: /Halo Ibu Ratna, kami ingin .* #4821/ }
  ])
  t.equal((await world.outbound()).length, 1)
})
