import { t } from 'tap'
import { findDraft, saveDraft } from '../../server/conversation/reply/draft.ts'
import { findConversation } from '../../server/conversation/find.ts'
import { findMessage } from '../../server/conversation/find-message.ts'
import { markSent } from '../../server/conversation/step/mark-sent.ts'
import { addNote } from '../../server/conversation/note.ts'
import type { Reply } from '../../server/conversation/reply/send.ts'
import { resendMessage } from '../../server/conversation/step/resend.ts'
import { cancelMessage } from '../../server/conversation/step/cancel.ts'
import type { InvalidInput } from '../../server/errors.ts'
import { settle } from '../support/manual-timing.ts'
import { addAgent, outboxWorld, stepsOf, writeAgain } from '../support/outbox-world.ts'
import { chatLike, failure } from '../support/scripted-channel.ts'

const addUpload = async (
  world: Awaited<ReturnType<typeof outboxWorld>>,
  filename: string,
  content = 'isi berkas',
  size?: number
) => {
  const { hash } = await world.tools.blobs.put(Buffer.from(content))
  await world.db
    .insertInto('blob')
    .values({ hash, size: content.length, created_at: 1 })
    .onConflict(known => known.doNothing())
    .execute()
  const upload = { token: `t-${filename}`, filename, mime: 'text/plain', created_at: 1 }
  const row = { ...upload, agent_id: world.agent, blob_hash: hash, size: size ?? content.length }
  await world.db.insertInto('attachment').values(row).execute()
  return upload.token
}

t.test('a double click sends once', async t => {
  const { db, timing, provider, start, reply, ask } = await outboxWorld(t)
  await start()
  const { conversation } = await ask('Ratna')

  const [first, second] = await Promise.all([
    reply(conversation, 'Sudah kami kirim', { clientKey: 'k-1' }),
    reply(conversation, 'Sudah kami kirim', { clientKey: 'k-1' })
  ])
  await timing.advance(60_000)

  t.equal(first.id, second.id)
  t.equal(provider.sent.length, 1)
  t.equal((await findConversation(db, conversation)).message_count, 2)
})

t.test('of two agents who answer at once the second sees the first', async t => {
  const { db, reply, ask } = await outboxWorld(t)
  const colleague = await addAgent(db, 'Dewi')
  const { conversation, message } = await ask('Ratna')

  const first = await reply(conversation, 'Kami cek', { seen: message })
  const late = { seen: message, agentId: colleague }

  await t.rejects(reply(conversation, 'Sebentar ya', late), {
    code: 'reply_overtaken',
    status: 409,
    values: { message: first.id, kind: 'outbound' }
  })
  t.ok(await reply(conversation, 'Sebentar ya', { ...late, force: true }), 'send anyway')
})

t.test("a customer's newer message stops a reply; a note and one's own reply do not", async t => {
  const { db, timing, reply, ask, account, agent } = await outboxWorld(t)
  const { conversation, identity, message } = await ask('Ratna')
  const note = { conversationId: conversation, agentId: agent, text: 'Pelanggan lama' }
  await addNote(db, { ...note, clientKey: 'n-1' }, timing.now())
  await addNote(db, { ...note, clientKey: 'n-1' }, timing.now())
  await reply(conversation, 'Satu', { seen: message })
  await reply(conversation, 'Dua', { seen: message })
  const newer = await writeAgain(db, account, conversation, identity, 'Halo?', timing.now())

  await t.rejects(reply(conversation, 'Tiga', { seen: message }), {
    code: 'reply_overtaken',
    values: { message: newer.id, kind: 'inbound' }
  })
  t.equal((await findConversation(db, conversation)).message_count, 5)
})

