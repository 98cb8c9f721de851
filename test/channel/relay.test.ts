import t from 'tap'
import { holdOutbox } from '../../server/channel/outbox/hold.ts'
import { findMessage } from '../../server/conversation/find-message.ts'
import { cancelMessage } from '../../server/conversation/step/cancel.ts'
import { saveSettings } from '../../server/setting/save.ts'
import { make } from '../support/factory.ts'
import { addAgent } from '../support/outbox-world.ts'
import { ratna, refOf, relayWorld, visit } from '../support/relay-world.ts'
import { failure } from '../support/scripted-channel.ts'

t.test('replies go out once more in one letter, in order and with names', async t => {
  const { db, say, relay, mails, relays, visitor, agent } = await relayWorld(t)
  await saveSettings(db, { businessName: 'Toko Cahaya' }, new Date(1))
  const tono = await addAgent(db, 'Tono')
  const first = await say('Masih ada tiga unit.')
  const second = await say('Yang setengah PK.')
  const third = await say('Bisa dipasang besok.', { agentId: tono })
  t.equal(agent === tono, false)

  t.equal(await relay([third, first, second]), true)

  const [mail, ...rest] = mails()
  t.equal(rest.length, 0)
  t.match(mail, {
    ...{ kind: 'message', to: ratna, cc: [], bcc: [], subject: 'Jawaban dari Toko Cahaya' },
    ...{ isAutomatic: false, attachments: [] },
    conversation: { number: visitor.conversation, isFirst: true, references: [] }
  })
  t.equal(
    mail?.text,
    [
      'Anda tadi bertanya lewat Surat. Ini jawaban kami, supaya tidak terlewat. Balas email ini untuk melanjutkan percakapan.',
      'Sari:\nMasih ada tiga unit.',
      'Yang setengah PK.',
      'Tono:\nBisa dipasang besok.'
    ].join('\n\n')
  )
  t.match(await relays(), [{ status: 'sent', address: ratna.value }])
  for (const { id } of [first, second, third]) {
    t.match(await findMessage(db, id), { status: 'sent', channel: 'obrolan' })
  }
})

t.test('a reply goes to an address once, whoever asks and how often', async t => {
  const { say, relay, line, drain, mails, relays } = await relayWorld(t)
  const first = await say('Masih ada tiga unit.')

  const refs = [refOf(first)]
  const answers = await Promise.all([1, 2, 3].map(() => line.relay(refs, ratna)))
  await drain()
  t.same(answers, [true, true, true])
  t.equal(
    await line.relay([...refs, ...refs], { kind: 'email', value: ' Ratna@Pelanggan.example' }),
    true
  )
  const second = await say('Yang setengah PK.')
  t.equal(await relay([first, second]), true)

  t.equal(mails().length, 2)
  t.match(mails()[1]?.text, /setengah PK/)
  t.notMatch(mails()[1]?.text, /tiga unit/, 'the second letter has only what is new')
  t.match(mails()[1]?.conversation?.references, [
    mails()[0] && `<${mails()[0]?.clientRef}@toko.example>`
  ])
  t.equal((await relays()).length, 2)
  const elsewhere = { kind: 'email' as const, value: 'ratna@kantor.example' }
  t.equal(await relay([first], elsewhere), true, 'another address gets its own')
  t.equal(mails().length, 3)
})

t.test(
  'an answer to the letter goes on in the conversation, also from an address that nobody knew',
  async t => {
    const { db, say, relay, visitor, timing, chatAccount } = await relayWorld(t)
    const other = await visit({ db, timing }, chatAccount.id, 'Budi')
    const claimed = {
      customer_id: other.customer,
      value: ratna.value,
      verified_at: null,
      channel: 'obrolan'
    }
    await make.identity(db, claimed)

    await relay([await say('Masih ada tiga unit.')])

    const rows = await db
      .selectFrom('participant')
      .innerJoin('identity', 'identity.id', 'participant.identity_id')
      .select(['identity.customer_id', 'identity.verified_at'])
      .where('participant.conversation_id', '=', visitor.conversation)
      .where('identity.value', '=', ratna.value)
      .execute()
    t.same(
      rows,
      [{ customer_id: visitor.customer, verified_at: null }],
      'a claim, and of nobody else'
    )
  }
)

