import { once } from 'node:events'
import { simpleParser } from 'mailparser'
import t from 'tap'
import { needs } from '../../../test/support/require.ts'
import { address, failureOf, form, mailServer, openAccount, sink, step, until } from './account.ts'
import { scriptedServer } from './scripted-smtp.ts'

const clientRef = 'c1042.m7.3f9a1b2c4d5e6f70'

t.test('an answer carries everything that keeps it in its thread', async t => {
  const server = await sink(t)
  const { session } = openAccount(
    t,
    form({ smtp: server }, { signature: 'Toko Maju\nJl. Mawar 1', plusAddresses: 'on' })
  )
  const references = Array.from({ length: 14 }, (_, index) => `<surat-${index}@pelanggan.test>`)
  const conversation = { ...step().conversation!, references }
  const result = await session.send(
    step({
      conversation,
      cc: [{ kind: 'email', value: 'sari@pelanggan.test', name: 'Sari (Keuangan)' }],
      bcc: [{ kind: 'email', value: 'arsip@toko.test' }]
    })
  )

  const [mail] = server.received
  t.same(result, { remoteId: `<sapa.${clientRef}@toko.test>`, status: 'accepted' })
  t.same(mail!.envelope, {
    from: `halo+${clientRef}@toko.test`,
    to: ['budi@pelanggan.test', 'sari@pelanggan.test', 'arsip@toko.test']
  })
  const header = (name: string) => mail!.headers.get(name)
  t.equal(header('message-id'), `<sapa.${clientRef}@toko.test>`)
  t.equal(header('in-reply-to'), references.at(-1))
  t.same(header('references')!.split(' '), [references[0], ...references.slice(-9)])
  t.equal(header('subject'), 'Re: Faktur belum diterima [#1042]')
  t.equal(header('from'), '"Rina, Toko Maju" <halo@toko.test>')
  t.equal(header('reply-to'), '"Rina, Toko Maju" <halo+c1042.k3v9q2m7x4c8b6n1p5d0@toko.test>')
  t.equal(header('date'), 'Sat, 21 Nov 2026 03:00:00 +0000')
  t.match(header('cc'), /"?Sari \(Keuangan\)"? <sari@pelanggan\.test>/)
  t.equal(header('bcc'), undefined)
  t.equal(header('auto-submitted'), undefined)

  const read = await simpleParser(mail!.raw)
  t.equal(
    read.text,
    'Halo Budi,\n\nfaktur sudah kami kirim ulang.\n\n-- \nToko Maju\nJl. Mawar 1\n'
  )
  t.equal(
    read.html,
    '<div><p>Halo Budi,</p><p>faktur sudah kami kirim ulang.</p><p>-- <br>Toko Maju<br>Jl. Mawar 1</p></div>'
  )
})

t.test('a first mail has no Re:, an automatic one says so, a notice has no thread', async t => {
  const server = await sink(t)
  const { session } = openAccount(t, form({ smtp: server }))
  const { conversation: _, ...plain } = step()
  const fresh = { ...step().conversation!, references: [], isFirst: true }
  await session.send(step({ conversation: fresh, clientRef: 'c1.m1.a1' }))
  await session.send(
    step({ isAutomatic: true, clientRef: 'c1.m2.a2', subject: 'RE: Re: Kabel [#1042]' })
  )
  await session.send({
    ...plain,
    kind: 'notice',
    isAutomatic: true,
    clientRef: 'n5.a3',
    text: 'https://toko.test/a?b=1&c=2.'
  })

  const [first, automatic, notice] = server.received.map(({ headers }) => headers)
  t.equal(first!.get('subject'), 'Faktur belum diterima [#1042]')
  t.equal(first!.get('in-reply-to'), undefined)
  t.equal(first!.get('reply-to'), undefined, 'plus-addresses were never proven')
  t.equal(automatic!.get('subject'), 'Re: Kabel [#1042]')
  t.equal(automatic!.get('auto-submitted'), 'auto-replied')
  t.equal(automatic!.get('x-auto-response-suppress'), 'All')
  t.equal(notice!.get('subject'), 'Faktur belum diterima')
  t.equal(notice!.get('auto-submitted'), 'auto-generated')
  t.same(
    server.received.map(({ envelope }) => envelope.from),
    [address, address, address]
  )
  const html = String((await simpleParser(server.received[2]!.raw)).html)
  t.match(html, '<a href="https://toko.test/a?b=1&amp;c=2">https://toko.test/a?b=1&amp;c=2</a>.')
})

