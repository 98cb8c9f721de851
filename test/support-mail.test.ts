import { ImapFlow, type ImapFlowOptions } from 'imapflow'
import { createTransport } from 'nodemailer'
import t, { type Test } from 'tap'
import { startDovecot, type Dovecot } from './support/dovecot.ts'
import { needs } from './support/require.ts'
import { sendMail, swaks } from './support/send-mail.ts'
import { startSmtp } from './support/smtp-sink.ts'

const invoice = 'From: budi@pelanggan.test\nSubject: Faktur belum diterima\n\nTolong dicek.\n'
const shop = 'toko@contoh.test'

async function dovecotFor(t: Test, options: Parameters<typeof startDovecot>[0] = {}) {
  const dovecot = await startDovecot(options)
  t.teardown(() => dovecot.remove())
  return dovecot
}

async function signIn(t: Test, dovecot: Dovecot, options: Partial<ImapFlowOptions> = {}) {
  const { host, port } = dovecot
  const auth = { user: shop, pass: 'test' }
  const client = new ImapFlow({ host, port, secure: false, auth, logger: false, ...options })
  client.on('error', () => undefined) // a cut connection is part of the test
  t.teardown(() => client.close())
  await client.connect()
  return client
}

t.test('dovecot', async t => {
  if (!needs(t, 'dovecot', 'openssl')) return

  await t.test('a delivered mail is pushed to a client that idles', async t => {
    const dovecot = await dovecotFor(t)
    const client = await signIn(t, dovecot)
    await client.mailboxOpen('INBOX')
    const pushed = new Promise(resolve => client.once('exists', resolve))
    void client.idle()

    dovecot.deliver(shop, invoice)

    t.match(await pushed, { count: 1 })
    t.match(dovecot.messages(shop)[0]?.raw.toString(), 'Faktur belum diterima')
  })

  await t.test('folders have their special use, and can be left without', async t => {
    const marks = async (dovecot: Dovecot) => {
      const client = await signIn(t, dovecot)
      return (await client.list()).map(({ path, specialUse }) => `${path} ${specialUse ?? ''}`)
    }

    const withMarks = await marks(await dovecotFor(t))
    const without = await marks(await dovecotFor(t, { special: false }))

    t.ok(withMarks.includes('Sent \\Sent'), withMarks.join())
    t.notMatch(without.join(), 'Sent')
  })

  await t.test('a wrong password is refused as such', async t => {
    const dovecot = await dovecotFor(t)

    const attempt = signIn(t, dovecot, { auth: { user: shop, pass: 'salah' } })

    const refusal: unknown = await attempt.catch((error: unknown) => error)
    t.match(refusal, { serverResponseCode: 'AUTHENTICATIONFAILED' })
  })

  await t.test('a new UIDVALIDITY keeps the mails', async t => {
    const dovecot = await dovecotFor(t)
    dovecot.deliver(shop, invoice)
    const look = async () => {
      const client = await signIn(t, dovecot)
      const { uidValidity, exists } = await client.mailboxOpen('INBOX')
      await client.logout()
      return { uidValidity, exists }
    }
    const before = await look()

    await dovecot.changeUidValidity(shop)

    const after = await look()
    t.not(after.uidValidity, before.uidValidity)
    t.equal(after.exists, 1)
  })

  await t.test('a killed server takes connections along and comes back on its port', async t => {
    const dovecot = await dovecotFor(t)
    dovecot.deliver(shop, invoice)
    const client = await signIn(t, dovecot)
    const closed = new Promise<void>(resolve => client.once('close', () => resolve()))

    await dovecot.kill()
    await closed
    await t.rejects(signIn(t, dovecot), { code: 'ECONNREFUSED' })
    await dovecot.start()

    const again = await signIn(t, dovecot)
    t.match(await again.mailboxOpen('INBOX'), { exists: 1 })
  })

  await t.test('its own certificate is refused unless trusted', async t => {
    const dovecot = await dovecotFor(t, { tls: true })
    const secure = { port: dovecot.tlsPort, secure: true }

    await t.rejects(signIn(t, dovecot, secure), /self.signed/)

    const client = await signIn(t, dovecot, { ...secure, tls: { rejectUnauthorized: false } })
    t.ok(client.secureConnection)
  })
})

