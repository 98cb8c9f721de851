import t, { type Test } from 'tap'
import { make } from '../../../test/support/factory.ts'
import { makeLetter } from '../../../test/support/letter.ts'
import { textOf } from '../provider/payload.ts'
import type { Template } from '../provider/template.ts'
import { until } from '../../../test/support/until.ts'
import { refusalOf, sendVia } from './step.ts'
import { budi, whatsappWorld } from './world.ts'
import { patienceMs } from '../../../test/support/patience.ts'

const template = (name: string, components: object[], more: Partial<Template> = {}): Template => ({
  ...{ id: name, name, language: 'id', status: 'APPROVED', category: 'UTILITY', ...more },
  components: components as Template['components']
})

const body = (text: string, more = {}) => ({ type: 'BODY', text, ...more })

const known: Template[] = [
  template('pesanan_dikirim', [
    { type: 'HEADER', format: 'TEXT', text: 'Pesanan {{1}}', example: { header_text: ['1042'] } },
    body('Halo {{1}}, paket {{2}} sudah dikirim.', { example: { body_text: [['Budi', 'JNE']] } }),
    { type: 'FOOTER', text: 'Toko Sinar' },
    {
      type: 'BUTTONS',
      buttons: [
        { type: 'QUICK_REPLY', text: 'Terima kasih' },
        { type: 'URL', text: 'Lacak', url: 'https://toko.example/{{1}}', example: ['JNE1'] }
      ]
    }
  ]),
  template(
    'promo_bernama',
    [
      { type: 'HEADER', format: 'IMAGE' },
      body('Halo {{nama}}, pakai kode ini.', {
        example: { body_text_named_params: [{ param_name: 'nama', example: 'Budi' }] }
      }),
      { type: 'BUTTONS', buttons: [{ type: 'COPY_CODE', text: 'Salin', example: 'SINAR10' }] }
    ],
    { parameter_format: 'NAMED', category: 'MARKETING' }
  ),
  template('kode_masuk', [body('{{1}}')], { category: 'AUTHENTICATION' }),
  template('katalog', [body('Lihat'), { type: 'CAROUSEL', cards: [] }]),
  template('ditolak', [body('Halo')], { status: 'REJECTED', rejected_reason: 'INVALID_FORMAT' }),
  template('istirahat', [body('Halo')], { status: 'PAUSED' })
]

t.test('templates are read page by page, with what Sapa cannot send named', async t => {
  const world = await whatsappWorld(t)
  const { graph, sapa } = world
  const account = await world.connect()
  const many = Array.from({ length: 230 }, (_, n) => template(`lain_${n}`, [body(`Isi ${n}`)]))
  graph.templates.set(account.phone.waba, [...known, ...many])

  const list = await sapa.supervisor.session(account.id)!.templates!(
    AbortSignal.timeout(patienceMs)
  )
  const found = (name: string) => list.find(one => one.name === name)
  t.equal(list.length, 236)
  t.match(found('pesanan_dikirim'), {
    ...{ language: 'id', category: 'utility', state: 'approved', cannotSend: undefined },
    ...{ header: 'Pesanan {{header_1}}', footer: 'Toko Sinar', buttons: ['Terima kasih', 'Lacak'] },
    fields: [
      { key: 'header_1', part: 'header', type: 'text', example: '1042' },
      { key: '1', part: 'body', example: 'Budi' },
      { key: '2', part: 'body', example: 'JNE' },
      { key: 'button_1', part: 'button', example: 'JNE1', label: { id: /“Lacak”/ } }
    ]
  })
  t.match(found('promo_bernama')?.fields, [
    { key: 'header_image', type: 'link', label: { en: /^Picture/, id: /^Gambar/ } },
    { key: 'nama', example: 'Budi' },
    { key: 'coupon_0', example: 'SINAR10' }
  ])
  t.match(found('kode_masuk')?.cannotSend, /\S/)
  t.match(found('katalog')?.cannotSend, /kartu|cards/)
  t.match(found('ditolak'), { state: 'rejected', reason: 'INVALID_FORMAT' })
  t.match(found('istirahat'), { state: 'paused' })
})

