import t from 'tap'
import type { InboundMessage } from '../../server/plugin-api/event.ts'
import { buyer, type Shop } from './shop.ts'
import { first, talk, textsOf, threadKey, versionsOf } from './talk.ts'
import { messagesOf, only } from './timeline.ts'

t.test('albums', async t => {
  const photo = (name: string) => ({
    ...{ mime: 'image/png', kind: 'image' as const, size: 3, filename: `${name}.png` },
    content: name as never
  })
  const part = (name: string, more: Partial<InboundMessage> = {}) => ({
    ...{ albumKey: 'a-1', attachments: [photo(name)] },
    ...more
  })
  const filesOf = async ({ db }: Shop) =>
    (await db.selectFrom('attachment').select('filename').orderBy('id').execute()).map(
      file => file.filename
    )

  await t.test('are one message with one badge, in any order, and repeats do nothing', async t => {
    const shop = await talk(t)
    await shop.say('p-2', '', part('dua'))
    const { unanswered_count } = await only(shop)

    await shop.say('p-1', 'Foto rusaknya', part('satu', { at: shop.clock.now.getTime() - 1_000 }))
    await shop.say('p-3', '', part('tiga'))
    await shop.say('p-3', '', part('tiga'))
    await shop.say('p-2', '', part('dua'))

    const conversation = await only(shop)
    t.same(await textsOf(shop), ['Foto rusaknya'])
    t.same(await filesOf(shop), ['dua.png', 'satu.png', 'tiga.png'])
    t.match(conversation, { unanswered_count, message_count: 1, preview: 'Foto rusaknya' })
  })

  await t.test('a part is answered, changed and taken back by its own id', async t => {
    const shop = await talk(t)
    await shop.say('p-1', 'Depan', part('satu'))
    await shop.say('p-2', 'Belakang', part('dua'))
    t.same(await textsOf(shop), ['Depan\n\nBelakang'])

    await shop.tell({ type: 'edit', remoteId: 'p-2', text: 'Belakang kiri' })
    t.same(await textsOf(shop), ['Depan\n\nBelakang kiri'])
    await shop.say('p-3', 'Yang ini', { quote: { remoteId: 'p-2' } })
    const [album, answer] = await messagesOf(shop, (await only(shop)).id)
    t.equal(answer?.quoted_id, album?.id)
    await shop.tell({ type: 'deletion', remoteId: 'p-1' })

    t.match(await first(shop), { text: 'Belakang kiri', deleted_at: null })
    t.same(await filesOf(shop), ['dua.png'])
    t.same(await versionsOf(shop), [], 'earlier texts had the words of the part')
    await shop.tell({ type: 'deletion', remoteId: 'p-2' })
    t.match(await first(shop), { text: '', deleted_at: Number })
    t.same(await filesOf(shop), [])
  })

  await t.test('another minute, chat, person or key is another message', async t => {
    const shop = await talk(t)
    await shop.say('p-1', 'Satu', part('satu'))
    await shop.say('p-2', 'Kunci lain', part('dua', { albumKey: 'a-2' }))
    await shop.say('p-3', 'Tanpa kunci', { attachments: [photo('tiga')] })
    await shop.say('p-4', 'Orang lain', part('empat', { from: [{ ...buyer, value: 'u-88' }] }))
    shop.clock.now = new Date(shop.clock.now.getTime() + 61_000)
    await shop.say('p-5', 'Nanti', part('lima'))
    await shop.say('p-6', 'Obrolan lain', part('enam', { threadKey: 'lain' }))

    const rows = await shop.db.selectFrom('message').select('text').orderBy('id').execute()
    t.equal(rows.length, 6)
  })
})

t.test('what is no text', async t => {
  await t.test('cards are kept in bounds, and their links lead where they say', async t => {
    const shop = await talk(t)
    const place = { kind: 'place' as const, latitude: -6.2, longitude: 106.8 }
    await shop.say('p-1', '', {
      cards: [
        { ...place, name: 'Toko\u202e Sapa\n', url: 'https://bank.example@jahat.example/' },
        { ...place, url: 'javascript:alert(1)' },
        { kind: 'link', title: 'x'.repeat(900), url: 'https://toko.example/iklan' },
        { kind: 'contact', name: 'Budi', phones: Array(50).fill('0812'), emails: [] },
        ...Array(20).fill(place)
      ]
    })

    const { cards } = JSON.parse((await first(shop))?.headers ?? '{}') as { cards: object[] }
    t.equal(cards.length, 10)
    t.same(cards.slice(0, 2), [{ ...place, name: 'Toko Sapa' }, place])
    t.match(cards[2], { title: 'x'.repeat(300), url: 'https://toko.example/iklan' })
    t.match(cards[3], { phones: { length: 10 } })
    t.match(await only(shop), { preview: 'Toko Sapa', preview_what: 'place' })
    const people = await shop.db.selectFrom('identity').select('value').execute()
    t.same(people, [{ value: buyer.value }], 'whose number a card holds has not written')
  })

  await t.test('lists say what a message without words is', async t => {
    const shop = await talk(t)
    const file = { mime: 'audio/ogg', size: 3, content: 'abc' as never }
    const shown = async () => {
      const { preview, preview_what } = await only(shop)
      return [preview_what, preview]
    }
    await shop.say('p-1', '', { attachments: [{ ...file, kind: 'voice' }] })
    t.same(await shown(), ['voice', ''])
    await shop.say('p-2', '', { attachments: [{ ...file, kind: 'file', filename: 'nota.pdf' }] })
    t.same(await shown(), ['file', 'nota.pdf'])
    await shop.say('p-3', '', {
      cards: [{ kind: 'order', items: [{ name: 'Batik', quantity: 2 }] }]
    })
    t.same(await shown(), ['order', 'Batik'])
    await shop.tell({
      ...{ type: 'unsupported', remoteId: 'p-4', from: [buyer], what: 'poll' },
      threadKey
    })
    t.same(await shown(), ['unsupported', ''])
    await shop.say('p-5', 'Sudah?')
    t.same(await shown(), [null, 'Sudah?'])
  })

  await t.test('quotes name a message of the same customer, else only its words', async t => {
    const shop = await talk(t)
    await shop.say('p-1', 'Harga batik?')
    await shop.say('p-2', 'Yang ini', { quote: { remoteId: 'p-1', text: 'q'.repeat(900) } })
    const lain = { from: [{ ...buyer, value: 'u-88' }], threadKey: 'u-88' }
    await shop.say('p-3', 'Saya juga', { ...lain, quote: { remoteId: 'p-1', text: 'Harga' } })
    await shop.say('p-4', 'Entah', { quote: { remoteId: 'tak-ada' }, choice: { id: 'ya' } })

    const rows = await shop.db.selectFrom('message').selectAll().orderBy('id').execute()
    t.same(
      rows.map(row => row.quoted_id),
      [null, rows[0]?.id, null, null]
    )
    const headers = rows.map(row => JSON.parse(row.headers) as Record<string, unknown>)
    t.same(headers[1], { quote: 'q'.repeat(500) })
    t.same(headers[2], { quote: 'Harga' })
    t.same(headers[3], { choice: 'ya' })
  })
})
