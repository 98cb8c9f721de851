import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AccountFacts, InboundEvent, RawItem } from 'sapa/plugin-api'
import t from 'tap'
import { cut } from '../hook/cut.ts'
import { shakeHands } from '../hook/handshake.ts'
import { isSigned } from '../hook/signature.ts'
import { readFileRef } from '../parse/file.ts'
import { kinds } from '../parse/kinds.ts'
import { parse } from '../parse/index.ts'

interface Case {
  file: string
  event: string
  event2?: string
  [wanted: string]: unknown
}

/** Tests run compiled, fixtures stay in the source folder. */
const folder = join(process.cwd(), 'plugins/whatsapp/test/fixtures')
const read = (name: string) => readFileSync(join(folder, name))
const index = JSON.parse(read('index.json').toString()) as {
  phone_number_id: string
  app_secret_for_signature_tests: string
  verify: { request: string; verify_token: string; response: { body: string } }
  signature_sample: { raw_body: string; value: string }
  cases: Case[]
}

const account: AccountFacts = {
  ...{ id: 1, type: 'whatsapp', address: null, ownAddresses: [] },
  settings: { phoneNumberId: index.phone_number_id }
}

const itemsOf = (body: object | Uint8Array): RawItem[] =>
  cut(body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body))).map(({ item }) => item)

const eventsOf = (body: object | Uint8Array): InboundEvent[] =>
  itemsOf(body).flatMap(item => parse(item, account))

/** What the index expects of an event, in the words of the contract. */
const wanted: Record<string, (one: Case) => object> = {
  message: one => {
    const { user_key: value, phone, text, reply_to: remoteId } = one
    const from = [
      { kind: 'external', namespace: 'whatsapp', value, verified: true, isOnlyOne: true },
      { kind: 'phone', value: `+${String(phone)}`, verified: true }
    ]
    if (one.event2 === 'edit') return { type: 'edit', remoteId: one['target'], text }
    if ('reaction' in one) {
      return { type: 'reaction', remoteId: one['target'], emojis: [one['reaction']], from }
    }
    const base = { remoteId: one['external_id'], from, threadKey: value }
    if ('unsupported' in one) return { ...base, type: 'unsupported' }
    return {
      ...{ ...base, type: 'message', text },
      ...(remoteId !== undefined && { quote: { remoteId }, hints: { references: [remoteId] } }),
      ...('payload' in one && { choice: { id: one['payload'] } }),
      ...('location' in one && { cards: [placeOf(one['location'] as number[])] }),
      ...('forwarded' in one && { context: { forwarded: 'many' } }),
      ...('referral' in one && {
        context: { referral: one['referral'] },
        cards: [{ kind: 'link' }]
      })
    }
  },
  status: one => ({
    ...{ type: 'delivery', ref: { remoteId: one['external_id'] }, status: one['status'] },
    ...('error' in one && {
      reason: { code: String(one['error']), failure: 'window_closed', isPermanent: true }
    })
  }),
  'identity-change': one => ({
    type: 'identity',
    from: { value: one['from_user'] ?? `+${String(one['from_phone'])}`, verified: true },
    identities: [
      { kind: 'external', value: one['to_user'], isOnlyOne: true },
      ...('to_phone' in one ? [{ kind: 'phone', value: `+${String(one['to_phone'])}` }] : [])
    ],
    former: [{ value: one['from_user'] ?? `+${String(one['from_phone'])}` }]
  }),
  'template-status': one => ({
    ...{ type: 'template', name: one['template'], language: 'id' },
    ...{ state: String(one['status']).toLowerCase(), reason: 'INCORRECT_CATEGORY' }
  })
}

const placeOf = ([latitude, longitude]: number[]) => ({ kind: 'place', latitude, longitude })

t.test('every recorded call gives what it is known to mean', async t => {
  for (const one of index.cases) {
    const events = eventsOf(read(one.file))
    t.equal(events.length, 1, one.file)
    const [event] = events
    t.match(event, wanted[one.event]?.(one) ?? {}, one.file)
    const files = event?.type === 'message' ? (event.attachments ?? []) : []
    const ids = files.map(({ ref = '' }) => readFileRef(ref).id)
    t.same(ids, one['media'] ?? [], `${one.file}: its files`)
    if ('kind' in one) t.equal(files[0]?.kind, one['kind'], `${one.file}: the kind of its file`)
    if ('filename' in one) t.equal(files[0]?.filename, one['filename'])
  }
})

t.test('a card of somebody else is shown and never who wrote', async t => {
  const [event] = eventsOf(read('10-contacts.json'))
  t.match(event, {
    cards: [
      {
        ...{ kind: 'contact', name: 'Anton Gudang', organisation: 'Gudang Jaya' },
        ...{ phones: ['+62 812-9999-0000'], emails: ['anton@gudang.example'] }
      }
    ]
  })
  t.notMatch(JSON.stringify((event as { from: unknown }).from), /9999/)
})

