import type { OutboundStep } from 'sapa/plugin-api'
import t from 'tap'
import { until } from '../../../test/support/until.ts'
import { messages, message as written, textOf } from '../provider/payload.ts'
import { fileOf, refusalOf, sendVia, step } from './step.ts'
import { budi, whatsappWorld, type Connected, type WhatsAppWorld } from './world.ts'

const megabyte = 1024 * 1024

async function open(
  t: Parameters<typeof whatsappWorld>[0]
): Promise<WhatsAppWorld & { account: Connected }> {
  const world = await whatsappWorld(t)
  return { ...world, account: await world.connect() }
}

t.test('every kind of message goes out as Meta wants it', async t => {
  const world = await open(t)
  const { graph, account } = world
  const sent = async (more: Partial<OutboundStep>) => {
    await sendVia(world, account, more)
    return graph.taken.at(-1)?.body
  }

  await t.test('texts, with a preview of their links', async t => {
    t.match(await sent({}), {
      ...{ messaging_product: 'whatsapp', recipient_type: 'individual', type: 'text' },
      text: { body: 'Kami kirim ulang ya.', preview_url: false }
    })
    t.match(await sent({ text: 'Lihat https://toko.example' }), { text: { preview_url: true } })
  })

  await t.test('marks in the way of WhatsApp, and none where there are none', async t => {
    const texts: [ours: string, theirs: string][] = [
      ['**Penting**: _besok_ ~~Rp 50.000~~ ~lama~', '*Penting*: _besok_ ~Rp 50.000~ ~lama~'],
      ['**Total _hari ini_: `a**b**`**', '*Total _hari ini_: `a**b**`*'],
      ['```\n**x** = ~~y~~\n```', '```\n**x** = ~~y~~\n```'],
      ['https://toko.example/a**b**_c_~~d~~', 'https://toko.example/a**b**_c_~~d~~'],
      ['[Daftar **harga**](https://toko.example/h)', 'Daftar *harga* (https://toko.example/h)'],
      ['2 ** 3, ** bukan **, harga_baru_1, ~5 kg atau ~6', ''],
      ['pra**bayar**', 'prabayar']
    ]
    for (const [ours, theirs] of texts) {
      t.match(await sent({ text: ours }), { text: { body: theirs || ours } })
    }
    const photo = fileOf('foto.jpg', 'image/jpeg', 900)
    t.match(await sent({ text: '**Foto**', attachments: [photo] }), {
      image: { caption: '*Foto*' }
    })
  })

  await t.test('files by their kind, whole', async t => {
    const kinds: [mime: string, size: number, text: string, type: string][] = [
      ['image/jpeg', 90_000, 'Fotonya', 'image'],
      ['image/png', 6 * megabyte, 'Terlalu besar untuk foto', 'document'],
      ['text/csv', 9_000, '', 'document'],
      ['audio/x-m4a; rate=44100', 9_000, '', 'audio'],
      ['image/jpg', 9_000, '', 'image'],
      ['video/mp4', 90_000, 'Videonya', 'video'],
      ['video/mp4', 17 * megabyte, '', 'document'],
      ['audio/mpeg', 90_000, '', 'audio'],
      ['audio/ogg', 90_000, '', 'audio'],
      ['audio/ogg', 90_000, 'Dengan teks', 'document'],
      ['image/webp', 9_000, '', 'document'],
      ['application/pdf', 90_000, 'Fakturnya', 'document']
    ]
    for (const [mime, size, text, type] of kinds) {
      const file = fileOf('Faktur “Oktober”.bin', mime, size)
      const body = await sent({ text, attachments: [file] })
      const part = body?.[type] as { id: string; caption?: string; filename?: string }
      t.equal(body?.['type'], type, `${mime} of ${size} with "${text}"`)
      t.equal(part.caption ?? '', text)
      if (type === 'document') t.equal(part.filename, file.filename)
      const kept = graph.files.get(part.id)
      t.equal(kept?.size, size)
      if (kept?.bytes) t.ok(kept.bytes.equals(Buffer.alloc(size, `${file.filename} `)))
    }
    const before = graph.asked.length
    for (const mime of ['application/zip', 'image/gif', 'video/quicktime', 'image/heic']) {
      const attachments = [fileOf('arsip.bin', mime, 900)]
      t.match(await refusalOf(sent({ attachments })), {
        ...{ failure: 'permanent', detail: { code: 'file_kind' } }
      })
    }
    t.equal(graph.asked.length, before, 'Meta was not asked')
    const sticker = fileOf('stiker.webp', 'image/webp', 9_000, { kind: 'sticker' })
    t.match(await sent({ text: '', attachments: [sticker] }), { type: 'sticker' })
  })

  await t.test('answers to tap', async t => {
    const choices = (count: number, more = {}) =>
      Array.from({ length: count }, (_, n) => ({ id: `p:${n}`, title: `Pilihan ${n}`, ...more }))
    const long = { title: 'Sangat puas sekali dengan layanan', hint: 'x'.repeat(90) }
    t.match(await sent({ text: 'Puas?', choices: choices(3) }), {
      interactive: {
        ...{ type: 'button', body: { text: 'Puas?' } },
        action: { buttons: [{ type: 'reply', reply: { id: 'p:0', title: 'Pilihan 0' } }] }
      }
    })
    t.match(await sent({ choices: choices(4) }), {
      interactive: {
        type: 'list',
        action: { button: 'Pilih', sections: [{ rows: [{ id: 'p:0' }] }] }
      }
    })
    t.match(await sent({ choices: choices(2, long) }), { interactive: { type: 'list' } })
    t.match(await sent({ text: 'x'.repeat(2000), choices: choices(2) }), {
      interactive: { type: 'list' }
    })
    const photo = fileOf('foto.jpg', 'image/jpeg', 900)
    t.match(await sent({ choices: choices(2), attachments: [photo] }), {
      interactive: { type: 'button', header: { type: 'image' } }
    })
  })

  await t.test('quotes and reactions', async t => {
    const { remoteId } = await world.write(account, textOf('Yang mana?'))
    const target = { remoteId, isOurs: false }
    t.match(await sent({ quote: target }), { context: { message_id: remoteId } })
    const react = (emoji: string | null) =>
      sent({ kind: 'action', text: '', action: { type: 'react', target, emoji } })
    t.match(await react('👍'), {
      type: 'reaction',
      reaction: { message_id: remoteId, emoji: '👍' }
    })
    t.match(await react(null), { reaction: { emoji: '' } })
  })
})

