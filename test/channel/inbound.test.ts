import t, { type Test } from 'tap'
import { clientRef } from '../../server/conversation/client-ref.ts'
import type { Conversation } from '../../server/conversation/table.ts'
import type { Db } from '../../server/db/schema.ts'
import { make } from '../support/factory.ts'
import { budi, mailOf, openShop, sari, unproven, type Shop } from './shop.ts'

const hourMs = 60 * 60_000
const dayMs = 24 * hourMs

t.test('a first mail opens a conversation', async t => {
  const shop = await openShop(t)

  await shop.deliver(shop.mail, [mailOf()])

  const conversation = await only(shop)
  t.match(conversation, { subject: 'Faktur belum diterima', status: 'open', unanswered_count: 1 })
  t.match(await messagesOf(shop, conversation.id), [
    { kind: 'inbound', text: 'Halo, faktur pesanan saya belum sampai.', is_verified: 1 }
  ])
  t.match(await shop.db.selectFrom('customer').selectAll().execute(), [{ name: 'Budi Santoso' }])
  t.match(await journalOf(shop), [{ state: 'done', attempts: 1, error: null }])
})

t.test('rule 1: a proven thread', async t => {
  await t.test('a reference to a stored message joins its conversation', async t => {
    const { shop, first, conversation } = await withFirstMail(t)

    await shop.deliver(shop.mail, [mailOf({ hints: { references: [first.remoteId] } })])

    t.equal((await messagesOf(shop, conversation.id)).length, 2)
  })

  await t.test('our own reference joins with its proof, and no other spelling of it', async t => {
    const { shop, conversation } = await withFirstMail(t)
    const ref = clientRef(conversation.id, conversation.reply_token, 7)
    const forged = [
      ref.replace(/[0-9a-f]{16}$/, '0000000000000000'),
      ref.slice(0, -2),
      ref.toUpperCase(),
      `c${conversation.id}.m8.${ref.slice(-16)}`,
      `c${conversation.id}.m7`,
      `c0${conversation.id}.m7.${ref.slice(-16)}`
    ]

    for (const text of forged) {
      await shop.deliver(shop.mail, [mailOf({ hints: { clientRefs: [text] } })])
    }
    t.equal((await messagesOf(shop, conversation.id)).length, 1)
    await shop.deliver(shop.mail, [mailOf({ hints: { clientRefs: [ref] } })])

    t.equal((await messagesOf(shop, conversation.id)).length, 2)
  })

  await t.test('a reply address joins with its token', async t => {
    const { shop, conversation } = await withFirstMail(t)
    const token = (text: string) => [{ conversation: conversation.id, token: text }]

    await shop.deliver(shop.mail, [mailOf({ hints: { replyTokens: token('') } })])
    await shop.deliver(shop.mail, [mailOf({ hints: { replyTokens: token('a'.repeat(20)) } })])
    t.equal((await messagesOf(shop, conversation.id)).length, 1)
    const right = token(conversation.reply_token.toUpperCase())
    await shop.deliver(shop.mail, [mailOf({ hints: { replyTokens: right } })])

    t.equal((await messagesOf(shop, conversation.id)).length, 2)
  })

  await t.test(
    'a participant whose mail is not proven today joins, and cannot move answers',
    async t => {
      const { shop, first, conversation } = await withFirstMail(t)
      const forged = {
        from: [unproven(budi)],
        replyTo: { kind: 'email' as const, value: 'pencuri@jahat.example', verified: false },
        others: [{ kind: 'email' as const, value: 'mata@jahat.example', verified: false }]
      }

      await shop.deliver(shop.mail, [
        mailOf({ ...forged, hints: { references: [first.remoteId] } })
      ])

      const [, second] = await messagesOf(shop, conversation.id)
      t.match(second, { is_verified: 0, identity_id: (await identityOf(shop.db, budi.value)).id })
      const headers = JSON.parse(second?.headers ?? '{}')
      t.equal(headers.replyTo, undefined)
      t.equal(headers.cc, undefined)
      t.match(headers, {
        others: [{ value: 'mata@jahat.example' }],
        context: { replyToIgnored: 'pencuri@jahat.example' }
      })
      t.same(await participantsOf(shop, conversation.id), [budi.value])
    }
  )

  await t.test('a stranger with a true reference gets a conversation of their own', async t => {
    const { shop, first, conversation } = await withFirstMail(t)
    const ref = clientRef(conversation.id, conversation.reply_token, 1)
    const hints = { references: [first.remoteId], clientRefs: [ref] }

    await shop.deliver(shop.mail, [mailOf({ from: [sari], hints })])

    t.equal((await messagesOf(shop, conversation.id)).length, 1)
    const other = await newest(shop)
    t.not(other.id, conversation.id)
    t.match(await suggestionsOf(shop), [
      { reason: 'reference', conversation_id: other.id, other_conversation_id: conversation.id }
    ])
    t.same(await participantsOf(shop, conversation.id), [budi.value])
  })

  await t.test('a participant brings others in only by a proven mail', async t => {
    const { shop, first, conversation } = await withFirstMail(t)
    const others = [unproven(sari)]
    const hints = { references: [first.remoteId] }

    await shop.deliver(shop.mail, [mailOf({ others, hints })])
    await shop.deliver(shop.mail, [mailOf({ from: [unproven(sari)], hints })])

    t.same(await participantsOf(shop, conversation.id), [budi.value, sari.value])
    t.equal((await messagesOf(shop, conversation.id)).length, 3)
  })

  await t.test('copies of a first mail are shown and are nobody yet', async t => {
    const shop = await openShop(t)

    await shop.deliver(shop.mail, [mailOf({ others: [unproven(sari)] })])

    const conversation = await only(shop)
    t.same(await participantsOf(shop, conversation.id), [budi.value])
    const [message] = await messagesOf(shop, conversation.id)
    t.match(JSON.parse(message?.headers ?? ''), { cc: [{ value: sari.value }] })
  })

  await t.test('references of another account prove nothing', async t => {
    const { shop, first, conversation } = await withFirstMail(t)

    const from = [unproven(budi)]
    await shop.deliver(shop.chat, [mailOf({ from, hints: { references: [first.remoteId] } })])

    t.equal((await messagesOf(shop, conversation.id)).length, 1)
  })
})

