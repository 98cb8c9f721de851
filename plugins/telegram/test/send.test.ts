import type { OutboundAttachment, OutboundStep } from 'sapa/plugin-api'
import t from 'tap'
import { fileMs, patienceMs } from '../../../test/support/patience.ts'
import { until } from '../../../test/support/until.ts'
import type { Sent } from '../provider/bot.ts'
import { budi, press, write } from '../provider/people.ts'
import { Refused } from '../provider/refuse.ts'
import { remarked } from './remarked.ts'
import { telegramWorld } from './world.ts'

t.setTimeout(fileMs)

const to = { kind: 'external', value: '771001', name: 'Budi' } as const

const step = (more: Partial<OutboundStep> = {}): OutboundStep => ({
  ...{ kind: 'message', clientRef: 'c1.m1.x', attempt: 1, to, cc: [], bcc: [] },
  ...{ threadKey: '771001', text: '', attachments: [], isAutomatic: false, createdAt: 1 },
  ...{ signal: AbortSignal.timeout(patienceMs), begin: () => Promise.resolve() },
  ...more
})

function file(filename: string, mime: string, bytes = 1000): OutboundAttachment {
  const open = async function* () {
    yield Buffer.alloc(bytes, 'a')
  }
  return { filename, mime, size: bytes, open }
}