t.test('templates are filled in as Meta wants them', async t => {
  const world = await whatsappWorld(t)
  const { graph } = world
  const account = await world.connect()
  graph.templates.set(account.phone.waba, known)
  await world.write(account, textOf('Halo'))
  const send = async (name: string, values: Record<string, string>) => {
    await sendVia(world, account, { text: '…', template: { name, language: 'id', values } })
    return graph.taken.at(-1)?.body['template']
  }

  const values = { button_1: 'JNE1', header_1: '1042', '2': 'JNE', '1': 'Budi\nSantoso' }
  t.match(await send('pesanan_dikirim', values), {
    ...{ name: 'pesanan_dikirim', language: { code: 'id' } },
    components: [
      { type: 'header', parameters: [{ type: 'text', text: '1042' }] },
      { type: 'body', parameters: [{ text: 'Budi Santoso' }, { text: 'JNE' }] },
      { type: 'button', sub_type: 'url', index: '1', parameters: [{ text: 'JNE1' }] }
    ]
  })
  const link = 'https://toko.example/promo.jpg'
  t.match(await send('promo_bernama', { nama: 'Budi', header_image: link, coupon_0: 'SINAR10' }), {
    components: [
      { parameters: [{ type: 'image', image: { link } }] },
      { parameters: [{ parameter_name: 'nama', text: 'Budi' }] },
      { sub_type: 'copy_code', parameters: [{ coupon_code: 'SINAR10' }] }
    ]
  })
  const wrong: [name: string, values: Record<string, string>, code: string][] = [
    ['pesanan_dikirim', { '1': 'Budi' }, '132000'],
    ['tidak_ada', {}, '132001'],
    ['istirahat', {}, '132015'],
    ['ditolak', {}, '132016']
  ]
  for (const [name, given, code] of wrong) {
    const refusal = await refusalOf(send(name, given))
    t.same([refusal.failure, refusal.detail.code], ['permanent', code], code)
  }
})

/** Budi has written a letter, his number is proven, and WhatsApp has never heard of him. */
async function strangerHere(t: Test) {
  const world = await whatsappWorld(t)
  const { db, graph, sapa, call } = world
  const account = await world.connect()
  graph.templates.set(account.phone.waba, [template('paket', [body('Paket Anda sudah sampai.')])])
  await sapa.templates.sync(account.id)
  const { conversation, identity } = await makeLetter(world)
  const { customer_id } = identity
  await make.identity(db, {
    ...{ customer_id, kind: 'phone', namespace: '', value: `+${budi.phone}` },
    ...{ channel: 'webchat', verified_at: 1 }
  })
  const path = `/conversations/${conversation.id}`
  const routes = async () =>
    ((await call.agent(`GET ${path}/routes`)).body as { data: Record<string, unknown>[] }).data
  const say = (more: object) =>
    call.agent(`POST ${path}/messages`, { kind: 'reply', account_id: account.id, ...more })
  const paket = { name: 'paket', language: 'id', values: {} }
  return { ...world, account, conversation, customer: customer_id, routes, say, paket }
}

t.test('a program begins with a template, to those whose number is proven', async t => {
  const world = await strangerHere(t)
  const { call, db, account, customer, paket, graph } = world
  const start = (more: object) =>
    call.agent('POST /conversations', { account_id: account.id, template: paket, ...more })
  const refused = async (more: object, status: number, error: object) =>
    t.match(await start(more), { status, body: { error } }, JSON.stringify(more))

  await refused({ customer_id: customer, text: 'Halo' }, 422, { fields: { text: /\S/ } })
  await refused({ customer_id: customer, kind: 'note' }, 422, { fields: { template: /\S/ } })
  await refused({ customer_id: customer, template: undefined, text: 'Halo' }, 409, {
    ...{ code: 'window_closed', details: { outside: 'templates' } }
  })
  await refused({ customer_id: customer, template: { name: 'hilang', language: 'id' } }, 409, {
    code: 'template_gone'
  })
  const typed = { kind: 'phone', value: '0813 9999 0000', name: 'Tono' }
  await refused({ customer: typed }, 409, { code: 'not_proven', message: /proven/ })
  const unknown = await make.identity(db)
  await refused({ customer_id: unknown.customer_id }, 409, { code: 'no_recipient' })
  t.equal((await db.selectFrom('conversation').select('id').execute()).length, 1)

  const local = { kind: 'phone', value: '0812-3456-7890' }
  for (const whom of [{ customer_id: customer }, { customer: local }]) {
    const { status, body: begun } = await start(whom)
    t.equal(status, 201)
    t.match(begun, { customer: { id: customer }, channel: 'whatsapp', preview: /sudah sampai/ })
  }
  await until(() => graph.taken[1])
  t.match(graph.taken, [
    { to: budi.phone, body: { type: 'template' } },
    { to: budi.phone, body: { type: 'template', template: { name: 'paket' } } }
  ])
  t.equal(graph.taken.length, 2)

  // A note lays a typed number down: the composer and programs may not write to it either.
  const noted = { account_id: account.id, customer: typed, kind: 'note', text: 'Minta dihubungi' }
  const { id } = (await call.agent('POST /conversations', noted)).body as { id: number }
  t.same((await call.agent(`GET /conversations/${id}/routes`)).body, { data: [] })
  const { id: number } = await db
    .selectFrom('identity')
    .select('id')
    .where('value', '=', '+6281399990000')
    .executeTakeFirstOrThrow()
  const reply = { kind: 'reply', account_id: account.id, identity_id: number, template: paket }
  const late = await call.agent(`POST /conversations/${id}/messages`, reply)
  t.match(late, { status: 409, body: { error: { code: 'not_proven' } } })
})