t.test('the number in a subject', async t => {
  await t.test('is believed from a participant', async t => {
    const { shop, conversation } = await withFirstMail(t)

    await shop.deliver(shop.mail, [mailOf({ hints: { number: conversation.id } })])

    t.equal((await messagesOf(shop, conversation.id)).length, 2)
  })

  await t.test('of a stranger only suggests', async t => {
    const { shop, conversation } = await withFirstMail(t)

    await shop.deliver(shop.mail, [mailOf({ from: [sari], hints: { number: conversation.id } })])

    t.equal((await messagesOf(shop, conversation.id)).length, 1)
    t.match(await suggestionsOf(shop), [
      { reason: 'subject_tag', other_conversation_id: conversation.id, state: 'open' }
    ])
  })

  await t.test('that belongs to no conversation means nothing', async t => {
    const { shop } = await withFirstMail(t)

    await shop.deliver(shop.mail, [mailOf({ from: [sari], hints: { number: 999_999 } })])

    t.same(await suggestionsOf(shop), [])
  })
})

const buyer = { kind: 'external' as const, namespace: 'chat', value: 'u-77', verified: true }

t.test('rule 2: the open chat goes on', async t => {
  const shop = await openShop(t)
  const chat = (text: string) => mailOf({ from: [buyer], threadKey: 'u-77', text })

  await shop.deliver(shop.chat, [chat('Halo'), chat('Stok masih ada?')])
  await shop.deliver(shop.chat, [chat('Kak?')])

  const conversation = await only(shop)
  t.match(conversation, { message_count: 3, unanswered_count: 3, thread_key: 'u-77' })
})

