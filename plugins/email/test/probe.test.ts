import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import type { ProbeStep, SettingsValues } from 'sapa/plugin-api'
import { needs } from '../../../test/support/require.ts'
import { readMailSettings } from '../mail-settings.ts'
import { loginFinding, tlsFinding } from '../probe/words.ts'
import { suggestServers } from '../suggest.ts'
import type { Lookup } from '../lookup.ts'
import {
  address,
  alone,
  failureOf,
  form,
  mailServer,
  openAccount,
  Reader,
  sink
} from './account.ts'
import { install, texts } from './sapa.ts'

const { signal } = new AbortController()

async function probe(values: SettingsValues, installed = install()) {
  const steps: ProbeStep[] = []
  const result = await installed.channel.probe!(values, signal, step => steps.push(step))
  const ended = steps.filter(({ state }) => state !== 'running')
  return { result, steps: ended, names: ended.map(({ step, state }) => `${step} ${state}`) }
}

t.test('a good mailbox passes every step, and its plus-addresses are known', async t => {
  if (!needs(t, 'dovecot')) return
  const dovecot = await mailServer(t)
  const smtp = await sink(t, { auth: { user: address, pass: 'test' }, relayTo: dovecot })
  const installed = install()
  const values = form({ imap: dovecot, smtp })
  const before = openAccount(t, values)
  const { result, names } = await probe(values, installed)

  t.same(result, { isOk: true, name: 'Toko Maju', address, externalId: address })
  t.same(names.slice(0, 10), [
    'dns ok',
    'tcp ok',
    'tls warning',
    'login ok',
    'folder ok',
    'smtp-tcp ok',
    'smtp-tls warning',
    'smtp-login ok',
    'send ok',
    'dkim warning'
  ])
  t.equal(installed.values.get(`plus:${address}`), 'yes')
  t.same(dovecot.messages(address), [], 'the test mails are cleared away')
  await before.session.close()

  smtp.options.onRecipient = to => (to.includes('+') ? '550 5.1.1 No plus here' : undefined)
  t.ok((await probe(values, installed)).result.isOk)
  t.equal(installed.values.get(`plus:${address}`), 'no')
})

t.test('an open mailbox does not take the test mails for customers', async t => {
  if (!needs(t, 'dovecot')) return
  const dovecot = await mailServer(t)
  const smtp = await sink(t, { relayTo: dovecot })
  const installed = install()
  const values = form({ imap: dovecot, smtp })
  const { session } = openAccount(t, values)
  const own = await installed.channel.open({
    ...{
      facts: { id: 9, type: 'email', address, settings: {}, ownAddresses: [] },
      settings: values
    },
    ...{ webhookUrl: '', signal, log: console, fetch },
    state: () => undefined,
    save: async () => undefined,
    ingest: async () => undefined,
    ...alone
  })
  t.teardown(() => own.close())
  const reader = new Reader(own)
  await reader.begin()
  const waiting = reader.read(() => reader.seen.size > 0)
  t.ok((await probe(values, installed)).result.isOk)
  dovecot.deliver(address, 'Subject: Faktur\r\nFrom: budi@pelanggan.test\r\n\r\nHalo\r\n')
  await waiting
  t.same(reader.subjects, ['Faktur'])
  await session.close()
})

