import t from 'tap'
import { createAccount } from '../../server/channel/account/create.ts'
import { findAccount } from '../../server/channel/account/find.ts'
import { sendReply } from '../../server/conversation/reply/send.ts'
import { setup } from '../support/app.ts'
import { startDovecot } from '../support/dovecot.ts'
import { needs } from '../support/require.ts'
import { startSmtp } from '../support/smtp-sink.ts'
import { until } from '../support/until.ts'

const address = 'halo@toko.test'

t.test('a mail becomes a conversation, and its answer reaches the customer', async t => {
  if (!needs(t, 'dovecot')) return
  const dovecot = await startDovecot()
  t.teardown(() => dovecot.remove())
  const smtp = await startSmtp()
  t.teardown(() => smtp.remove())
  const { sapa, db, ids } = await setup(t, { isIdle: false, now: new Date() })
  await sapa.plugins.activate('email')
  const form = {
    ...{ address, name: 'Toko Maju', auth: 'password', password: 'test', sentCopy: 'off' },
    ...{ imapHost: '127.0.0.1', imapPort: dovecot.port, imapSecurity: 'none' },
    ...{ smtpHost: '127.0.0.1', smtpPort: smtp.port, smtpSecurity: 'none' }
  }
  const account = await createAccount(
    db,
    sapa,
    { type: 'email', name: 'Toko', address, form },
    new Date()
  )
  await until(async () => (await findAccount(db, account.id)).cursor)

  dovecot.deliver(
    address,
    [
      'From: Ratna <ratna@pelanggan.test>',
      `To: ${address}`,
      'Subject: Faktur belum diterima',
      'Message-ID: <surat-1@pelanggan.test>',
      'Date: Sat, 21 Nov 2026 10:00:00 +0700',
      '',
      'Mohon dikirim lagi.',
      ''
    ].join('\r\n')
  )
  const asked = await until(() => db.selectFrom('message').selectAll().executeTakeFirst())
  const reply = {
    conversationId: asked.conversation_id,
    agentId: ids.agent,
    text: 'Sudah kami kirim.'
  }
  const { id } = await sendReply(db, { ...reply, undoSeconds: 0 }, sapa.clock())

  const mail = await smtp.waitFor(one => one.envelope.to.includes('ratna@pelanggan.test'))
  t.equal(mail.headers.get('in-reply-to'), '<surat-1@pelanggan.test>')
  t.match(mail.headers.get('subject'), /Re: .*Faktur belum diterima/)
  const sent = await until(async () => {
    const row = await db.selectFrom('message').selectAll().where('id', '=', id).executeTakeFirst()
    return row?.status === 'accepted' || row?.status === 'sent' ? row : null
  })
  t.equal(sent.remote_id, mail.headers.get('message-id'))
})
