import t from 'tap'
import { createApiToken } from '../../server/agent/api-token.ts'
import { createAccount } from '../../server/channel/account/create.ts'
import { findAccount } from '../../server/channel/account/find.ts'
import type { AccountContext } from '../../server/plugin-api/account.ts'
import type { OutboundStep } from '../../server/plugin-api/outbound.ts'
import { setup } from '../support/app.ts'
import { startDovecot } from '../support/dovecot.ts'
import { dropPlugin } from '../support/plugin.ts'
import { needs } from '../support/require.ts'
import { chatLike } from '../support/scripted-channel.ts'
import { startSmtp } from '../support/smtp-sink.ts'
import { until } from '../support/until.ts'

/** A mail server, a mailbox and Sapa on a busy machine. */

declare global {
  var chat: { account: AccountContext; steps: OutboundStep[] }
}

const address = 'halo@toko.test'
const customer = 'ratna@pelanggan.test'

const channel = `sapa.channel({
  type: 'obrolan', label: { en: 'Web chat', id: 'Obrolan web' }, icon: 'message',
  colorLight: '#000000', colorDark: '#ffffff', identityKinds: ['external'], settings: {},
  capabilities: () => (${JSON.stringify({ ...chatLike, undoSeconds: 0 })}),
  parse: raw => JSON.parse(Buffer.from(raw.body).toString()),
  open: async account => {
    globalThis.chat = { account, steps: [] }
    return {
      send: async step => {
        globalThis.chat.steps.push(step)
        return { remoteId: step.clientRef, status: 'delivered' }
      },
      close: async () => {}
    }
  } })`