t.test('each step names its own cause, remedy and field', async t => {
  if (!needs(t, 'dovecot', 'openssl')) return
  const dovecot = await mailServer(t, { tls: true })
  const smtp = await sink(t, { auth: { user: address, pass: 'lain' } })
  const secureSmtp = await sink(t, { secure: true })
  const closed = await closedPort()
  const silent = await silentServer(t)
  const good = form({ imap: dovecot, smtp })
  const cases: [string, SettingsValues, { step: string; field: string; says: RegExp }][] = [
    [
      'dns',
      { imapHost: 'surel.tidak-ada.invalid' },
      { step: 'dns', field: 'imapHost', says: /tidak dikenal/ }
    ],
    ['no server', { smtpHost: '' }, { step: 'dns', field: 'smtpHost', says: /belum diisi/ }],
    ['port', { imapPort: closed }, { step: 'tcp', field: 'imapPort', says: /993/ }],
    [
      'certificate',
      { imapPort: dovecot.tlsPort, imapSecurity: 'tls' },
      { step: 'tls', field: 'imapHost', says: /Let’s Encrypt/ }
    ],
    [
      'starttls',
      { imapSecurity: 'starttls' },
      { step: 'tls', field: 'imapHost', says: /otoritas/ }
    ],
    [
      'not a TLS port',
      { imapSecurity: 'tls' },
      { step: 'tls', field: 'imapSecurity', says: /STARTTLS/ }
    ],
    [
      'password',
      { password: 'rahasia-salah' },
      { step: 'login', field: 'password', says: /webmail/ }
    ],
    ['not IMAP', { imapPort: silent }, { step: 'login', field: 'imapHost', says: /penyedia/ }],
    [
      'folder',
      { folders: ['INBOX', 'Arsip lama'] },
      { step: 'folder', field: 'folders', says: /Arsip lama/ }
    ],
    ['smtp port', { smtpPort: closed }, { step: 'smtp-tcp', field: 'smtpPort', says: /587/ }],
    [
      'smtp certificate',
      { smtpPort: secureSmtp.port, smtpSecurity: 'tls' },
      { step: 'smtp-tls', field: 'smtpHost', says: /otoritas/ }
    ],
    [
      'smtp without STARTTLS',
      { smtpSecurity: 'starttls' },
      { step: 'smtp-tls', field: 'smtpSecurity', says: /NO_STARTTLS/ }
    ],
    ['smtp password', {}, { step: 'smtp-login', field: 'password', says: /sandi/ }]
  ]
  for (const [name, change, { step, field, says }] of cases) {
    const { result, steps } = await probe({ ...good, ...change })
    const last = steps.at(-1)!
    t.notOk(result.isOk, name)
    t.match({ ...last }, { step, state: 'failed', field }, name)
    t.match(`${last.detail?.id} ${last.remedy?.id}`, says, name)
    t.ok(last.detail?.en && last.remedy?.en, `${name} in both languages`)
    t.notMatch(JSON.stringify(steps), /rahasia|"test"/, `${name} tells no secret`)
    t.ok(texts('id')[`probe.${step}`] && texts('en')[`probe.${step}`])
  }
})

t.test('a bare NO to the sign-in is told as a refusal', async t => {
  const port = await silentServer(t, ['* OK ready', '%s NO LOGIN failed.'])
  const { steps } = await probe(form({ imap: { port }, smtp: { port } }))
  t.match(steps.at(-1), { step: 'login', state: 'failed', field: 'password' })
  const { session } = openAccount(t, form({ imap: { port } }))
  const unsure = await failureOf(session.poll!(null, signal))
  t.equal(unsure.failure, 'temporary', 'but the account goes on trying')
})

t.test('a refused test mail is the address’s fault', async t => {
  if (!needs(t, 'dovecot')) return
  const dovecot = await mailServer(t)
  const smtp = await sink(t, { onRecipient: () => '550 5.7.60 Not yours' })
  const { steps } = await probe(form({ imap: dovecot, smtp }))
  t.match(steps.at(-1), { step: 'send', state: 'failed', field: 'address' })
  t.match(steps.at(-1)!.detail!.en, /Not yours/)
})