t.test('who never wrote by WhatsApp gets a template there, and answers in place', async t => {
  const world = await strangerHere(t)
  const { db, account, conversation } = world

  const [usual, whatsapp, ...more] = await world.routes()
  t.match(usual, { channel: 'surat', is_default: true })
  t.match(whatsapp, {
    ...{ channel: 'whatsapp', to: `+${budi.phone}`, is_default: false, can_receive: true },
    window: { state: 'closed', closes_at: null, outside: 'templates' }
  })
  t.same(more, [])
  t.match(await world.say({ text: 'Halo' }), {
    status: 409,
    body: { error: { code: 'window_closed', details: { outside: 'templates' } } }
  })
  const stranger = { kind: 'phone', value: '0813 9999 0000', name: 'Tono' }
  const opening = { account_id: account.id, customer: stranger, text: 'Halo Pak Tono' }
  t.equal((await world.call.agent('POST /conversations', opening)).status, 409)
  const sent = await world.say({ template: world.paket })
  t.equal(sent.status, 201)
  const taken = await world.takenFor((sent.body as { id: number }).id)
  t.match(taken, { to: budi.phone, body: { type: 'template' } })

  // Long after other channels would have gone on in it.
  await db.updateTable('conversation').set({ last_message_at: 1 }).execute()
  const answer = await world.write(account, textOf('Sudah, terima kasih'))
  t.equal(answer.conversation, conversation.id)
  t.equal((await db.selectFrom('customer').select('id').execute()).length, 1)
  const free = await world.reply(conversation.id, 'Sama-sama kak', { account_id: account.id })
  t.equal((await world.takenFor(free)).to, budi.phone)
  const ways = (await world.routes()).filter(({ channel }) => channel === 'whatsapp')
  t.match(ways, [{ is_default: true, window: { state: 'open' } }])
  t.equal(ways.length, 1, 'number and id are one way')
})

t.test('a tap below the template tells who has the number', async t => {
  const world = await strangerHere(t)
  const { db, graph, account, conversation, customer } = world
  const sent = await world.say({ template: world.paket })
  const { id } = await world.takenFor((sent.body as { id: number }).id)
  await db.updateTable('conversation').set({ last_message_at: 1 }).execute()

  const button = { payload: 'ya', text: 'Terima kasih' }
  const tap = await world.write(account, { type: 'button', button, context: { id } })

  t.equal(tap.conversation, conversation.id)
  const people = await db.selectFrom('identity').select(['value', 'customer_id']).execute()
  t.match(
    people.find(({ value }) => value === budi.userId),
    { customer_id: customer }
  )
  const hidden = { name: budi.name, userId: budi.userId ?? '' }
  const next = await world.write(account, textOf('Tanpa nomor kali ini'), hidden)
  t.equal(next.conversation, conversation.id)
  t.equal(graph.taken.length, 1, 'nothing went out by itself')
})

t.test(
  'double clicks, a second agent and a window that closes meanwhile send nothing more',
  async t => {
    const world = await strangerHere(t)
    const { app, as, graph, account, conversation, db } = world
    const path = `/conversations/${conversation.id}`
    const [, { identity_id: number }] = (await world.routes()) as [unknown, { identity_id: number }]
    const route = `${account.id}:${number}`
    const post = (who: typeof as.agent, part: string, payload: object) =>
      app.inject(who({ method: 'POST', url: `${path}/${part}`, payload: { route, ...payload } }))
    const seen = async () => {
      const newest = db.selectFrom('message').select(eb => eb.fn.max('id').as('id'))
      return [(await newest.executeTakeFirstOrThrow()).id ?? 0]
    }
    const before = await seen()
    const click = (who: typeof as.agent, idempotency_key: string) =>
      post(who, 'template-messages', {
        name: 'paket',
        language: 'id',
        idempotency_key,
        seen: before
      })

    const clicks = await Promise.all([1, 2, 3].map(() => click(as.agent, 'klik-sari-1')))
    t.same(
      clicks.map(({ statusCode }) => statusCode),
      [200, 200, 200]
    )
    t.match(await click(as.owner, 'klik-rina-1'), { statusCode: 409 }, 'Sari was first')
    await until(() => graph.taken[0])
    t.equal(graph.taken.length, 1)

    await world.write(account, textOf('Sudah sampai'))
    const state = () => app.inject(as.agent({ url: `${path}/composer-state?route=${route}` }))
    t.match((await state()).body, 'data-shut=""', 'the way that was chosen goes on')
    const answer = { kind: 'reply', text: 'Syukurlah, Pak', idempotency_key: 'jawab-sari-1' }
    const first = await post(as.agent, 'messages', { ...answer, seen: await seen() })
    t.ok(first.statusCode < 400)
    const late = await until(() => graph.taken[1])
    await world.tell(account, late, 'failed', { code: 131047 })
    await until(async () => /data-shut="templates"/.test((await state()).body))
    const more = { ...answer, text: 'Masih di sana?', idempotency_key: 'jawab-sari-2' }
    const shut = await post(as.agent, 'messages', { ...more, seen: await seen() })
    t.equal(shut.statusCode, 409)
    t.equal(graph.taken.length, 2)
  }
)