t.test('rule 3: what is warm on another channel goes on', async t => {
  const phone = { kind: 'phone' as const, value: '0812-3456-7890', verified: true }
  const both = { from: [{ ...buyer }, phone], threadKey: 'u-77', text: 'Halo dari chat' }

  const customerWithChat = async (t: Test) => {
    const shop = await openShop(t)
    await shop.deliver(shop.chat, [mailOf(both)])
    return { shop, conversation: await only(shop) }
  }
  const byPhone = (more = {}) =>
    mailOf({ from: [{ ...phone, value: '62 812 3456 7890' }], ...more })

  await t.test('within the window', async t => {
    const { shop, conversation } = await customerWithChat(t)
    shop.clock.now = new Date(shop.clock.now.getTime() + 71 * hourMs)

    await shop.deliver(shop.mail, [byPhone()])

    const messages = await messagesOf(shop, conversation.id)
    t.same(
      messages.map(message => message.channel),
      ['chat', 'mail']
    )
  })

  await t.test('not after it', async t => {
    const { shop, conversation } = await customerWithChat(t)
    shop.clock.now = new Date(shop.clock.now.getTime() + 73 * hourMs)

    await shop.deliver(shop.mail, [byPhone()])

    t.equal((await messagesOf(shop, conversation.id)).length, 1)
    t.equal((await newest(shop)).customer_id, conversation.customer_id)
  })

  await t.test('not for a sender who is not proven, nor for a machine', async t => {
    const { shop, conversation } = await customerWithChat(t)

    await shop.deliver(shop.mail, [byPhone({ from: [unproven(phone)] })])
    await shop.deliver(shop.mail, [byPhone({ automatic: 'Auto-Submitted' })])

    t.equal((await messagesOf(shop, conversation.id)).length, 1)
  })

  await t.test('not for a new mail beside an open mail', async t => {
    const { shop } = await withFirstMail(t)

    await shop.deliver(shop.mail, [mailOf({ subject: 'Mau pesan lagi' })])

    t.equal((await conversationsOf(shop)).length, 2)
  })
})

t.test('rule 4: a closed thread', async t => {
  const closed = async (t: Test, daysAgo: number, status: 'closed' | 'snoozed' = 'closed') => {
    const { shop, first, conversation } = await withFirstMail(t)
    const closed_at = shop.clock.now.getTime() - daysAgo * dayMs
    await shop.db
      .updateTable('conversation')
      .set({ status, closed_at: status === 'closed' ? closed_at : null })
      .where('id', '=', conversation.id)
      .execute()
    const answer = (more = {}) => mailOf({ hints: { references: [first.remoteId] }, ...more })
    return { shop, id: conversation.id, answer }
  }
  const statusOf = async (shop: Shop, id: number) =>
    (await conversationsOf(shop)).find(row => row.id === id)?.status

  await t.test('is reopened by its customer within the time', async t => {
    const { shop, id, answer } = await closed(t, 6)

    await shop.deliver(shop.mail, [answer()])

    t.equal(await statusOf(shop, id), 'open')
    t.match(await eventsOf(shop, id), [{ action: 'opened' }, { action: 'reopened' }])
  })

  await t.test('stays closed after it, and a new one begins', async t => {
    const { shop, id, answer } = await closed(t, 8)

    await shop.deliver(shop.mail, [answer()])

    t.equal(await statusOf(shop, id), 'closed')
    t.equal((await conversationsOf(shop)).length, 2)
  })

  await t.test('takes an out-of-office note without waking up', async t => {
    const { shop, id, answer } = await closed(t, 1)

    await shop.deliver(shop.mail, [answer({ automatic: 'Auto-Submitted' })])

    t.equal(await statusOf(shop, id), 'closed')
    t.match(await messagesOf(shop, id), [{}, { is_automatic: 1 }])
    t.equal((await only(shop)).unanswered_count, 1)
  })

  await t.test('a snoozed one wakes up', async t => {
    const { shop, id, answer } = await closed(t, 1, 'snoozed')

    await shop.deliver(shop.mail, [answer()])

    t.equal(await statusOf(shop, id), 'open')
  })
})