t.test('who has left the chat gets the answer as a mail, and answers it', async t => {
  if (!needs(t, 'dovecot')) return
  const dovecot = await startDovecot()
  t.teardown(() => dovecot.remove())
  const smtp = await startSmtp()
  t.teardown(() => smtp.remove())
  const { sapa, app, as, db, ids, dataDir } = await setup(t, { isIdle: false, now: new Date() })
  await db.updateTable('agent').set({ undo_seconds: 0 }).execute()
  await sapa.plugins.activate('email')
  dropPlugin(dataDir, 'obrolan', channel, { manifest: { provides: ['channel:obrolan'] } })
  await sapa.plugins.activate('obrolan')
  const form = {
    ...{ address, name: 'Toko Maju', auth: 'password', password: 'test', sentCopy: 'off' },
    ...{ imapHost: '127.0.0.1', imapPort: dovecot.port, imapSecurity: 'none' },
    ...{ smtpHost: '127.0.0.1', smtpPort: smtp.port, smtpSecurity: 'none', plusAddresses: 'on' }
  }
  const box = await createAccount(
    db,
    sapa,
    { type: 'email', name: 'Toko', address, form },
    new Date()
  )
  await createAccount(db, sapa, { type: 'obrolan', name: 'Situs', form: {} }, new Date())
  await until(async () => (await findAccount(db, box.id)).cursor)
  const { account, steps } = await until(() => globalThis.chat)
  const question = {
    // Some time ago: a mail tells its time in whole seconds, and the later of the two is answered.
    ...{ type: 'message', key: 't1', at: Date.now() - 60_000, remoteId: 't1', threadKey: 'v1' },
    from: [{ kind: 'external', value: 'v1', namespace: 'obrolan', verified: true }],
    text: 'Stok AC masih ada?'
  }
  await account.ingest([{ key: 't1', body: Buffer.from(JSON.stringify([question])) }])
  const asked = await until(() => db.selectFrom('message').selectAll().executeTakeFirst())
  const url = `/conversations/${asked.conversation_id}`
  const say = (text: string, more: object = {}) =>
    app.inject(
      as.agent({
        method: 'POST',
        url: `${url}/messages`,
        headers: { 'hx-request': 'true' },
        payload: { kind: 'reply', text, idempotency_key: `kunci-${text}`, seen: [999], ...more }
      })
    )
  await say('Masih ada tiga unit.')
  const step = await until(() => steps[0])

  t.equal(await account.relay([step.clientRef], { kind: 'email', value: customer }), true)

  const mail = await smtp.waitFor(one => one.envelope.to.includes(customer))
  t.match(mail.headers.get('subject'), `Jawaban dari Toko [#${asked.conversation_id}]`)
  t.match(mail.headers.get('from'), /Dewi Anggraini, Toko Maju/)
  const body = mail.raw.toString().replaceAll(/=\r\n/g, '')
  t.match(body, 'Anda tadi bertanya lewat Obrolan web.')
  t.match(body, 'Masih ada tiga unit.')
  const page = () => app.inject(as.agent({ url }))
  await until(async () => (await page()).body.includes(`Also sent by email to ${customer}`))
  const { token } = await createApiToken(db, { agentId: ids.agent, name: 'Laporan' }, new Date())
  const told = await app.inject({
    url: `/api/v1${url}/messages`,
    headers: { authorization: `Bearer ${token}` }
  })
  const relays = [{ address: customer, status_reason: null }]
  t.match(told.json().data, [{ relays: [] }, { relays }], 'programs are told, too')

  const reply = (id: string, headers: string[]) =>
    dovecot.deliver(
      address,
      [
        ...[`From: Ratna <${customer}>`, `To: ${address}`, `Message-ID: <${id}@pelanggan.test>`],
        ...[
          `Subject: Re: ${mail.headers.get('subject')}`,
          `Date: ${new Date().toUTCString()}`,
          ...headers,
          '',
          `Ya, ${id}.`,
          ''
        ]
      ].join('\r\n')
    )
  reply('besok', [`In-Reply-To: ${mail.headers.get('message-id')}`])
  const answer = await until(() =>
    db.selectFrom('message').selectAll().where('channel', '=', 'email').executeTakeFirst()
  )
  t.equal(answer.conversation_id, asked.conversation_id)
  t.equal((await db.selectFrom('conversation').select('id').execute()).length, 1)
  const identity = await db
    .selectFrom('identity')
    .selectAll()
    .where('value', '=', customer)
    .executeTakeFirstOrThrow()
  t.equal(answer.identity_id, identity.id)

  await say('Kami antar besok.')
  const next = await smtp.waitFor(
    one => one.headers.get('in-reply-to') === '<besok@pelanggan.test>'
  )
  t.match(next.headers.get('references'), mail.headers.get('message-id'))
  t.equal(next.headers.get('subject'), `Re: Jawaban dari Toko [#${asked.conversation_id}]`)
  t.equal(steps.length, 1, 'answers go where the customer wrote last')

  dovecot.deliver(address, bounceOf(mail.headers.get('message-id') ?? ''))
  await until(async () => (await page()).body.includes(`email to ${customer} was not delivered`))
  t.match(
    await db.selectFrom('message').select('status').where('channel', '=', 'obrolan').execute(),
    [{ status: 'received' }, { status: 'delivered' }],
    'the chat has its answer all the same'
  )
})

/** What a mail server says when nobody has the address. */
const bounceOf = (messageId: string) =>
  [
    ...['Return-Path: <>', 'From: MAILER-DAEMON@mail.test', `To: ${address}`],
    ...['Subject: Undelivered Mail', 'Message-ID: <bounce@mail.test>', 'MIME-Version: 1.0'],
    'Content-Type: multipart/report; report-type=delivery-status; boundary="xx"',
    ...['', '--xx', 'Content-Type: text/plain', '', 'User unknown', ''],
    ...['--xx', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mail.test', ''],
    ...[`Final-Recipient: rfc822; ${customer}`, 'Action: failed', 'Status: 5.1.1'],
    ...['Diagnostic-Code: smtp; 550 5.1.1 User unknown', ''],
    ...['--xx', 'Content-Type: text/rfc822-headers', '', `Message-ID: ${messageId}`, ''],
    ...['--xx--', '']
  ].join('\r\n')
