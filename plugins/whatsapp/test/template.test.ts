import t from 'tap'
import { textOf } from '../provider/payload.ts'
import type { Template } from '../provider/template.ts'
import { refusalOf, sendVia } from './step.ts'
import { whatsappWorld } from './world.ts'

t.setTimeout(120_000)

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

  const list = await sapa.supervisor.session(account.id)!.templates!(AbortSignal.timeout(20_000))
  const found = (name: string) => list.find(one => one.name === name)
  t.equal(list.length, 236)
  t.match(found('pesanan_dikirim'), {
    ...{ language: 'id', category: 'utility', state: 'approved', cannotSend: undefined },
    ...{ header: 'Pesanan {{header_1}}', footer: 'Toko Sinar', buttons: ['Terima kasih', 'Lacak'] },
    fields: [
      { key: 'header_1', part: 'header', type: 'text', example: '1042' },
      { key: '1', part: 'body', example: 'Budi' },
      { key: '2', part: 'body', example: 'JNE' },
      { key: 'button_1', part: 'button', example: 'JNE1' }
    ]
  })
  t.match(found('promo_bernama')?.fields, [
    { key: 'header_image', type: 'link' },
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