t.test('what comes twice is there once', async t => {
  await t.test('the same message id', async t => {
    const { shop, first } = await withFirstMail(t)

    await shop.deliver(shop.mail, [first])

    t.equal((await only(shop)).message_count, 1)
    t.match(await journalOf(shop), [{ state: 'done' }, { state: 'ignored' }])
  })

  await t.test('the same key, many times at once', async t => {
    const shop = await openShop(t)
    shop.reader.start()
    const mail = mailOf()

    const added = await Promise.all(
      Array.from({ length: 20 }, () => shop.append(shop.mail, 'uid-1', [mail]))
    )
    await shop.reader.drain()

    t.equal(
      added.reduce((sum, count) => sum + count, 0),
      1
    )
    t.equal((await only(shop)).message_count, 1)
  })

  await t.test('our own message coming back', async t => {
    const { shop, conversation } = await withFirstMail(t)
    await make.message(shop.db, {
      conversation_id: conversation.id,
      account_id: shop.mail,
      kind: 'outbound',
      remote_id: '<terkirim@tokosapa.example>'
    })
    const ref = clientRef(conversation.id, conversation.reply_token, 9)

    await shop.deliver(shop.mail, [mailOf({ remoteId: '<terkirim@tokosapa.example>' })])
    await shop.deliver(shop.mail, [mailOf({ remoteId: `<sapa.${ref}@tokosapa.example>` })])
    await shop.deliver(shop.chat, [mailOf({ remoteId: '<terkirim@tokosapa.example>' })])

    t.equal((await conversationsOf(shop)).length, 1)
    t.match((await journalOf(shop)).slice(1), [
      { state: 'ignored' },
      { state: 'ignored' },
      { state: 'ignored' }
    ])
  })
})