t.test('a number is used while it is fresh, the id of Meta always', async t => {
  const world = await open(t)
  const { graph, account } = world
  const to = async (value = budi.userId ?? '') => {
    await sendVia(world, account, { to: { kind: 'external', value } })
    const { to: phone, recipient } = graph.taken.at(-1)?.body ?? {}
    return phone ?? recipient
  }

  t.equal(await to(), budi.userId, 'nothing is known')
  await world.write(account, textOf('Halo'))
  t.equal(await until(async () => (await to()) !== budi.userId && to()), budi.phone)
  const { phone: _, ...hidden } = { ...budi, userId: 'ID.RAHASIA1' }
  await world.write(account, textOf('Tanpa nomor'), hidden)
  t.equal(await to('ID.RAHASIA1'), 'ID.RAHASIA1')

  const system = { type: 'user_changed_number', wa_id: '6281300000001', user_id: 'ID.BARU1' }
  const change = written(graph, { name: '', phone: budi.phone ?? '' }, { type: 'system', system })
  await world.bring(account, messages(account.phone, budi, [change]))
  t.equal(await until(async () => (await to()) === budi.userId && to()), budi.userId, 'given up')
  await sendVia(world, account, { to: { kind: 'phone', value: '+6281299990000' } })
  t.equal(graph.taken.at(-1)?.to, '6281299990000')
})

t.test('each number of Meta has its meaning', async t => {
  const world = await open(t)
  const { graph, account } = world
  const wanted: Record<string, string> = {
    auth: '0 3 10 190 200 299 131031 131042 368 133010',
    rate_limited: '4 80007 130429 131056 131048 131064',
    temporary: '2 131000 131016',
    window_closed: '131047',
    blocked: '131026',
    permanent:
      '100 131008 131009 131021 131030 131049 131050 131051 131052 131053 131062 130472 130497 132000 132001 132005 132007 132012 132015 132016'
  }
  for (const [kind, codes] of Object.entries(wanted)) {
    for (const code of codes.split(' ')) {
      graph.refusals.push({ code: Number(code) })
      const { failure, detail } = await refusalOf(sendVia(world, account, {}))
      t.same([failure, detail.code], [kind, code], `${code} is ${kind}`)
    }
  }
  graph.refusals.push({ code: 987654, isTransient: true }, { code: 987654, status: 500 })
  t.match(await refusalOf(sendVia(world, account, {})), { failure: 'temporary' })
  t.match(await refusalOf(sendVia(world, account, {})), { failure: 'unknown_outcome' })
  const details = `The token ${account.phone.token} is wrong`
  graph.refusals.push({ code: 100, details })
  const { message } = await refusalOf(sendVia(world, account, {}))
  t.notMatch(message, account.phone.token, 'no secret is told')
})