t.test('smtp sink', async t => {
  const mail = {
    from: 'Budi <budi@pelanggan.test>',
    to: 'toko+c1.rahasia@contoh.test',
    subject: 'Faktur belum diterima',
    text: 'Tolong dicek.'
  }

  await t.test('keeps envelope, headers and raw bytes', async t => {
    const sink = await startSmtp()
    t.teardown(() => sink.remove())

    await sendMail(sink, mail)

    const seen = await sink.waitFor(({ headers }) => headers.get('subject') === mail.subject)
    t.same(seen.envelope, { from: 'budi@pelanggan.test', to: [mail.to] })
    t.match(seen.raw.toString(), 'Tolong dicek.')
  })

  await t.test('wants its password over TLS when told', async t => {
    if (!needs(t, 'openssl')) return
    const auth = { user: shop, pass: 'benar' }
    const sink = await startSmtp({ auth, secure: true })
    t.teardown(() => sink.remove())
    const send = (given: { user: string; pass: string }) =>
      createTransport({
        host: sink.host,
        port: sink.port,
        secure: true,
        auth: given,
        tls: { rejectUnauthorized: false }
      }).sendMail(mail)

    await t.rejects(send({ ...auth, pass: 'salah' }), { code: 'EAUTH', responseCode: 535 })
    await send(auth)

    t.equal(sink.received.length, 1)
  })

  await t.test('refuses one recipient of two, and a whole mail', async t => {
    const sink = await startSmtp({
      onRecipient: address => (address.startsWith('hilang@') ? '550 5.1.1 User unknown' : undefined)
    })
    t.teardown(() => sink.remove())

    const half = await sendMail(sink, { ...mail, to: ['ada@contoh.test', 'hilang@contoh.test'] })
    sink.options.onData = () => ({ reject: '451 4.3.0 Try again later' })

    t.same(half.rejected, ['hilang@contoh.test'])
    t.equal(half.rejectedErrors?.[0]?.responseCode, 550)
    await t.rejects(sendMail(sink, mail), /451 4.3.0 Try again later/)
    t.equal(sink.received.length, 1)
  })

  await t.test('keeps a mail and leaves its sender in doubt', async t => {
    const sink = await startSmtp({ onData: () => 'drop' })
    t.teardown(() => sink.remove())

    await t.rejects(sendMail(sink, mail))

    t.equal(sink.received.length, 1)
  })

  await t.test('goes away and comes back on its port', async t => {
    const sink = await startSmtp()
    t.teardown(() => sink.remove())

    await sink.stop()
    await t.rejects(sendMail(sink, mail), { code: 'ESOCKET' })
    await sink.start()
    await sendMail(sink, mail)

    t.equal(sink.received.length, 1)
  })

  await t.test('delivers into the mailbox behind a plus address', async t => {
    if (!needs(t, 'dovecot', 'swaks')) return
    const dovecot = await dovecotFor(t)
    const stamp = () => ['Authentication-Results: mail.contoh.test; dmarc=pass']
    const sink = await startSmtp({ relayTo: dovecot, stamp })
    t.teardown(() => sink.remove())

    await swaks(sink, '-f', 'budi@pelanggan.test', '-t', mail.to, '--h-Subject', 'Stok habis')

    const raw = dovecot.messages(shop)[0]?.raw.toString()
    t.match(
      raw,
      /^Return-Path: <budi@pelanggan.test>\r\nDelivered-To: toko\+c1.rahasia@contoh.test/
    )
    t.match(raw, 'dmarc=pass')
    t.match(raw, 'Subject: Stok habis')
  })
})
