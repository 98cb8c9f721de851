import t, { type Test } from 'tap'
import { createAccount } from '../../server/channel/account/create.ts'
import { findAccount } from '../../server/channel/account/find.ts'
import type { SapaContext } from '../../server/plugin-api/plugin.ts'
import { setup as setupApp, type SetupOptions } from '../support/app.ts'
import { startDovecot } from '../support/dovecot.ts'
import { dropPlugin } from '../support/plugin.ts'
import { needs } from '../support/require.ts'
import { mailLike } from '../support/scripted-channel.ts'
import { startSmtp } from '../support/smtp-sink.ts'
import { until } from '../support/until.ts'

const mail = {
  to: 'ratna@pelanggan.test',
  subject: 'Konfirmasi alamat email Anda',
  text: 'Buka tautan ini: https://toko.test/k/1',
  key: 'konfirmasi-1'
}

async function setup(t: Test, scopes = ['mail:send'], options: SetupOptions = {}) {
  const world = await setupApp(t, options)
  dropPlugin(world.dataDir, 'poin', 'globalThis.poin = sapa', { manifest: { scopes } })
  await world.sapa.plugins.activate('poin')
  const poin = () => (globalThis as unknown as { poin: SapaContext }).poin
  const queued = () => world.db.selectFrom('outbox').selectAll().orderBy('id').execute()
  return { ...world, poin, queued }
}

const mailbox = { type: 'surat', capabilities: JSON.stringify(mailLike) }

t.test('a mail of a plugin leaves by the mail account, marked as automatic', async t => {
  if (!needs(t, 'dovecot')) return
  const dovecot = await startDovecot()
  t.teardown(() => dovecot.remove())
  const smtp = await startSmtp()
  t.teardown(() => smtp.remove())
  const { sapa, db, poin } = await setup(t, ['mail:send'], { isIdle: false, now: new Date() })
  await sapa.plugins.activate('email')
  const address = 'halo@toko.test'
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

  t.equal(await poin().notify(mail), true)
  t.equal(await poin().notify(mail), true)
  t.equal(await poin().notify({ ...mail, key: 'konfirmasi-2', subject: 'Sekali lagi' }), true)

  const second = await smtp.waitFor(one => one.headers.get('subject') === 'Sekali lagi')
  t.same(second.envelope.to, ['ratna@pelanggan.test'])
  const first = await smtp.waitFor(one => one.headers.get('subject') === mail.subject)
  t.equal(first.headers.get('auto-submitted'), 'auto-generated')
  t.match(first.headers.get('from'), /Toko Maju.*halo@toko\.test/)
  t.match(first.raw.toString(), 'https://toko.test/k/1')
  t.equal(smtp.received.length, 2, 'the same key is the same mail')
})

t.test('without the scope, nothing is written', async t => {
  const { poin, db, make, queued } = await setup(t, ['customers:read'])
  await make.account(db, mailbox)

  await t.rejects(poin().notify(mail), /needs the scope mail:send/)

  t.same(await queued(), [])
})

t.test('the owner reads in both languages that a plugin writes mails', async t => {
  const { app, as, db, ids } = await setup(t)
  const read = async (locale: string) => {
    await db.updateTable('agent').set({ locale }).where('id', '=', ids.owner).execute()
    return (await app.inject(as.owner({ url: '/plugins' }))).body
  }

  t.match(await read('id'), /email: kirim atas nama bisnis Anda/)
  t.match(await read('en'), /emails: send in your business/)
})

t.test('the same key writes once, at the same time and after being off', async t => {
  const { sapa, poin, db, make, queued } = await setup(t)
  await make.account(db, mailbox)

  const answers = await Promise.all([1, 2, 3, 4, 5].map(() => poin().notify(mail)))
  await sapa.plugins.deactivate('poin')
  await t.rejects(poin().notify({ ...mail, key: 'lain' }))
  await sapa.plugins.activate('poin')
  t.equal(await poin().notify(mail), true)

  t.same(answers, [true, true, true, true, true])
  t.match(await queued(), [{ kind: 'notice', message_id: null }])
  const kept = await db.selectFrom('plugin_mail').selectAll().execute()
  t.notMatch(JSON.stringify(kept), 'konfirmasi', 'no key is kept in clear')
})

t.test(
  'without an account that can carry it the answer is no, and a later try may succeed',
  async t => {
    const { poin, db, make, queued } = await setup(t)

    t.equal(await poin().notify(mail), false)
    await make.account(db, { ...mailbox, is_enabled: 0 })
    t.equal(await poin().notify(mail), false)
    t.same(await queued(), [])
    await make.account(db, mailbox)

    t.equal(await poin().notify(mail), true)
    t.equal((await queued()).length, 1)
  }
)

t.test('what is no mail to one person is refused', async t => {
  const { poin, db, make, queued } = await setup(t)
  await make.account(db, mailbox)
  const wrong = [
    { to: 'ratna@pelanggan.test, budi@pelanggan.test' },
    { to: 'Ratna <ratna@pelanggan.test>' },
    { to: 'ratna@pelanggan.test\r\nBcc: semua@pelanggan.test' },
    { to: `${'a'.repeat(250)}@pelanggan.test` },
    { to: '' },
    { to: ['ratna@pelanggan.test'] as unknown as string },
    { subject: 'Halo\r\nBcc: semua@pelanggan.test' },
    { subject: 'Halo\u2028Bcc: semua@pelanggan.test' },
    { subject: 'x'.repeat(201) },
    { subject: ' ' },
    { text: '' },
    { text: 'x'.repeat(20_001) },
    { key: '' },
    { key: 'x'.repeat(201) }
  ]

  for (const [index, part] of wrong.entries()) {
    const call = poin().notify({ ...mail, key: `salah-${index}`, ...part })
    // A line separator would end the line of the report, and with it the rest of this test.
    const name = JSON.stringify(part).replace('\u2028', '\\u2028').slice(0, 60)
    await t.rejects(call, /^notify: /, name)
  }

  t.same(await queued(), [])
})

t.test('a plugin cannot become a cannon for mails', async t => {
  const { poin, db, make, queued, clock } = await setup(t)
  await make.account(db, mailbox)
  for (let n = 1; n <= 60; n++) await poin().notify({ ...mail, key: `surat-${n}` })

  const refused = poin().notify({ ...mail, key: 'surat-61' })
  t.match(await refused.catch((error: unknown) => error), {
    ...{ message: /60 mails an hour/, failure: 'rate_limited' },
    detail: { retryAfterMs: 3_600_000 }
  })
  t.equal(
    await poin().notify({ ...mail, key: 'surat-60' }),
    true,
    'what is written already is no flood'
  )
  t.equal((await queued()).length, 60)
  clock.forward(3_600_001)

  t.equal(await poin().notify({ ...mail, key: 'surat-61' }), true)
  t.equal((await queued()).length, 61)
})