t.test('what goes out to a customer', async t => {
  const world = await telegramWorld(t)
  const { api } = world
  const { id, bot } = await world.connect()
  const asked = write(bot, budi, { text: 'Pesanan saya?' })
  await world.message('Pesanan saya?')
  const target = { remoteId: `771001:${asked.message_id}`, isOurs: false }
  const session = () => world.sapa.supervisor.session(id)!

  async function send(more: Partial<OutboundStep>) {
    const before = bot.sent.length
    const result = await session().send(step(more))
    return { result, sent: bot.sent.slice(before) }
  }

  async function refusal(more: Partial<OutboundStep> = {}) {
    const given = { text: 'Halo', ...more }
    const error: unknown = await session()
      .send(step(given))
      .catch((thrown: unknown) => thrown)
    return error as Error & { failure: string; detail: { code?: string; retryAfterMs?: number } }
  }

  await t.test('marks become what they mean, and other signs stay as they are', async t => {
    const texts = [
      '**Tebal**, _miring_, ~coret~ dan `kode`',
      '**Tebal _dan miring_ 😭** lalu [daftar harga](https://toko.example/harga_baru_1)',
      'nama_berkas_baru.pdf, 2 * 3 * 4, ~ 10 ribu, a_b, https://toko.example/a_b_c_d',
      'Pasang:\n```\nnpm ci\nnpm **start**\n```\n``` ```',
      'Jawaban kami:\n> Kapan sampai?\n> Sudah **tiga** hari\nBesok, >5 kg gratis',
      '_Baris satu\ndan dua_ 👨‍👩‍👧‍👦 **x** <b>bukan</b> & "tanda"'
    ]
    for (const text of texts) {
      const { sent } = await send({ text })
      t.equal(remarked(sent[0]?.messages[0] ?? {}), text)
    }
    const plain = bot.sent.slice(-3).map(({ values }) => values['entities'])
    t.same(
      plain.map(given => (given as object[] | undefined)?.length),
      [1, 2, 1]
    )
  })

  await t.test('marks that Telegram does not like go as they were typed', async t => {
    const refuse = new Refused(400, "Bad Request: can't parse entities: unsupported")
    api.faults.plan('sendMessage', { refuse })
    const { sent } = await send({ text: 'Total **Rp 50.000** ya' })
    t.match(sent, [{ values: { text: 'Total **Rp 50.000** ya', entities: undefined } }])
  })

  await t.test('an answer names what it answers', async t => {
    const { sent } = await send({ text: 'Besok', quote: target })
    t.match(sent[0]?.messages, [{ reply_to_message: { message_id: asked.message_id } }])
    const gone = { remoteId: '771001:9999', isOurs: true }
    t.equal((await send({ text: 'Lusa', quote: gone })).sent.length, 1, 'also one that is gone')
  })

  await t.test('buttons come back as what they were, however long their id', async t => {
    const long = `pesanan:1042:${'x'.repeat(80)}`
    const choices = [
      { id: 'ya', title: 'Ya, benar' },
      { id: long, title: 'Bukan itu' }
    ]
    const { sent } = await send({ text: 'Yang ini?', choices })
    const message = sent[0]?.messages[0] ?? ({} as never)
    const markup = message['reply_markup'] as { inline_keyboard: { callback_data: string }[][] }
    const data = markup.inline_keyboard.map(([button]) => button?.callback_data ?? '')
    t.match(data, ['ya', /^#[\w-]{43}$/])
    await world.sapa.supervisor.restart(id)
    await world.comes(id, 'connected')
    const query = press(bot, budi, message, data[1] ?? '')
    const pressed = await world.message('Bukan itu')
    t.match(pressed.remote_id, `771001:cb${query}`)
    const row = await world.db
      .selectFrom('journal')
      .select('headers')
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow()
    t.same(JSON.parse(row.headers), { choice: long })
    await until(() => bot.answered.includes(query), { what: 'the sign on the button ends' })
  })

  await t.test('each file as what it is', async t => {
    const kinds: [OutboundAttachment, string][] = [
      [file('struk.png', 'image/png'), 'sendPhoto'],
      [file('besar.jpg', 'image/jpeg', 11 * 1024 * 1024), 'sendDocument'],
      [file('paket.mp4', 'video/mp4'), 'sendVideo'],
      [file('lagu.mp3', 'audio/mpeg'), 'sendAudio'],
      [{ ...file('suara.ogg', 'audio/ogg'), kind: 'voice' }, 'sendVoice'],
      [file('lucu.gif', 'image/gif'), 'sendAnimation'],
      [file('Faktur "Oktober".pdf', 'application/pdf'), 'sendDocument']
    ]
    for (const [attachment, method] of kinds) {
      const { sent } = await send({ text: 'Ini **fotonya**', attachments: [attachment] })
      t.equal(sent[0]?.method, method)
      t.match(sent[0]?.messages, [{ caption: 'Ini fotonya', caption_entities: [{ offset: 4 }] }])
      t.match(filesOf(sent), [{ size: attachment.size, mime: attachment.mime }])
    }
    t.same(filesOf(bot.sent.slice(-1))[0]?.filename, 'Faktur _Oktober_.pdf')
  })

  await t.test('several files as one album', async t => {
    const pictures = [file('a.jpg', 'image/jpeg'), file('b.mp4', 'video/mp4')]
    const { sent, result } = await send({ text: 'Dua foto', attachments: pictures })
    t.match(sent, [{ method: 'sendMediaGroup', messages: [{ caption: 'Dua foto' }, {}] }])
    const ids = sent[0]?.messages.map(({ message_id }) => `771001:${message_id}`) ?? []
    t.same([result.remoteId, ...(result.otherIds ?? [])], ids)
    const mixed = [...pictures, file('c.pdf', 'application/pdf')]
    const { sent: plain } = await send({ attachments: mixed })
    t.match(plain[0]?.messages, [{ document: {} }, { document: {} }, { document: {} }])
  })

  await t.test('a picture that Telegram cannot draw goes as a file', async t => {
    api.faults.plan('sendPhoto', {
      refuse: new Refused(400, 'Bad Request: PHOTO_INVALID_DIMENSIONS')
    })
    const { sent } = await send({ attachments: [file('panjang.png', 'image/png')] })
    t.match(sent, [{ method: 'sendDocument' }])
  })

  await t.test('typing, reactions, changes and taking back', async t => {
    const thread = { to, threadKey: '771001', conversation: 1, author: { name: 'Sari' } }
    await session().typing?.(thread, true, AbortSignal.timeout(patienceMs))
    await session().typing?.(thread, false, AbortSignal.timeout(patienceMs))
    t.same(bot.actions, [{ chat: 771_001, action: 'typing' }])

    const act = (action: OutboundStep['action'] & object) => send({ kind: 'action', action })
    t.equal((await act({ type: 'react', target, emoji: '❤️' })).result.remoteId, target.remoteId)
    t.same(bot.reactions.get(target.remoteId), ['❤'])
    await act({ type: 'react', target, emoji: null })
    t.same(bot.reactions.get(target.remoteId), [])

    const { result } = await send({ text: 'Rp 50.000' })
    const ours = { remoteId: result.remoteId, isOurs: true }
    const text = 'Rp **55.000**'
    for (let time = 0; time < 2; time++) {
      await act({ type: 'edit', target: ours, text, hasFiles: false })
    }
    t.equal(bot.messages.get(ours.remoteId)?.['text'], 'Rp 55.000')
    for (let time = 0; time < 2; time++) await act({ type: 'remove', target: ours })
    t.notOk(bot.messages.has(ours.remoteId))

    const picture = await send({ text: 'Lama', attachments: [file('a.png', 'image/png')] })
    const shown = { remoteId: picture.result.remoteId, isOurs: true }
    await act({ type: 'edit', target: shown, text: 'Baru', hasFiles: true })
    t.equal(bot.messages.get(shown.remoteId)?.['caption'], 'Baru')
    const action = { type: 'edit', target, text: 'Bukan milik kami', hasFiles: false } as const
    t.match(await refusal({ kind: 'action', action }), {
      ...{ failure: 'permanent', detail: { code: 'too_late' } }
    })
  })

  await t.test('each refusal in its kind', async t => {
    const cases: [Refused, string, string][] = [
      [new Refused(403, 'Forbidden: bot was blocked by the user'), 'blocked', 'blocked'],
      [new Refused(403, 'Forbidden: user is deactivated'), 'blocked', 'deactivated'],
      [new Refused(403, 'Forbidden: bot was kicked from the group chat'), 'blocked', 'left_group'],
      [new Refused(400, 'Bad Request: chat not found'), 'blocked', 'chat_not_found'],
      [new Refused(400, 'Bad Request: message is too long'), 'permanent', 'too_long'],
      [new Refused(400, 'Bad Request: file is too big'), 'permanent', 'too_big'],
      [new Refused(413, 'Request Entity Too Large'), 'permanent', 'too_big'],
      [new Refused(401, 'Unauthorized'), 'auth', 'token'],
      [new Refused(400, 'Bad Request: something new'), 'permanent', '400'],
      [new Refused(500, 'Internal Server Error'), 'unknown_outcome', '500'],
      [new Refused(502, 'Bad Gateway'), 'unknown_outcome', '502']
    ]
    for (const [refuse, failure, code] of cases) {
      api.faults.plan('sendMessage', { refuse })
      const error = await refusal()
      t.match(error, { failure, detail: { code } }, refuse.message)
      t.notMatch(error.message, bot.token)
    }
    const seven = { retry_after: 7 }
    const refuse = new Refused(429, 'Too Many Requests: retry after 7', seven)
    api.faults.plan('sendMessage', { refuse })
    t.match(await refusal(), {
      ...{ failure: 'rate_limited', detail: { retryAfterMs: 7000, scope: 'thread' } }
    })
  })

  await t.test('whether it may have arrived is said truly', async t => {
    const before = bot.sent.length
    for (const fault of [{ drop: 'after' }, { garble: true }, { drop: 'before' }] as const) {
      api.faults.plan('sendMessage', fault)
      t.match(await refusal(), { failure: 'unknown_outcome' })
    }
    t.equal(bot.sent.length - before, 2)

    const order: string[] = []
    const begin = () => Promise.resolve(void order.push('begin'))
    const slow = file('a.pdf', 'application/pdf')
    async function* open() {
      order.push('file')
      yield* slow.open()
    }
    await send({ begin, attachments: [{ ...slow, open }] })
    t.same(order, ['file', 'begin'], 'begun only with its last byte')
    async function* broken() {
      yield Buffer.alloc(10)
      throw new Error('the disk is gone')
    }
    const attachments = [{ ...slow, open: broken }]
    t.match(await refusal({ attachments }), { failure: 'temporary' })
    const full = () => Promise.reject(new Error('the disk is full'))
    t.match(await refusal({ begin: full }), { failure: 'temporary' })
    t.equal(bot.sent.length - before, 3, 'without a note on the disk nothing leaves')
  })

  await t.test('a group that became a supergroup is written to where it is now', async t => {
    bot.migrated.set(-55, -10055)
    bot.chats.set(-10055, { id: -10055, type: 'supergroup', title: 'Reseller' })
    const group = { kind: 'external', value: '-55' } as const
    const { result } = await send({ text: 'Stok ada', to: group, threadKey: '-55' })
    t.match(result.remoteId, /^-10055:\d+$/)
    const topic = { ...group, value: '-10055' }
    const { sent } = await send({ text: 'Ada', to: topic, threadKey: '-10055/45' })
    t.match(sent, [{ values: { chat_id: -10055, message_thread_id: 45 } }])
    const { sent: business } = await send({ text: 'Siap', threadKey: '771001@bc_01' })
    t.match(business, [{ values: { chat_id: 771_001, business_connection_id: 'bc_01' } }])
  })
})

const filesOf = (sent: Sent[]) => sent.flatMap(({ files }) => [...files.values()])