t.test('undo brings back the draft, the files, the people and the waiting customer', async t => {
  const world = await outboxWorld(t)
  const { db, timing, provider, start, reply, ask, agent } = world
  await start()
  const { conversation } = await ask('Ratna')
  const before = await findConversation(db, conversation)
  const token = await addUpload(world, 'faktur.txt')
  const { id } = await reply(conversation, 'Ini fakturnya', {
    attachments: [token],
    cc: [{ kind: 'email', value: 'Keuangan@Pelanggan.example' }],
    then: { status: 'closed' },
    clientKey: 'k-9'
  })
  t.match(await findConversation(db, conversation), { status: 'closed', waiting_since: null })

  await timing.advance(9_999)
  t.match(await cancelMessage(db, id, timing.now()), { status: 'cancelled' })
  t.match(await cancelMessage(db, id, timing.now()), { status: 'cancelled' }, 'twice is no mistake')
  await timing.advance(60_000)

  t.equal(provider.sent.length, 0)
  const { status, waiting_since, unanswered_count, message_count, preview, last_message_id } =
    before
  t.match(await findConversation(db, conversation), {
    ...{ status, waiting_since, unanswered_count, message_count, preview, last_message_id },
    closed_at: null
  })
  t.match(await findDraft(db, conversation, agent, 'reply'), {
    text: 'Ini fakturnya',
    particulars: { attachments: [token], cc: [{ value: 'keuangan@pelanggan.example' }] }
  })
  const again = await reply(conversation, 'Ini fakturnya', { clientKey: 'k-9' })
  t.equal(again.status, 'cancelled', 'a late repeat of the form does not send after all')
  await reply(conversation, 'Ini fakturnya', { attachments: [token], clientKey: 'k-10' })
  await timing.advance(60_000)
  t.equal(provider.sent[0]?.step.attachments[0]?.filename, 'faktur.txt')
  t.equal(await findDraft(db, conversation, agent, 'reply'), null, 'its own draft is gone')
})

t.test('undo at the border either stops it or says that it has gone', async t => {
  const { db, timing, provider, start, reply, ask } = await outboxWorld(t)
  await start()
  const { conversation } = await ask('Ratna')
  const { id } = await reply(conversation, 'Halo')

  const results = await Promise.allSettled([
    timing.advance(10_000),
    cancelMessage(db, id, new Date(timing.now().getTime() + 10_000))
  ])
  const wasCancelled = results[1].status === 'fulfilled'
  await timing.advance(60_000)

  t.equal(provider.sent.length, wasCancelled ? 0 : 1)
  t.match(await findMessage(db, id), { status: wasCancelled ? 'cancelled' : 'sent' })
  const later = await reply(conversation, 'Halo lagi', { undoSeconds: 0 })
  await settle()
  await t.rejects(cancelMessage(db, later.id, timing.now()), { code: 'already_sent', status: 409 })
})

t.test('undo does not lose what was typed since', async t => {
  const { db, timing, reply, ask, agent } = await outboxWorld(t)
  const { conversation } = await ask('Ratna')
  const { id } = await reply(conversation, 'Yang pertama')
  const draft = { conversationId: conversation, agentId: agent, mode: 'reply' as const }
  await saveDraft(db, { ...draft, text: 'Yang kedua' }, timing.now())

  await cancelMessage(db, id, timing.now())

  t.equal((await findDraft(db, conversation, agent, 'reply'))?.text, 'Yang pertama\n\nYang kedua')
})

t.test('the undo window is the choice of the agent, else of the channel', async t => {
  const { db, timing, reply, ask, agent } = await outboxWorld(t)
  const { conversation } = await ask('Ratna')
  const now = timing.now().getTime()

  t.equal((await reply(conversation, 'Satu')).send_after, now + 10_000)
  await db.updateTable('agent').set({ undo_seconds: 30 }).where('id', '=', agent).execute()
  t.equal((await reply(conversation, 'Dua')).send_after, now + 30_000)
  t.equal((await reply(conversation, 'Tiga', { undoSeconds: 0 })).send_after, now)
})

t.test('a reply goes to whoever wrote last, and to Reply-To where they asked for it', async t => {
  const { db, timing, reply, ask, account } = await outboxWorld(t)
  const { conversation, identity } = await ask('Ratna')
  const bounce = await writeAgain(db, account, conversation, identity, 'Undelivered', timing.now())
  await db.updateTable('message').set({ is_automatic: 1 }).where('id', '=', bounce.id).execute()

  const first = await reply(conversation, 'Halo')
  t.match(JSON.parse(first.headers), { to: [{ value: 'ratna@pelanggan.example' }] })

  const asked = await writeAgain(db, account, conversation, identity, 'Ke sini', timing.now())
  const headers = JSON.stringify({ replyTo: { kind: 'email', value: 'kantor@pelanggan.example' } })
  await db.updateTable('message').set({ headers }).where('id', '=', asked.id).execute()
  const second = await reply(conversation, 'Halo')
  t.match(JSON.parse(second.headers), { to: [{ value: 'kantor@pelanggan.example' }] })
})

t.test("another customer's address cannot be reached by its number", async t => {
  const { reply, ask } = await outboxWorld(t)
  const { conversation, identity } = await ask('Ratna')
  const stranger = await ask('Budi')

  const problems = (more: Partial<Reply>) =>
    reply(conversation, 'Halo', more).catch((error: InvalidInput) => error.fields)
  t.same(await problems({ to: { identityId: stranger.identity } }), { to: 'error.field.stranger' })
  const typed = { kind: 'email' as const, value: 'bukan alamat' }
  t.same(await problems({ cc: [typed] }), { cc: 'error.field.address' })
  t.ok(await reply(conversation, 'Halo', { to: { identityId: identity } }))
})