t.test('limits are kept: of the number, and of one person', async t => {
  const world = await open(t)
  const { graph, account } = world
  const waits: unknown[] = []
  for (let time = 0; time < 4; time++) {
    graph.refusals.push({ code: 131056 })
    const { detail } = await refusalOf(sendVia(world, account, {}))
    t.equal(detail.scope, 'thread')
    waits.push(detail.retryAfterMs)
  }
  t.same(waits, [6_000, 16_000, 64_000, 256_000])
  await sendVia(world, account, {})
  graph.refusals.push({ code: 131056 })
  t.match(await refusalOf(sendVia(world, account, {})), { detail: { retryAfterMs: 6_000 } })
  graph.refusals.push({ code: 130429, status: 429, headers: { 'retry-after': '90' } })
  t.match(await refusalOf(sendVia(world, account, {})), {
    detail: { scope: 'account', retryAfterMs: 90_000 }
  })

  const notice = async () => {
    const rows = world.db.selectFrom('account').select('notice').where('id', '=', account.id)
    const row = await rows.executeTakeFirstOrThrow()
    return row.notice
  }
  graph.refusals.push({ code: 131048 })
  await refusalOf(sendVia(world, account, {}))
  t.match(await until(notice), /diblokir/)
  await sendVia(world, account, {})
  await until(async () => (await notice()) === null)
})

t.test('what is lost on the way is not sent again by itself', async t => {
  const world = await open(t)
  const { graph, meta, account, sapa } = world
  const session = sapa.supervisor.session(account.id)!

  await t.test('a file is given before the message begins', async t => {
    const order: string[] = []
    const begin = async () => void order.push(`begun with ${graph.files.size} files`)
    await sendVia(world, account, { attachments: [fileOf('a.pdf', 'application/pdf', 900)], begin })
    t.same(order, ['begun with 1 files'])
    meta.mood.what = 'drop'
    const attachments = [fileOf('b.pdf', 'application/pdf', 900)]
    const refusal = await refusalOf(sendVia(world, account, { attachments }))
    meta.mood.what = null
    t.equal(refusal.failure, 'temporary', 'a file alone is no message')
  })

  await t.test('cut off after it was taken: its status tells', async t => {
    const lost = step()
    meta.mood.what = 'cut'
    t.match(await refusalOf(session.send(lost)), { failure: 'unknown_outcome' })
    meta.mood.what = null
    const taken = graph.taken.at(-1)!
    const found = session.findSent?.(lost.clientRef, new AbortController().signal)
    await world.tell(account, taken, 'sent')
    t.same(await found, { remoteId: taken.id })
    const none = session.findSent?.('c9.m9.aaaaaaaaaaaaaaaa', AbortSignal.timeout(50))
    t.equal(await none, null)
  })

  await t.test('stopped before it began: handed back', async t => {
    const ending = AbortSignal.abort()
    t.match(await refusalOf(session.send({ ...step(), ending })), { failure: 'rate_limited' })
  })

  await t.test('nobody there: surely not sent', async t => {
    await meta.stop()
    t.match(await refusalOf(session.send(step())), { failure: 'temporary' })
  })
})

t.test('a failure that comes later is told with its meaning', async t => {
  const world = await open(t)
  const { conversation } = await world.write(world.account, textOf('Halo'))
  const answer = await world.reply(conversation, 'Siap kak')
  const taken = await world.takenFor(answer)

  await world.tell(world.account, taken, 'failed', { code: 131026, details: 'Undeliverable' })
  const row = await until(async () => {
    const found = await world.messageRow(answer)
    return found['status'] === 'failed' && found
  })
  t.match(row, { status_reason: /Undeliverable/ })
})
