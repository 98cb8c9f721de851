import { t, type Test } from 'tap'
import { previewTemplate } from '../../server/channel/template/list.ts'
import { receiveReceipt } from '../../server/channel/receipt/receive.ts'
import { resendMessage } from '../../server/conversation/step/resend.ts'
import { inTransaction, onCommit } from '../../server/db/transaction.ts'
import type { MessageHeaders } from '../../server/conversation/table.ts'
import type { ChannelCapabilities } from '../../server/plugin-api/channel.ts'
import type { MessageTemplate } from '../../server/plugin-api/template.ts'
import { outboxWorld, writeAgain } from '../support/outbox-world.ts'
import { chatLike, failure } from '../support/scripted-channel.ts'

const wrong = (fields: Record<string, string>) => ({ code: 'invalid', status: 422, fields })

const messenger: ChannelCapabilities = {
  ...chatLike,
  text: { maxLength: 1000, format: 'plain' },
  window: { hours: 24, outside: 'templates' },
  templates: true,
  quotes: true,
  choices: { most: 3, titleLength: 10 }
}

const shipped: MessageTemplate = {
  name: 'pesanan_dikirim',
  language: 'id',
  category: 'utility',
  state: 'approved',
  header: 'Pesanan {{no}}',
  body: 'Halo {{nama}}, pesanan Anda sudah dikirim.',
  footer: 'Toko Cahaya',
  fields: [
    { key: 'no', part: 'header', type: 'text' },
    { key: 'nama', part: 'body', type: 'text' }
  ]
}

async function shop(t: Test, can: ChannelCapabilities = messenger) {
  const world = await outboxWorld(t, can)
  await world.start()
  const asked = await world.ask('Ratna')
  const { db, account, timing, provider } = world
  const keep = (template: MessageTemplate) =>
    db
      .insertInto('message_template')
      .values({
        account_id: account.id,
        name: template.name,
        language: template.language,
        state: template.state,
        content: JSON.stringify(template),
        synced_at: 1
      })
      .execute()
  const reply = async (text: string, more = {}) => {
    const message = await world.reply(asked.conversation, text, more)
    await timing.advance(10_000)
    return message
  }
  const steps = () => provider.sent.map(({ step }) => step)
  return { ...world, asked, keep, reply, steps }
}

const filled = { name: 'pesanan_dikirim', language: 'id', values: { no: '#12', nama: 'Ratna' } }

t.test('free words out of time are refused, and nothing is stored', async t => {
  const { db, timing, reply, steps } = await shop(t)
  await timing.advance(24 * 3_600_000)
  await t.rejects(reply('Sudah kami kirim'), { code: 'window_closed', status: 409 })
  t.equal(steps().length, 0)
  const rows = await db.selectFrom('message').select('id').where('kind', '=', 'outbound').execute()
  t.strictSame(rows, [])
})

t.test('a template goes out of time, filled in, and is shown as it will be read', async t => {
  const { timing, keep, reply, steps } = await shop(t)
  await keep(shipped)
  await timing.advance(25 * 3_600_000)
  const message = await reply('', { template: filled })
  t.equal(message.text, 'Pesanan #12\n\nHalo Ratna, pesanan Anda sudah dikirim.\n\nToko Cahaya')
  t.strictSame((JSON.parse(message.headers) as MessageHeaders).template, filled)
  t.match(steps(), [{ text: message.text, template: filled }])
})

t.test('a template is refused when it is not approved, not there, or not filled in', async t => {
  const { db, keep, reply, steps } = await shop(t)
  const refused = (code: string) => ({ code, status: 409 })
  await t.rejects(reply('', { template: filled }), refused('template_gone'))
  await keep({ ...shipped, state: 'paused' })
  await t.rejects(reply('', { template: filled }), refused('template_unusable'))
  await db.updateTable('message_template').set({ state: 'approved' }).execute()
  await t.rejects(
    reply('', { template: { ...filled, values: { no: ' ' } } }),
    wrong({ 'template.no': 'error.field.required', 'template.nama': 'error.field.required' })
  )
  await t.rejects(
    reply('Dan ini', { template: filled }),
    wrong({ text: 'error.field.beside_template' })
  )
  t.equal(steps().length, 0)
})

