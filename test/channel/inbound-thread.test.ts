import t, { type Test } from 'tap'
import { clientRef } from '../../server/conversation/chat/client-ref.ts'
import { make } from '../support/factory.ts'
import { budi, buyer, mailOf, openShop, sari, unproven } from './shop.ts'
import {
  identityOf,
  messagesOf,
  newest,
  only,
  participantsOf,
  suggestionsOf,
  withFirstMail
} from './timeline.ts'

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

  await t.test(
    'of somebody proven who has typed the address of a participant only suggests',
    async t => {
      const { shop, conversation } = await withFirstMail(t)
      const from = [buyer, unproven(budi)]

      await shop.deliver(shop.chat, [
        mailOf({ from, threadKey: buyer.value, hints: { number: conversation.id } })
      ])

      t.equal((await messagesOf(shop, conversation.id)).length, 1)
    }
  )

  await t.test('that belongs to no conversation means nothing', async t => {
    const { shop } = await withFirstMail(t)

    await shop.deliver(shop.mail, [mailOf({ from: [sari], hints: { number: 999_999 } })])

    t.same(await suggestionsOf(shop), [])
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
    await shop.db.updateTable('account').set({ acknowledgement: 'Kami terima.' }).execute()

    await shop.deliver(shop.mail, [mailOf({ from: [dewi], text: 'FYI', forwarded })])

    const conversation = await newest(shop)
    t.equal(conversation.subject, 'Harga grosir')
    t.match(await messagesOf(shop, conversation.id), [
      { kind: 'inbound', text: 'Berapa harganya?', is_verified: 0 },
      { kind: 'note', text: 'Tolong dibantu ya', agent_id: agent.id }
    ])
    t.match(await identityOf(shop.db, sari.value), { verified_at: null })
    t.same(await participantsOf(shop, conversation.id), [sari.value])
    t.same(await shop.db.selectFrom('job').selectAll().execute(), [], 'nothing automatic goes out')
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