t.test('an order and an advertisement keep what they say', async t => {
  t.match(eventsOf(read('21-order.json')), [
    { cards: [{ items: [{ name: 'KAOS-M', quantity: 2, price: 75_000, currency: 'IDR' }] }] }
  ])
  const link = { title: 'Promo akhir tahun', text: 'Diskon 20%', url: 'https://fb.example/ad/1' }
  t.match(eventsOf(read('18-referral-from-ad.json')), [{ cards: [link] }])
})

t.test('the sample of a signature is right over its bytes, and over no others', async t => {
  const { raw_body: body, value } = index.signature_sample
  const secret = index.app_secret_for_signature_tests
  t.ok(isSigned(Buffer.from(body), value, secret))
  t.notOk(isSigned(Buffer.from(JSON.stringify(JSON.parse(body))), value, secret))
  t.notOk(isSigned(Buffer.from(body), value, ''))
  t.notOk(isSigned(Buffer.from(body), undefined, secret))
})

t.test('the handshake gives back its word to whoever knows the token', async t => {
  const { request, verify_token: token, response } = index.verify
  const url = new URL(request.replace('GET ', ''), 'http://sapa')
  const call = { method: 'GET', path: '/', headers: {}, body: new Uint8Array() }
  const query = Object.fromEntries(url.searchParams)
  const right = shakeHands({ ...call, query }, token)
  t.match(right, { accept: [], reply: { status: 200, body: response.body } })
  t.same(shakeHands({ ...call, query }, 'yang-lain'), { refuse: 403 })
  t.same(shakeHands({ ...call, query: { ...query, 'hub.verify_token': '' } }, ''), { refuse: 403 })
})

const change = (value: object, field = 'messages') => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: '220011223344556',
      time: 1795150000,
      changes: [
        { field, value: { metadata: { phone_number_id: index.phone_number_id }, ...value } }
      ]
    }
  ]
})

const from = { from_user_id: 'ID.71002233445566778899', id: 'wamid.A==', timestamp: '1795150060' }