t.test('a link field takes only https', async t => {
  const { keep, reply } = await shop(t)
  const field = { key: 'foto', part: 'header', type: 'link' } as const
  await keep({ ...shipped, header: '', body: 'Fotonya', fields: [field] })
  const send = (foto: string) => reply('', { template: { ...filled, values: { foto } } })
  await t.rejects(send('http://toko.example/a.jpg'), wrong({ 'template.foto': 'error.field.link' }))
  t.ok(await send('https://toko.example/a.jpg'))
})

t.test('a preview names what is missing, and one value is no field for another', t => {
  const shown = previewTemplate(shipped, { nama: '{{no}}\n baru' })
  t.equal(shown.header, 'Pesanan {{no}}')
  t.equal(shown.body, 'Halo {{no}} baru, pesanan Anda sudah dikirim.')
  t.strictSame(shown.missing, ['no'])
  const odd = { ...shipped, body: 'Halo {{constructor}} {{toString}}' }
  t.equal(previewTemplate(odd, {}).body, odd.body, 'nothing that every object has')
  t.end()
})

t.test('a quoted message is named to the channel, on the first request only', async t => {
  const { asked, db, reply, steps } = await shop(t, {
    ...messenger,
    text: { maxLength: 20, format: 'plain' }
  })
  const { remote_id } = await db
    .selectFrom('message')
    .select('remote_id')
    .where('id', '=', asked.message)
    .executeTakeFirstOrThrow()
  const message = await reply('Baik, akan kami cek dulu ya', { quotedId: asked.message })
  t.equal(message.quoted_id, asked.message)
  const [first, second] = steps()
  t.strictSame(first?.quote, { remoteId: remote_id, isOurs: false })
  t.equal(second?.quote, undefined)
})

t.test('where there are no quotes the words go along, and the timeline stays clean', async t => {
  const { asked, reply, steps } = await shop(t, { ...messenger, quotes: false })
  const message = await reply('Baik, kami cek', { quotedId: asked.message })
  t.equal(message.text, 'Baik, kami cek')
  t.match(steps(), [{ text: '> Faktur belum diterima\n\nBaik, kami cek' }])
})

t.test('only a message of the conversation can be quoted', async t => {
  const { ask, reply } = await shop(t)
  const { message } = await ask('Budi')
  await t.rejects(
    reply('Baik', { quotedId: message }),
    wrong({ quoted_id: 'error.field.not_here' })
  )
})

const choices = [
  { id: 'ya', title: 'Ya, kirim ulang' },
  { id: 'tidak', title: 'Tidak' }
]

t.test('choices are buttons with short titles, and lines where there are none', async t => {
  const { reply, steps } = await shop(t)
  await reply('Kirim ulang?', { choices })
  t.match(steps(), [
    { text: 'Kirim ulang?', choices: [{ id: 'ya', title: 'Ya, kirim…' }, choices[1]] }
  ])
  const many = [...choices, { id: 'a', title: 'A' }, { id: 'b', title: 'B', hint: 'nanti' }]
  const message = await reply('Kirim ulang?', { choices: many })
  t.equal(steps()[1]?.text, 'Kirim ulang?\n\n1. Ya, kirim ulang\n2. Tidak\n3. A\n4. B (nanti)')
  t.equal(steps()[1]?.choices, undefined)
  t.strictSame((JSON.parse(message.headers) as MessageHeaders).choices, many)
})

t.test('two choices that would look alike are lines', async t => {
  const { reply, steps } = await shop(t)
  const alike = [
    { id: '1', title: 'Sepatu merah 40' },
    { id: '2', title: 'Sepatu merah 41' }
  ]
  await reply('Yang mana?', { choices: alike })
  t.match(steps()[0]?.text, /1\. Sepatu merah 40\n2\. Sepatu merah 41$/)
})