t.test('an empty reply, a file of a colleague and a switched-off account are refused', async t => {
  const world = await outboxWorld(t)
  const { db, reply, ask } = world
  const { conversation } = await ask('Ratna')
  const token = await addUpload(world, 'catatan.txt')
  const colleague = await addAgent(db, 'Dewi')

  await t.rejects(reply(conversation, '  '), { code: 'invalid' })
  await t.rejects(reply(conversation, 'Halo', { attachments: [token], agentId: colleague }), {
    code: 'invalid'
  })
  await db.updateTable('account').set({ is_enabled: 0 }).execute()
  await t.rejects(reply(conversation, 'Halo'), { code: 'account_off', status: 409 })
  t.equal((await findConversation(db, conversation)).message_count, 1, 'nothing was stored')
})

t.test('a file that is too large goes as a link, or not at all', async t => {
  const world = await outboxWorld(t)
  const { provider, start, reply, ask } = world
  await start()
  const { conversation } = await ask('Ratna')
  const token = await addUpload(world, 'video.mp4', 'besar', 50_000_000)

  await t.rejects(reply(conversation, 'Ini videonya', { attachments: [token] }), {
    code: 'invalid'
  })
  const linkTo = (file: { filename: string }) => `https://bantuan.example/f/${file.filename}`
  await reply(conversation, 'Ini videonya', { attachments: [token], linkTo, undoSeconds: 0 })
  await settle()

  t.match(provider.sent[0]?.step, {
    text: 'Ini videonya\n\nvideo.mp4: https://bantuan.example/f/video.mp4',
    attachments: []
  })
})

t.test('files reach the provider byte for byte', async t => {
  const world = await outboxWorld(t)
  const { provider, start, reply, ask } = world
  await start()
  const { conversation } = await ask('Ratna')
  const token = await addUpload(world, 'resi.txt', 'JNE 1042')

  await reply(conversation, 'Ini resinya', { attachments: [token], undoSeconds: 0 })
  await settle()

  const chunks: Uint8Array[] = []
  for await (const chunk of provider.sent[0]?.step.attachments[0]?.open() ?? []) chunks.push(chunk)
  t.equal(Buffer.concat(chunks).toString(), 'JNE 1042')
})

t.test(
  '"Send again" keeps the name of what may have arrived, and renews what was refused',
  async t => {
    const { db, timing, provider, start, reply, ask, agent } = await outboxWorld(t)
    await start()
    const { conversation } = await ask('Ratna')
    provider.onSend = () => Promise.reject(failure('unknown_outcome', 'connection lost'))
    const unsure = await reply(conversation, 'Halo', { undoSeconds: 0 })
    await settle()
    provider.onSend = () => Promise.resolve()
    await resendMessage(db, unsure.id, agent, timing.now())
    await settle()

    t.equal(provider.sent.length, 2)
    t.equal(provider.sent[0]?.step.clientRef, provider.sent[1]?.step.clientRef)
    t.match(await findMessage(db, unsure.id), { status: 'sent', status_reason: null })
    await t.rejects(resendMessage(db, unsure.id, agent, timing.now()), { code: 'not_resendable' })

    provider.onSend = () => Promise.reject(failure('permanent', '550'))
    const refused = await reply(conversation, 'Halo lagi', { undoSeconds: 0 })
    await settle()
    const copy = await resendMessage(db, refused.id, agent, timing.now())
    t.not(copy.id, refused.id)
    t.match(copy, { text: 'Halo lagi', status: 'queued' })
  }
)

t.test('what a human knows to have arrived is sent, and its other parts follow', async t => {
  const { db, timing, provider, start, reply, ask } = await outboxWorld(t)
  provider.capabilities = chatLike
  await start()
  const { conversation } = await ask('Ratna')
  provider.onSend = () => Promise.reject(failure('unknown_outcome', 'timeout'))
  const { id } = await reply(conversation, 'Pesanan sudah dikirim. '.repeat(8), { undoSeconds: 0 })
  await settle()
  t.same(
    (await stepsOf(db, id)).map(step => step.state),
    ['unknown', 'cancelled']
  )

  provider.onSend = () => Promise.resolve()
  await markSent(db, id, timing.now())
  await settle()

  t.match(await findMessage(db, id), { status: 'sent' })
  t.equal(provider.sent.length, 2)
})