t.test('certificates and passwords have words of their own', async t => {
  const server = { host: 'mail.toko.test', port: 993, security: 'tls' } as const
  const codes = ['CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'SELF_SIGNED_CERT_IN_CHAIN']
  const details = codes.map(code => tlsFinding(server, code, 'imap').detail.en)
  t.match(details, [/has expired/, /is not for mail\.toko\.test/, /known authority/])

  const remedy = (imapHost: string, auth = 'password') =>
    loginFinding(readMailSettings({ address, imapHost, auth }), 'imap').remedy.en
  t.match(remedy('imap.gmail.com'), /apppasswords/)
  t.match(remedy('outlook.office365.com'), /Microsoft 365 sign-in/)
  t.match(remedy('imap.mail.yahoo.com'), /Generate app password/)
  t.match(remedy('imap.mail.me.com'), /app-specific/)
  t.match(remedy('', 'google'), /sign in with Google/)
})

t.test('servers are suggested from the address', async t => {
  const records: Record<string, string[]> = {
    'toko-google.test': ['aspmx.l.google.com'],
    'toko-ms.test': ['toko-ms-test.mail.protection.outlook.com']
  }
  const srv: Record<string, { host: string; port: number }[]> = {
    '_imaps._tcp.toko-srv.test': [{ host: 'imap.hosting.test', port: 993 }],
    '_submission._tcp.toko-srv.test': [{ host: 'smtp.hosting.test', port: 587 }]
  }
  const lookup: Lookup = {
    mx: async domain => records[domain] ?? [],
    srv: async name => srv[name] ?? [],
    txt: async () => []
  }
  const silent: Lookup = { mx: async () => null, srv: async () => null, txt: async () => null }
  const brief = async (typed: string, using = lookup) => {
    const found = await suggestServers({ address: typed, name: 'Toko' }, signal, using)
    t.equal(found['name'], 'Toko', 'what was typed stays')
    const { imapHost, imapPort, smtpHost, smtpPort, smtpSecurity, auth = '-' } = found
    return [imapHost, imapPort, smtpHost, smtpPort, smtpSecurity, auth].join(' ')
  }
  t.same(
    {
      gmail: await brief('Toko@Gmail.com'),
      outlook: await brief('toko@outlook.com'),
      yahoo: await brief('toko@yahoo.co.id'),
      icloud: await brief('toko@me.com'),
      listed: await brief('toko@gmx.de'),
      workspace: await brief('halo@toko-google.test'),
      microsoft: await brief('halo@toko-ms.test'),
      srv: await brief('halo@toko-srv.test'),
      cpanel: await brief('halo@tokomaju.test'),
      'no name system': await brief('halo@toko-google.test', silent)
    },
    {
      gmail: 'imap.gmail.com 993 smtp.gmail.com 465 tls password',
      outlook: 'outlook.office365.com 993 smtp-mail.outlook.com 587 starttls microsoft',
      yahoo: 'imap.mail.yahoo.com 993 smtp.mail.yahoo.com 465 tls password',
      icloud: 'imap.mail.me.com 993 smtp.mail.me.com 587 starttls password',
      listed: 'imap.gmx.com 993 mail.gmx.com 587 starttls -',
      workspace: 'imap.gmail.com 993 smtp.gmail.com 465 tls password',
      microsoft: 'outlook.office365.com 993 smtp.office365.com 587 starttls microsoft',
      srv: 'imap.hosting.test 993 smtp.hosting.test 587 starttls -',
      cpanel: 'mail.tokomaju.test 993 mail.tokomaju.test 465 tls -',
      'no name system': 'mail.toko-google.test 993 mail.toko-google.test 465 tls -'
    }
  )
  t.same(await suggestServers({ address: 'belum lengkap' }, signal, lookup), {
    address: 'belum lengkap'
  })
})

t.test('a sign-in with Google or Microsoft knows its servers', async t => {
  const servers = (auth: string) => {
    // What the form holds when nobody touched its servers.
    const values = {
      address,
      auth,
      imapPort: 993,
      imapSecurity: 'tls',
      smtpPort: 465,
      smtpSecurity: 'tls'
    }
    const { imap, smtp } = readMailSettings(values)
    return [imap, smtp].map(({ host, port, security }) => `${host}:${port} ${security}`)
  }
  t.same(servers('google'), ['imap.gmail.com:993 tls', 'smtp.gmail.com:465 tls'])
  t.same(servers('microsoft'), ['outlook.office365.com:993 tls', 'smtp.office365.com:587 starttls'])
})

t.test('both languages say the same things', async t => {
  t.same(Object.keys(texts('id')), Object.keys(texts('en')))
})

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Answers, but not as a good mail server does: a greeting, then to each command but CAPABILITY the same. */
async function silentServer(
  t: Test,
  [greeting, answer]: string[] = ['HTTP/1.1 400 Bad Request']
): Promise<number> {
  const server = createServer(socket => {
    socket.on('error', () => undefined)
    socket.on('data', data => {
      const [tag = '', command] = String(data).split(/[ \r\n]/)
      const isQuestion = command?.toUpperCase() === 'CAPABILITY'
      const known = `* CAPABILITY IMAP4rev1\r\n${tag} OK done\r\n`
      socket.write(isQuestion ? known : `${answer?.replace('%s', tag)}\r\n`)
    })
    if (answer) socket.write(`${greeting}\r\n`)
    else socket.end(`${greeting}\r\n\r\n`)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}