t.test('choices without words, or the same twice, are refused', async t => {
  const { reply } = await shop(t)
  const refused = wrong({ choices: 'error.field.choices' })
  await t.rejects(reply('Pilih', { choices: [{ id: 'a', title: ' ' }] }), refused)
  await t.rejects(reply('Pilih', { choices: [...choices, ...choices] }), refused)
  await t.rejects(reply(' ', { choices }), wrong({ text: 'error.field.required' }))
})

t.test('a send that the provider calls out of time closes the window', async t => {
  const { db, account, timing, asked, provider, reply } = await shop(t)
  provider.onSend = () => Promise.reject(failure('window_closed', 'Re-engagement message'))
  await reply('Sudah kami kirim')
  await t.rejects(reply('Halo?'), { code: 'window_closed' })
  provider.onSend = () => Promise.resolve()
  const { conversation, identity } = asked
  await writeAgain(db, account, conversation, identity, 'Ya?', timing.now())
  t.ok(await reply('Halo'))
})

t.test('a receipt can close the window, or say that nobody is there; pages are told', async t => {
  const { db, account, timing, asked, reply, steps } = await shop(t)
  const told: string[] = []
  const stop = onCommit(db, news => told.push(...news.map(item => item.topic)))
  t.teardown(stop)
  const refuse = (failureKind: 'window_closed' | 'blocked') =>
    inTransaction(db, trx =>
      receiveReceipt(
        trx,
        account.id,
        {
          ...{ type: 'delivery', key: 'x', at: timing.now().getTime(), status: 'failed' },
          ref: { remoteId: `<${steps().at(-1)?.clientRef}@toko.example>` },
          reason: { code: '131047', text: 'Refused', isPermanent: true, failure: failureKind }
        },
        timing.now()
      )
    )
  await reply('Sudah kami kirim')
  told.length = 0
  await refuse('window_closed')
  t.ok(told.includes('composer.changed'))
  await t.rejects(reply('Halo'), { code: 'window_closed' })

  const { conversation, identity } = asked
  await timing.advance(1000)
  await writeAgain(db, account, conversation, identity, 'Ya?', timing.now())
  await reply('Halo')
  await refuse('blocked')
  const row = await db
    .selectFrom('identity')
    .select('unreachable_reason')
    .where('id', '=', identity)
    .executeTakeFirstOrThrow()
  t.match(row.unreachable_reason, 'Refused')
})

t.test('a refusal that overtook the answer of the provider counts the same', async t => {
  const { db, account, timing, provider, reply } = await shop(t)
  const receipt = {
    ...{ type: 'delivery' as const, key: 'x', at: timing.now().getTime() },
    ...{ ref: { remoteId: 'wamid.7' }, status: 'failed' as const },
    reason: {
      ...{ code: '131047', text: 'Re-engagement', isPermanent: true },
      failure: 'window_closed' as const
    }
  }
  provider.onSend = async () => {
    await inTransaction(db, trx => receiveReceipt(trx, account.id, receipt, timing.now()))
    return { remoteId: 'wamid.7' }
  }
  await reply('Sudah kami kirim')
  await t.rejects(reply('Halo'), { code: 'window_closed' })
})

t.test('sending again keeps the template and the quote', async t => {
  const { db, timing, agent, asked, keep, provider, reply, steps } = await shop(t)
  await keep(shipped)
  provider.onSend = () => Promise.reject(failure('permanent', 'No'))
  const { id } = await reply('', { template: filled, quotedId: asked.message })
  provider.onSend = () => Promise.resolve()
  const again = await resendMessage(db, id, agent, timing.now())
  await timing.advance(10_000)
  t.match(again, { quoted_id: asked.message, text: /Halo Ratna/ })
  t.match(steps().at(-1), { template: filled, quote: { isOurs: false } })
})