t.test('what has no recording is read as it is documented', async t => {
  const one = (more: object) => eventsOf(change({ messages: [{ ...from, ...more }] }))[0]
  const id = 'wamid.B=='

  await t.test('people without a number', async t => {
    const text = { type: 'text', text: { body: 'Halo' } }
    t.match(one(text), { from: [{ kind: 'external' }], threadKey: from.from_user_id })
    const contacts = [{ profile: { username: 'rahasia.store' }, user_id: from.from_user_id }]
    const named = eventsOf(change({ contacts, messages: [{ ...from, ...text }] }))
    t.match(named, [{ from: [{ name: 'rahasia.store' }] }])
  })
  await t.test('reactions that end, messages that are taken back', async t => {
    const reaction = { type: 'reaction', reaction: { message_id: id } }
    t.match(one(reaction), { type: 'reaction', remoteId: id, emojis: [] })
    const revoke = { type: 'revoke', revoke: { original_message_id: id } }
    t.match(one(revoke), { type: 'deletion', remoteId: id })
  })
  await t.test('buttons of templates, forms, stickers', async t => {
    const button = { type: 'button', button: { payload: 'ya', text: 'Ya, betul' } }
    t.match(one(button), { text: 'Ya, betul', choice: { id: 'ya' } })
    const json = '{"flow_token":"x","nama":"Budi","jumlah":2}'
    const nfm_reply = { name: 'flow', body: 'Sent', response_json: json }
    const form = { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply } }
    t.match(one(form), { text: 'nama: Budi\njumlah: 2' })
    const sticker = { id: '9', mime_type: 'image/webp', sha256: 'a/b=', animated: true }
    t.match(one({ type: 'sticker', sticker }), {
      attachments: [{ kind: 'sticker', filename: 'sticker.webp', ref: '9/a/b=' }]
    })
  })
  await t.test('what cannot be shown is named', async t => {
    const poll = { type: 'unsupported', unsupported: { type: 'poll_creation' } }
    t.match(one({ ...poll, errors: [{ code: 131051 }] }), {
      type: 'unsupported',
      what: 'poll_creation'
    })
    t.match(one({ type: 'constructor' }), { type: 'unsupported', what: 'constructor' })
    t.match(one({ type: 'hologram', hologram: {} }), { type: 'unsupported', what: 'hologram' })
    for (const what of ['poll_creation', 'unavailable', 'unknown']) t.ok(kinds[what]?.id, what)
  })
  await t.test('a new id of the same person', async t => {
    const system = { type: 'user_changed_user_id', user_id: 'ID.99001122334455667788' }
    t.match(one({ type: 'system', system }), {
      ...{ type: 'identity', from: { value: from.from_user_id } },
      identities: [{ value: 'ID.99001122334455667788' }],
      former: [{ value: from.from_user_id }]
    })
    t.same(one({ type: 'system', system: { type: 'customer_identity_changed' } }), undefined)
  })
  await t.test('what the business writes on its phone', async t => {
    const echo = {
      ...{ from: '6281190001122', to: '6281234567890', id, timestamp: '1795150060' },
      ...{ type: 'text', text: { body: 'Sudah dikirim kak' } }
    }
    t.match(eventsOf(change({ message_echoes: [echo] }, 'smb_message_echoes')), [
      {
        ...{ origin: 'business', remoteId: id, text: 'Sudah dikirim kak', from: [] },
        others: [{ kind: 'phone', value: '+6281234567890' }]
      }
    ])
  })
  await t.test('who wants no advertising any more', async t => {
    const stop = { wa_id: '6281234567890', category: 'marketing_messages', value: 'stop' }
    const user_preferences = [{ ...stop, detail: 'User requested to stop', timestamp: 1795150060 }]
    t.match(eventsOf(change({ user_preferences }, 'user_preferences')), [
      { type: 'activity', at: 1795150060000, from: [{ value: '+6281234567890' }] }
    ])
  })
  await t.test('errors of the number and news of the account', async t => {
    const errors = [{ code: 131042, title: 'x', error_data: { details: 'Payment issue' } }]
    t.match(eventsOf(change({ errors })), [
      { type: 'account', level: 'problem', text: { en: /Payment issue \(131042\)/ } }
    ])
    const quality = { event: 'DOWNGRADE', current_limit: 'TIER_250' }
    t.match(eventsOf(change(quality, 'phone_number_quality_update')), [
      { type: 'account', level: 'notice', text: { id: /TIER_250/ } }
    ])
    t.same(eventsOf(change({ anything: 1 }, 'hologram_update')), [])
  })
  await t.test('a voice that was heard, and a number of ours', async t => {
    const biz_opaque_callback_data = 'c1042.m7.3f9a1b2c4d5e6f70-s2'
    const played = { id, status: 'played', timestamp: '1795150060', biz_opaque_callback_data }
    t.match(eventsOf(change({ statuses: [played] })), [
      { status: 'read', ref: { clientRef: biz_opaque_callback_data } }
    ])
  })
})

t.test('a call is cut so that nothing spoils what is beside it', async t => {
  const good = { ...from, type: 'text', text: { body: 'Halo' } }
  const sent = { id: 'wamid.C==', status: 'sent', timestamp: '1795150060' }
  const mixed = change({
    contacts: [
      { wa_id: '628111', profile: { name: 'Lain' } },
      { user_id: from.from_user_id, profile: { name: 'Budi' } }
    ],
    messages: [good, null, { id: 'wamid.D==' }, { ...good, id: 'wamid.E==' }],
    statuses: [sent, sent],
    errors: [{ code: 1 }]
  })
  const items = itemsOf(mixed)

  t.equal(items.length, 7)
  const ends = items.map(item => {
    try {
      return parse(item, account)[0]?.type
    } catch {
      return 'broken'
    }
  })
  t.same(ends, ['message', 'broken', 'broken', 'message', 'delivery', 'delivery', 'account'])
  t.equal(items[4]?.key, items[5]?.key, 'a repeated status has one key')
  t.same(new Set(items.map(({ key }) => key)).size, 6)
  t.match(parse(items[0]!, account), [{ from: [{ name: 'Budi' }] }])
  t.notMatch(Buffer.from(items[0]!.body).toString(), /628111/, 'nothing of other people')
  t.same(
    itemsOf(mixed).map(({ key }) => key),
    items.map(({ key }) => key)
  )

  for (const body of ['', '{', '\u0000']) {
    const [item] = itemsOf(Buffer.from(body))
    t.throws(() => parse(item!, account), `the body ${JSON.stringify(body)}`)
  }
})

t.test('a number that is not connected here is said, and loses nothing', async t => {
  const other = { phone_number_id: '555', display_phone_number: '6281190009999' }
  const value = { metadata: other, messages: [{ ...from, type: 'text', text: { body: 'Halo' } }] }
  const [piece] = cut(Buffer.from(JSON.stringify(change(value))))
  t.equal(piece?.number, '555')
  t.match(parse(piece!.item, account), [
    { type: 'account', level: 'notice', text: { en: /6281190009999/, id: /6281190009999/ } }
  ])
})
