import t from 'tap'
import { dropParkedChanges } from '../../server/channel/receive/park.ts'
import { applyParked } from '../../server/channel/receipt/receive.ts'
import { make } from '../support/factory.ts'
import { addAccount, buyer, type Shop, scriptedChannel, unproven } from './shop.ts'
import { first, talk, textsOf, versionsOf } from './talk.ts'
import { journalOf, only } from './timeline.ts'

const reactionsOf = async ({ db }: Shop) =>
  (await db.selectFrom('reaction').select('emoji').orderBy('emoji').execute()).map(r => r.emoji)

/** What must not move when something is only said about a message. */
async function calm(shop: Shop) {
  const { unanswered_count, waiting_since, last_inbound_at, last_message_at, status } =
    await only(shop)
  return { unanswered_count, waiting_since, last_inbound_at, last_message_at, status }
}

t.test('edits', async t => {
  await t.test('the new words are shown, the earlier ones are history, nothing moves', async t => {
    const shop = await talk(t)
    await shop.say('p-1', 'Alamat saya Jl. Melati 5')
    const before = await calm(shop)

    await shop.tell({ type: 'edit', remoteId: 'p-1', text: 'Alamat saya Jl. Melati 7' })

    t.match(await first(shop), {
      text: 'Alamat saya Jl. Melati 7',
      edited_at: shop.clock.now.getTime()
    })
    t.match(await versionsOf(shop), [{ text: 'Alamat saya Jl. Melati 5' }])
    t.equal((await only(shop)).preview, 'Alamat saya Jl. Melati 7')
    t.same(await calm(shop), before)
  })

  await t.test('twice is once, and what is older comes too late', async t => {
    const shop = await talk(t)
    await shop.say('p-1', 'Satu')
    const at = shop.clock.now.getTime() + 500
    await shop.tell({ type: 'edit', remoteId: 'p-1', text: 'Tiga' })

    await shop.tell({ type: 'edit', remoteId: 'p-1', text: 'Tiga' })
    await shop.tell({ type: 'edit', remoteId: 'p-1', text: 'Dua', at })

    t.same(await textsOf(shop), ['Tiga'])
    t.equal((await versionsOf(shop)).length, 1)
  })

  await t.test('an earlier message changes without becoming the newest', async t => {
    const shop = await talk(t)
    await shop.say('p-1', 'Satu')
    await shop.say('p-2', 'Dua')

    await shop.tell({ type: 'edit', remoteId: 'p-1', text: 'Satu, maaf' })

    t.equal((await only(shop)).preview, 'Dua')
    t.same(await textsOf(shop), ['Satu, maaf', 'Dua'])
  })

  await t.test('a very long one is cut in the timeline, the whole stays', async t => {
    const shop = await talk(t)
    await shop.say('p-1', 'Pendek')

    await shop.tell({ type: 'edit', remoteId: 'p-1', text: 'a'.repeat(200_005) })

    t.match(await first(shop), { has_quote: 1, text: /^a{200000}$/ })
    const [body] = await shop.db.selectFrom('message_body').select('full_text').execute()
    t.equal(body?.full_text?.length, 200_005)
  })

  await t.test('history keeps the newest hundred versions', async t => {
    const shop = await talk(t)
    await shop.say('p-1', 'Awal')
    const edits = Array.from({ length: 103 }, (_, n) => ({
      ...{ type: 'edit' as const, key: `e-${n}`, remoteId: 'p-1', text: `Ubahan ${n}` },
      at: shop.clock.now.getTime() + n
    }))
    shop.clock.now = new Date(shop.clock.now.getTime() + 1_000)
    await shop.deliver(shop.chat, edits)

    const versions = await versionsOf(shop)
    t.equal(versions.length, 100)
    t.equal(versions.at(-1)?.text, 'Ubahan 101')
  })

  await t.test('one account never changes the message of another', async t => {
    const shop = await talk(t)
    shop.channels.register(scriptedChannel('chat2'), 'test')
    const other = await addAccount(shop.db, 'chat2', null)
    await shop.say('p-1', 'Punya saya')

    await shop.tell({ type: 'edit', remoteId: 'p-1', text: 'Diganti' }, other)
    await shop.tell({ type: 'deletion', remoteId: 'p-1' }, other)

    t.match(await first(shop), { text: 'Punya saya', deleted_at: null })
  })
})