t.test('files are streamed, pictures stand in the text', async t => {
  const server = await sink(t)
  const { session } = openAccount(t, form({ smtp: server }))
  const bytes = Buffer.alloc(300_000, 'sapa ')
  async function* open() {
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
  }
  await session.send(
    step({
      html: '<p>Lihat <img src="cid:foto-1"></p>',
      attachments: [
        { filename: 'Faktur März.pdf', mime: 'application/pdf', size: bytes.length, open },
        { filename: 'foto.png', mime: 'image/png', size: bytes.length, inlineId: 'foto-1', open }
      ]
    })
  )

  const { attachments } = await simpleParser(server.received[0]!.raw)
  const facts = attachments.map(({ filename, contentDisposition, cid, size }) =>
    [filename, contentDisposition, cid, size].join(' ')
  )
  t.same(facts.toSorted(), ['Faktur März.pdf attachment  300000', 'foto.png inline foto-1 300000'])
  t.ok(attachments.every(({ content }) => content.equals(bytes)))
})

t.test('nothing typed by anybody becomes a header, a command or a file', async t => {
  const server = await sink(t)
  const evil = 'Budi\r\nBcc: korban@lain.test\r\n\r\nisi'
  const { session } = openAccount(t, form({ smtp: server }, { name: `Toko\r\nX-Jahat: 1` }))
  await session.send(
    step({
      to: { kind: 'email', value: 'budi@pelanggan.test', name: evil },
      subject: `Faktur\r\nBcc: korban@lain.test\u2028`,
      author: { name: 'Rina\nX-Jahat: 2' },
      conversation: {
        ...step().conversation!,
        references: ['<a@b>\r\nX-Jahat: 3', '<surat-1@pelanggan.test>']
      },
      attachments: [
        {
          filename: '/etc/passwd\r\nX-Jahat: 4',
          mime: 'text/html\r\nX-Jahat: 5',
          size: 2,
          inlineId: 'x>\r\nX-Jahat: 6',
          async *open() {
            yield Buffer.from('ok')
          }
        }
      ]
    })
  )
  const [mail] = server.received
  t.same(mail!.envelope.to, ['budi@pelanggan.test'])
  const names = mail!.raw.toString().match(/^[A-Za-z-]+(?=:)/gm)!
  t.notOk(
    names.some(name => /^(bcc|x-jahat)$/i.test(name)),
    names.join(' ')
  )
  t.equal(mail!.headers.get('references'), '<surat-1@pelanggan.test>')

  const bad = [
    '"a@jahat.test x"@toko.test',
    'a b@toko.test',
    'a@b@toko.test',
    'a@toko.test>\r\nRCPT TO:<x@y.test',
    'a@[127.0.0.1]',
    'tanpa-domain',
    `${'a'.repeat(65)}@toko.test`
  ]
  for (const value of bad) {
    const failure = await failureOf(session.send(step({ to: { kind: 'email', value } })))
    t.equal(failure.failure, 'permanent', value)
  }
  t.equal(server.received.length, 1)
})

t.test('what the server says decides what happens next', async t => {
  const server = await sink(t)
  const { session } = openAccount(t, form({ smtp: server }))
  const kinds: Record<string, string> = {}
  const refuse = async (name: string, options: Partial<typeof server.options>) => {
    server.options.onRecipient = () => undefined
    server.options.onData = () => undefined
    Object.assign(server.options, options)
    const { failure, detail } = await failureOf(session.send(step()))
    kinds[name] = `${failure} ${detail?.code} ${detail?.scope ?? 'account'}`
  }
  await refuse('unknown user', { onRecipient: () => '550 5.1.1 User unknown' })
  await refuse('greylisted', { onRecipient: () => '450 4.2.0 Try again' })
  await refuse('spam', { onData: () => ({ reject: '554 5.7.1 Spam' }) })
  await refuse('full', { onData: () => ({ reject: '452 4.2.2 Full' }) })
  await refuse('dropped', { onData: () => 'drop' })
  t.same(kinds, {
    'unknown user': 'permanent 550 thread',
    greylisted: 'temporary 450 thread',
    spam: 'permanent 554 thread',
    full: 'temporary 452 thread',
    dropped: 'unknown_outcome ECONNECTION account'
  })

  Object.assign(server.options, { onData: () => undefined })
  server.options.onRecipient = to => (to.startsWith('sari') ? '550 5.1.1 User unknown' : undefined)
  const cc = [{ kind: 'email' as const, value: 'sari@pelanggan.test' }]
  const { refused } = await session.send(step({ cc }))
  t.same(refused, [
    { value: 'sari@pelanggan.test', code: '550', text: '550 5.1.1 User unknown', isPermanent: true }
  ])
})