t.test('a letter that bounces is told of, and changes nothing else', async t => {
  const { db, say, relay, relays, mails, told, visitor, timing, chatAccount } = await relayWorld(t)
  await make.identity(db, { customer_id: visitor.customer, value: ratna.value })
  const other = await visit({ db, timing }, chatAccount.id, 'Budi')
  const theirs = {
    customer_id: other.customer,
    value: ratna.value,
    verified_at: null,
    channel: 'kasir'
  }
  await make.identity(db, theirs)
  const message = await say('Masih ada tiga unit.')
  await relay([message])
  const reason = { code: '5.1.1', text: 'User unknown', isPermanent: true }

  await told({ status: 'failed', reason, recipient: ratna.value }, mails()[0]?.clientRef ?? '')

  t.match(await relays(), [{ status: 'failed', status_reason: '5.1.1 User unknown' }])
  t.match(await findMessage(db, message.id), { status: 'sent', status_reason: null })
  const marked = await db
    .selectFrom('identity')
    .select('customer_id')
    .where('unreachable_at', 'is not', null)
    .execute()
  t.same(marked, [{ customer_id: visitor.customer }])
  t.equal(
    await relay([await say('Yang setengah PK.')]),
    false,
    'no second letter to where nobody is'
  )
})

t.test('a receipt that comes before the answer of the mail server still counts', async t => {
  const { say, relay, relays, provider, told } = await relayWorld(t)
  provider.onSend = async step => {
    await told({ status: 'delivered' }, step.clientRef)
  }

  await relay([await say('Masih ada tiga unit.')])
  t.match(await relays(), [{ status: 'delivered' }])
})

t.test('what the mail server refuses fails, what it is silent about is unknown', async t => {
  const { db, say, relay, relays, provider } = await relayWorld(t)
  const message = await say('Masih ada tiga unit.')
  provider.onSend = () => Promise.reject(failure('permanent', '550 Ditolak'))
  await relay([message])
  provider.onSend = () => Promise.reject(failure('unknown_outcome', 'Putus'))
  await relay([message], { kind: 'email', value: 'ratna@kantor.example' })

  t.match(await relays(), [
    { status: 'failed', status_reason: '550 Ditolak' },
    { status: 'unknown', status_reason: 'Putus' }
  ])
  t.match(await findMessage(db, message.id), { status: 'sent', status_reason: null })
})

t.test('what never went out stays at home', async t => {
  const world = await relayWorld(t)
  const { db, line, relay, relays, say, mails, visitor, dispatcher } = world
  const undone = await world.reply(visitor.conversation, 'Salah kirim', { undoSeconds: 30 })
  const [step] = await db
    .selectFrom('outbox')
    .select('client_ref')
    .where('message_id', '=', undone.id)
    .execute()
  const refs = [step?.client_ref ?? '']

  t.equal(await line.relay(refs, ratna), false, 'still to be undone')
  await cancelMessage(db, undone.id, world.timing.now())
  t.equal(await line.relay(refs, ratna), false, 'undone')
  t.equal(await line.relay(['c1.m1.0123456789abcdef', ''], ratna), false, 'unknown')
  world.chat.onSend = () => Promise.reject(failure('permanent', 'Ditolak'))
  const failed = await say('Gagal')
  const [ref] = await db
    .selectFrom('outbox')
    .select('client_ref')
    .where('message_id', '=', failed.id)
    .execute()
  t.equal(await line.relay([ref?.client_ref ?? ''], ratna), false, 'refused by the chat')
  world.chat.onSend = () => Promise.resolve()
  const byMail = await world.ask('Budi')
  const answer = await world.reply(byMail.conversation, 'Lewat surat', { undoSeconds: 0 })
  await dispatcher.drain()
  t.equal(await relay([await findMessage(db, answer.id)]), false, 'of another account')

  t.equal(mails().length, 1, 'the answer by mail only')
  t.same(await relays(), [])
})