t.test('a message that was taken back leaves nothing of what it said', async t => {
  const shop = await talk(t)
  await shop.say('p-1', 'Nomor kartu saya 4111', {
    html: '<p>Nomor kartu saya 4111</p>',
    attachments: [
      { mime: 'image/png', kind: 'image', size: 3, content: 'abc' as never, filename: 'kartu.png' }
    ],
    cards: [{ kind: 'contact', name: 'Budi 4111', phones: ['4111'], emails: [] }],
    context: { halaman: '4111' }
  })
  await shop.tell({ type: 'edit', remoteId: 'p-1', text: 'Kartu 4111' })
  await shop.tell({ type: 'reaction', remoteId: 'p-1', from: [buyer], emojis: ['👍'] })
  const before = await calm(shop)

  await shop.tell({ type: 'deletion', remoteId: 'p-1' })
  await shop.tell({ type: 'deletion', remoteId: 'p-1' })
  await shop.tell({ type: 'edit', remoteId: 'p-1', text: 'Kartu 4111 lagi' })

  const message = await first(shop)
  t.match(message, { text: '', deleted_at: shop.clock.now.getTime() - 2_000, has_html: 0 })
  t.match(await only(shop), { preview: '', preview_what: 'removed' })
  t.same(await calm(shop), before)
  for (const table of ['message', 'message_body', 'message_version', 'conversation'] as const) {
    t.notMatch(JSON.stringify(await shop.db.selectFrom(table).selectAll().execute()), /4111/, table)
  }
  t.same(await shop.db.selectFrom('attachment').selectAll().execute(), [])
  t.same(await reactionsOf(shop), [])
  t.match(Buffer.from((await journalOf(shop))[0]?.body ?? '').toString(), /4111/)
})

t.test('neither do answers that quote it, nor the request that carried it', async t => {
  const shop = await talk(t)
  await shop.say('p-1', 'Nomor kartu saya 4111')
  await shop.say('p-2', 'Yang ini', { quote: { remoteId: 'p-1', text: 'kartu saya 4111' } })
  const { id } = await only(shop)
  const ours = await make.message(shop.db, {
    ...{ conversation_id: id, account_id: shop.chat, kind: 'outbound', text: 'Kartu 4111?' },
    remote_id: 'kami-1'
  })
  const to = { kind: 'external', value: buyer.value }
  const payload = { to, cc: [], bcc: [], text: 'Kartu 4111?', attachmentIds: [] }
  await shop.db
    .insertInto('outbox')
    .values({
      ...{ message_id: ours.id, account_id: shop.chat, thread: 'k:1', kind: 'message' },
      ...{ client_ref: 'c1', state: 'sent', remote_id: 'kami-1', send_after: 1, created_at: 1 },
      payload: JSON.stringify(payload)
    })
    .execute()

  await shop.tell({ type: 'deletion', remoteId: 'p-1' })
  await shop.tell({ type: 'deletion', remoteId: 'kami-1' })

  for (const table of ['message', 'outbox'] as const) {
    t.notMatch(JSON.stringify(await shop.db.selectFrom(table).selectAll().execute()), /4111/, table)
  }
})