t.test('a refused sign-in is told apart from a server that is not there', async t => {
  const server = await sink(t, { auth: { user: address, pass: 'rahasia-benar' } })
  const wrong = openAccount(t, form({ smtp: server }, { password: 'rahasia-salah' }))
  const refused = await failureOf(wrong.session.send(step()))
  t.match(refused, { failure: 'auth', detail: { code: '535' } })
  t.notMatch(refused.message, /rahasia/)

  await server.stop()
  const gone = openAccount(t, form({ smtp: server }, { password: 'rahasia-benar' }))
  t.equal((await failureOf(gone.session.send(step()))).failure, 'temporary')
  await server.start()
  t.equal((await gone.session.send(step())).status, 'accepted')
})

t.test('only a lost connection after the last byte leaves the outcome open', async t => {
  const cases = {
    '421 before the greeting': { kind: 'temporary', cutAt: 'greeting' },
    'cut at EHLO': { kind: 'temporary', cutAt: 'EHLO' },
    'cut at MAIL': { kind: 'temporary', cutAt: 'MAIL' },
    'cut at RCPT': { kind: 'temporary', cutAt: 'RCPT' },
    'cut at DATA': { kind: 'temporary', cutAt: 'DATA' },
    'cut in the middle of a large mail': { kind: 'temporary', cutAt: 'bytes' },
    'cut after the final dot': { kind: 'unknown_outcome', cutAt: 'dot' }
  }
  for (const [name, { kind, cutAt }] of Object.entries(cases)) {
    const port = await scriptedServer(t, cutAt)
    const { session } = openAccount(t, form({ smtp: { port } }, { password: '' }))
    const failure = await failureOf(session.send(step({ attachments: [large()] })))
    t.equal(failure.failure, kind, `${name}: ${failure.message}`)
  }
})

t.test('a send that is called off before the last byte was surely not sent', async t => {
  const port = await scriptedServer(t, 'never')
  const { session } = openAccount(t, form({ smtp: { port } }, { password: '' }))
  const stop = new AbortController()
  const sending = failureOf(session.send(step({ signal: stop.signal, attachments: [slow(stop)] })))
  t.equal((await sending).failure, 'temporary')
})

t.test('a copy lies in Sent, and is found again by its reference', async t => {
  if (!needs(t, 'dovecot')) return
  const dovecot = await mailServer(t)
  const server = await sink(t)
  const { session } = openAccount(t, form({ imap: dovecot, smtp: server }, { sentCopy: 'auto' }))
  await session.send(step({ bcc: [{ kind: 'email', value: 'arsip@toko.test' }] }))
  await until(() => dovecot.messages(address, 'Sent').length === 1)

  const [copy] = dovecot.messages(address, 'Sent')
  const headers = (raw: Buffer) => raw.toString().split('\r\n\r\n')[0]!
  t.match(headers(copy!.raw), `Message-ID: <sapa.${clientRef}@toko.test>`)
  t.match(headers(copy!.raw), /^Bcc: arsip@toko\.test$/m)
  const { signal } = new AbortController()
  t.same(await session.findSent!(clientRef, signal), { remoteId: `<sapa.${clientRef}@toko.test>` })
  t.equal(await session.findSent!('c1042.m8.0000000000000000', signal), null)
})

t.test('a copy that fails does not fail the send', async t => {
  const server = await sink(t)
  const { session, log } = openAccount(t, form({ smtp: server }, { sentCopy: 'on' }))
  t.equal((await session.send(step())).status, 'accepted')
  await until(() => log.some(line => line.includes('could not be copied')))
})

function large() {
  const size = 8 * 1024 * 1024
  async function* open() {
    for (let at = 0; at < size; at += 65_536) yield Buffer.alloc(65_536, 'x')
  }
  return { filename: 'gudang.zip', mime: 'application/zip', size, open }
}

function slow(stop: AbortController) {
  async function* open() {
    yield Buffer.alloc(65_536, 'x')
    setImmediate(() => stop.abort())
    await once(stop.signal, 'abort')
    yield Buffer.alloc(65_536, 'x')
  }
  return { filename: 'gudang.zip', mime: 'application/zip', size: 131_072, open }
}