t.test('nobody is written to who must not be', async t => {
  const { db, line, say, relay, relays, mails, visitor, account } = await relayWorld(t)
  const message = await say('Masih ada tiga unit.')
  const block = (is_blocked: number) =>
    db.updateTable('customer').set({ is_blocked }).where('id', '=', visitor.customer).execute()

  await block(1)
  t.equal(await relay([message]), false, 'blocked')
  await block(0)
  t.equal(
    await relay([message], { kind: 'email', value: account.address ?? '' }),
    false,
    'ourselves'
  )
  for (const value of [
    '',
    'ratna',
    'a@b.example, c@d.example',
    'a@b.example\r\nBcc: c@d.example'
  ]) {
    await t.rejects(relay([message], { kind: 'email', value }), /relay: to is no address/)
  }
  await t.rejects(line.relay(Array<string>(501).fill(refOf(message)), ratna), /more than 500/)
  await db.updateTable('account').set({ is_enabled: 0 }).where('id', '=', account.id).execute()
  t.equal(await relay([message]), false, 'no account')

  t.equal(mails().length, 0)
  t.same(await relays(), [])
})

t.test('files come along, what is too large as a link', async t => {
  const { db, agent, say, relay, mails, provider, tools } = await relayWorld(t)
  const upload = async (filename: string, content: string) => {
    const blob = await tools.blobs.put(Buffer.from(content))
    await db
      .insertInto('blob')
      .values({ hash: blob.hash, size: blob.size, created_at: 1 })
      .execute()
    const token = `${filename.replaceAll('.', '-')}-token`
    const file = { agent_id: agent, token, blob_hash: blob.hash, filename, mime: 'text/plain' }
    await db
      .insertInto('attachment')
      .values({ ...file, size: blob.size, created_at: 1 })
      .execute()
    return token
  }
  const files = [
    await upload('harga.txt', 'tiga juta'),
    await upload('katalog.txt', 'x'.repeat(5000))
  ]
  const message = await say('Ini daftarnya.', { attachments: files })
  provider.capabilities.attachments.maxBytes = 1000
  await db
    .updateTable('account')
    .set({ capabilities: JSON.stringify(provider.capabilities) })
    .where('type', '=', 'surat')
    .execute()

  t.equal(await relay([message]), true)

  const [mail] = mails()
  t.match(mail?.attachments, [{ filename: 'harga.txt', size: 9 }])
  t.equal(mail?.attachments.length, 1)
  t.match(mail?.text, 'katalog.txt: https://bantuan.example/files/katalog-txt-token')
})

t.test('what waited when a backup was taken is not sent again by itself', async t => {
  const { db, say, relays, line, dispatcher, mails, drain, timing } = await relayWorld(t)
  const message = await say('Masih ada tiga unit.')
  await dispatcher.stop()
  await line.relay([refOf(message)], ratna)

  await holdOutbox(db, timing.now())
  await dispatcher.start()
  await drain()

  t.match(await relays(), [{ status: 'unknown', status_reason: 'Restored from a backup' }])
  t.match(await findMessage(db, message.id), { status: 'sent' })
  t.equal(mails().length, 0)
})

t.test('a letter in parts stops at the part that is refused', async t => {
  const { db, say, relay, relays, mails, provider } = await relayWorld(t)
  const text = { maxLength: 120, format: 'plain' as const }
  provider.capabilities = { ...provider.capabilities, text }
  const capabilities = JSON.stringify(provider.capabilities)
  await db.updateTable('account').set({ capabilities }).where('type', '=', 'surat').execute()
  const message = await say('Masih ada tiga unit.')
  provider.onSend = step =>
    step.clientRef.endsWith('-s2')
      ? Promise.reject(failure('permanent', '552 Penuh'))
      : Promise.resolve()

  await relay([message])

  t.same(
    mails().map(mail => /\.r\d+\.\w+(-s\d)?$/.exec(mail.clientRef)?.[1] ?? '-s1'),
    ['-s1', '-s2']
  )
  t.match(await relays(), [{ status: 'partly', status_reason: '552 Penuh' }])
  t.match(await findMessage(db, message.id), { status: 'sent' })
})