t.test('colleagues', async t => {
  const dewi = { ...budi, value: 'dewi@tokosapa.example', name: 'Dewi' }
  const withAgent = async (t: Test, given = {}) => {
    const found = await withFirstMail(t)
    const agent = await make.agent(found.shop.db, { email: 'Dewi@tokosapa.example', ...given })
    const { id, reply_token } = found.conversation
    return { ...found, agent, hints: { clientRefs: [clientRef(id, reply_token, 3)] } }
  }
  const forwarded = {
    from: sari,
    subject: 'Harga grosir',
    note: 'Tolong dibantu ya',
    text: 'Berapa harganya?'
  }

  await t.test('a forward opens a conversation for the original sender, with the note', async t => {
    const { shop, agent } = await withAgent(t)

    await shop.deliver(shop.mail, [mailOf({ from: [dewi], text: 'FYI', forwarded })])

    const conversation = await newest(shop)
    t.equal(conversation.subject, 'Harga grosir')
    t.match(await messagesOf(shop, conversation.id), [
      { kind: 'inbound', text: 'Berapa harganya?', is_verified: 0 },
      { kind: 'note', text: 'Tolong dibantu ya', agent_id: agent.id }
    ])
    t.match(await identityOf(shop.db, sari.value), { verified_at: null })
    t.same(await participantsOf(shop, conversation.id), [sari.value])
  })

  await t.test('somebody who only says to be an agent is anybody', async t => {
    const { shop, conversation, hints } = await withAgent(t)

    await shop.deliver(shop.mail, [mailOf({ from: [unproven(dewi)], hints })])
    await shop.deliver(shop.mail, [mailOf({ from: [dewi], isSuspicious: true, hints })])
    await shop.deliver(shop.mail, [mailOf({ from: [unproven(dewi)], forwarded })])

    t.equal((await messagesOf(shop, conversation.id)).length, 1)
    const kinds = await shop.db.selectFrom('message').select('kind').distinct().execute()
    t.same(kinds, [{ kind: 'inbound' }])
  })

  await t.test('an agent whose access was taken away is a stranger', async t => {
    const { shop, conversation, hints } = await withAgent(t, { is_active: 0 })

    await shop.deliver(shop.mail, [mailOf({ from: [dewi], hints })])

    t.equal((await messagesOf(shop, conversation.id)).length, 1)
    t.match(await suggestionsOf(shop), [{ reason: 'reference' }])
  })

  await t.test('an answer to our own message goes out to the customer', async t => {
    const { shop, agent, conversation, hints } = await withAgent(t)
    const text = 'Sudah kami kirim ulang, Pak.'

    await shop.deliver(shop.mail, [mailOf({ from: [dewi], text, hints })])

    const [, reply] = await messagesOf(shop, conversation.id)
    t.match(reply, { kind: 'outbound', status: 'queued', agent_id: agent.id, text })
    const [step] = await shop.db.selectFrom('outbox').selectAll().execute()
    t.match(JSON.parse(step?.payload ?? '{}'), { to: { value: budi.value } })
  })

  await t.test('an answer that cannot go out stays as a note', async t => {
    const { shop, conversation, hints } = await withAgent(t)
    await shop.db.updateTable('account').set({ is_enabled: 0 }).execute()

    await shop.deliver(shop.mail, [mailOf({ from: [dewi], text: 'Segera, Pak.', hints })])

    t.match(await messagesOf(shop, conversation.id), [{}, { kind: 'note', text: 'Segera, Pak.' }])
    t.same(await shop.db.selectFrom('outbox').selectAll().execute(), [])
  })

  await t.test('an agent with only a stored reference does not answer the customer', async t => {
    const { shop, first, conversation } = await withAgent(t)

    await shop.deliver(shop.mail, [
      mailOf({ from: [dewi], hints: { references: [first.remoteId] } })
    ])

    t.equal((await messagesOf(shop, conversation.id)).length, 1)
  })
})

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

async function withFirstMail(t: Test) {
  const shop = await openShop(t)
  const first = mailOf()
  await shop.deliver(shop.mail, [first])
  return { shop, first, conversation: await only(shop) }
}

const conversationsOf = (shop: Shop) =>
  shop.db.selectFrom('conversation').selectAll().orderBy('id').execute()

async function only(shop: Shop): Promise<Conversation> {
  const [first, ...rest] = await conversationsOf(shop)
  if (!first || rest.length > 0) throw new Error(`${rest.length + 1} conversations instead of one`)
  return first
}

async function newest(shop: Shop): Promise<Conversation> {
  const last = (await conversationsOf(shop)).at(-1)
  if (!last) throw new Error('No conversation')
  return last
}

const messagesOf = (shop: Shop, id: number) =>
  shop.db
    .selectFrom('message')
    .selectAll()
    .where('conversation_id', '=', id)
    .orderBy('id')
    .execute()

const eventsOf = (shop: Shop, id: number) =>
  shop.db.selectFrom('event').selectAll().where('conversation_id', '=', id).orderBy('id').execute()

const suggestionsOf = (shop: Shop) => shop.db.selectFrom('suggestion').selectAll().execute()

const journalOf = (shop: Shop) => shop.db.selectFrom('journal').selectAll().orderBy('id').execute()

const identityOf = (db: Db, value: string) =>
  db.selectFrom('identity').selectAll().where('value', '=', value).executeTakeFirstOrThrow()

async function participantsOf(shop: Shop, id: number): Promise<string[]> {
  const rows = await shop.db
    .selectFrom('participant')
    .innerJoin('identity', 'identity.id', 'participant.identity_id')
    .select('identity.value')
    .where('participant.conversation_id', '=', id)
    .orderBy('identity.id')
    .execute()
  return rows.map(row => row.value)
}