t.test('reactions', async t => {
  const react = (emojis: string[], more: object = {}) => ({
    ...{ type: 'reaction', remoteId: 'p-1', from: [buyer], emojis },
    ...more
  })

  await t.test('are what they are now, and move nothing', async t => {
    const shop = await talk(t)
    await shop.say('p-1', 'Terima kasih')
    const before = await calm(shop)

    await shop.tell(react(['👍', '❤']))
    t.same(await reactionsOf(shop), ['❤', '👍'])
    const late = { at: shop.clock.now.getTime() - 1 }
    await shop.tell(react([]))
    t.same(await reactionsOf(shop), [])
    await shop.tell(react(['😡'], late))

    t.same(await reactionsOf(shop), [], 'an older one comes too late, also for none')
    t.same(await calm(shop), before)
  })

  await t.test('of strangers and of what is only claimed count for nothing', async t => {
    const shop = await talk(t)
    await shop.say('p-1', 'Halo')
    await shop.say('p-2', 'Saya lain', { from: [{ ...buyer, value: 'u-88' }], threadKey: 'u-88' })

    await shop.tell(react(['👍'], { from: [{ ...buyer, value: 'u-88' }] }))
    await shop.tell(react(['👍'], { from: [unproven(buyer)] }))
    await shop.tell(react(['👍'], { from: [] }))

    t.same(await reactionsOf(shop), [])
  })

  await t.test('of a group are those of each member, who is named', async t => {
    const shop = await talk(t)
    await shop.say('p-1', 'Stok kaos ada?')
    const of = (n: number, emojis: string[], more = {}) =>
      react(emojis, { groupMember: { id: `a-${n}`, name: `Anggota ${n}` }, ...more })
    await shop.tell(of(1, ['👍']))
    await shop.tell(of(2, ['👍', '❤']))
    await shop.tell(of(2, ['❤']))
    await shop.tell(of(1, [], { at: 1 }))
    const rows = () =>
      shop.db.selectFrom('reaction').select(['member_name', 'emoji']).orderBy('member').execute()
    t.same(await rows(), [
      { member_name: 'Anggota 1', emoji: '👍' },
      { member_name: 'Anggota 2', emoji: '❤' }
    ])
    const { id } = await shop.db.selectFrom('message').select('id').executeTakeFirstOrThrow()
    const marks = Array.from({ length: 498 }, (_, n) => ({
      ...{ message_id: id, identity_id: 1, member: `lain-${n}`, at: 1 }
    }))
    await shop.db.insertInto('reaction_mark').values(marks).execute()
    await shop.tell(of(3, ['👎']))
    await shop.tell(of(1, []))
    t.same(await rows(), [{ member_name: 'Anggota 2', emoji: '❤' }], 'a crowd ends somewhere')
  })

  await t.test('are few and short', async t => {
    const shop = await talk(t)
    await shop.say('p-1', 'Halo')
    const many = Array.from({ length: 50 }, (_, n) => `${n}`.padStart(2, '0').repeat(40))

    await shop.tell(react(['', '\u202e', ...many, many[0] ?? '']))

    const kept = await reactionsOf(shop)
    t.equal(kept.length, 10)
    t.ok(kept.every(emoji => emoji.length <= 32))
  })

  await t.test('to our own messages', async t => {
    const shop = await talk(t)
    await shop.say('p-1', 'Halo')
    const { id } = await only(shop)
    await make.message(shop.db, {
      ...{ conversation_id: id, account_id: shop.chat, kind: 'outbound', remote_id: 'kami-1' }
    })

    await shop.tell(react(['🙏'], { remoteId: 'kami-1' }))

    t.same(await reactionsOf(shop), ['🙏'])
  })
})

t.test('what comes before its message waits for it', async t => {
  await t.test('and takes effect in its order', async t => {
    const shop = await talk(t)
    await shop.tell({ type: 'edit', remoteId: 'p-1', text: 'Dua' })
    await shop.tell({ type: 'reaction', remoteId: 'p-1', from: [buyer], emojis: ['👍'] })
    await shop.tell({ type: 'edit', remoteId: 'p-1', text: 'Tiga' })

    await shop.say('p-1', 'Satu', { at: shop.clock.now.getTime() - 60_000 })

    t.same(await textsOf(shop), ['Tiga'])
    t.same(
      (await versionsOf(shop)).map(version => version.text),
      ['Satu', 'Dua']
    )
    t.same(await reactionsOf(shop), ['👍'])
    t.same(await shop.db.selectFrom('parked_event').selectAll().execute(), [])
  })

  await t.test('also when it is one of ours, whose id comes with the answer of send', async t => {
    const shop = await talk(t)
    await shop.say('p-1', 'Halo')
    const { id } = await only(shop)
    await shop.tell({ type: 'reaction', remoteId: 'kami-1', from: [buyer], emojis: ['👍'] })
    await make.message(shop.db, {
      ...{ conversation_id: id, account_id: shop.chat, kind: 'outbound', remote_id: 'kami-1' }
    })

    await applyParked(shop.db, shop.chat, ['kami-1'], shop.clock.now)

    t.same(await reactionsOf(shop), ['👍'])
  })

  await t.test('for ten minutes', async t => {
    const shop = await talk(t)
    await shop.tell({ type: 'deletion', remoteId: 'p-9' })
    const after = (minutes: number) => new Date(shop.clock.now.getTime() + minutes * 60_000)

    t.equal(await dropParkedChanges(shop.db, after(9)), 0)
    t.equal(await dropParkedChanges(shop.db, after(11)), 1)
  })
})
