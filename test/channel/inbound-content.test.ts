import t from 'tap'
import { buyer, mailOf, openShop, sari } from './shop.ts'
import { messagesOf, newest, only, withFirstMail } from './timeline.ts'

const dayMs = 24 * 60 * 60_000

t.test('spam and blocked customers', async t => {
  await t.test('spam is kept apart', async t => {
    const { shop } = await withFirstMail(t)

    await shop.deliver(shop.mail, [mailOf({ from: [sari], isSpam: true })])

    t.match(await newest(shop), { is_spam: 1, queue: 'spam', unanswered_count: 0 })
  })

  await t.test('a blocked customer is kept apart, in one conversation', async t => {
    const { shop, conversation } = await withFirstMail(t)
    await shop.db.updateTable('customer').set({ is_blocked: 1 }).execute()

    await shop.deliver(shop.mail, [mailOf()])
    await shop.deliver(shop.mail, [mailOf()])

    t.equal((await messagesOf(shop, conversation.id)).length, 1)
    t.match(await newest(shop), { is_spam: 1, message_count: 2 })
  })
})

t.test('a sender who writes like a machine goes on in silence', async t => {
  const shop = await openShop(t)
  const chat = () => mailOf({ from: [buyer], threadKey: 'u-77' })

  await shop.deliver(shop.chat, Array.from({ length: 65 }, chat))

  t.match(await only(shop), { message_count: 65, unanswered_count: 60 })
})

t.test('history comes in silently and closed, with the dates of then', async t => {
  const shop = await openShop(t)
  const at = Date.parse('2026-10-01T04:00:00Z')
  const first = mailOf({ at })

  await shop.deliver(shop.mail, [first], true)
  const hints = { references: [first.remoteId] }
  await shop.deliver(shop.mail, [mailOf({ at: at + dayMs, hints })], true)

  t.match(await only(shop), {
    status: 'closed',
    message_count: 2,
    unanswered_count: 0,
    created_at: at,
    last_message_at: at + dayMs
  })
})

t.test('what cannot be shown leaves a placeholder', async t => {
  const shop = await openShop(t)
  const remoteId = 'poll-1'

  await shop.deliver(shop.chat, [
    {
      type: 'unsupported',
      key: remoteId,
      remoteId,
      at: 1,
      from: [buyer],
      threadKey: 'u',
      what: 'poll'
    }
  ])

  const [message] = await messagesOf(shop, (await only(shop)).id)
  t.match(JSON.parse(message?.headers ?? ''), { unsupported: 'poll' })
})

t.test('a date of the future does not hold a conversation at the top', async t => {
  const shop = await openShop(t)

  await shop.deliver(shop.mail, [mailOf({ at: shop.clock.now.getTime() + 365 * dayMs })])

  t.equal((await only(shop)).last_message_at, shop.clock.now.getTime())
})

t.test('a very long text is cut in the timeline and kept whole beside it', async t => {
  const shop = await openShop(t)

  await shop.deliver(shop.mail, [mailOf({ text: 'panjang '.repeat(40_000) })])

  const [message] = await messagesOf(shop, (await only(shop)).id)
  t.equal(message?.text.length, 200_000)
  const body = await shop.db.selectFrom('message_body').selectAll().executeTakeFirstOrThrow()
  t.equal(body.full_text?.length, 320_000)
})

t.test('files', async t => {
  const picture = {
    filename: '../logo\u202egnp.exe',
    mime: 'image/png',
    kind: 'image' as const,
    size: 4,
    content: 'PNG!' as unknown as Uint8Array,
    inlineId: 'logo@toko'
  }

  await t.test('are on the disk once, and inline pictures point to them', async t => {
    const shop = await openShop(t)
    const html = '<p>Halo <img src="cid:logo@toko"> <img src="https://luar.example/p.gif"></p>'

    await shop.deliver(shop.mail, [mailOf({ html, attachments: [picture] })])
    await shop.deliver(shop.mail, [mailOf({ attachments: [picture] })])

    const files = await shop.db.selectFrom('attachment').selectAll().orderBy('id').execute()
    t.match(files, [
      { filename: '_logognp.exe', state: 'ready', size: 4 },
      { blob_hash: files[0]?.blob_hash ?? '' }
    ])
    t.equal((await shop.blobs.bytes(files[0]?.blob_hash ?? '')).toString(), 'PNG!')
    t.equal((await shop.db.selectFrom('blob').selectAll().execute()).length, 1)
    const body = await shop.db.selectFrom('message_body').selectAll().executeTakeFirstOrThrow()
    t.match(body, { has_remote_images: 1 })
    t.ok(body.html?.includes(`<img src="/attachments/${files[0]?.token}"`))
  })

  await t.test('that the provider keeps are fetched by a job', async t => {
    const shop = await openShop(t)
    const { content: _content, ...rest } = picture

    await shop.deliver(shop.chat, [mailOf({ attachments: [{ ...rest, ref: 'media-9' }] })])

    t.match(await shop.db.selectFrom('attachment').selectAll().execute(), [
      { state: 'pending', ref: 'media-9', blob_hash: null }
    ])
    t.match(await shop.db.selectFrom('job').selectAll().execute(), [{ name: 'media' }])
  })
})

t.test('what the business wrote on the phone is an answer that has gone out', async t => {
  const shop = await openShop(t)
  await shop.deliver(shop.chat, [mailOf({ from: [buyer], threadKey: 'u-77' })])

  await shop.deliver(shop.chat, [
    mailOf({ from: [], others: [buyer], threadKey: 'u-77', origin: 'business', text: 'Ada, kak' })
  ])

  const conversation = await only(shop)
  t.equal(conversation.unanswered_count, 0)
  t.match(await messagesOf(shop, conversation.id), [{}, { kind: 'outbound', status: 'sent' }])
})
