import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import t from 'tap'
import type { InboundEvent } from 'sapa/plugin-api'
import { cleanFilename } from '../parse/filename.ts'
import { isForwardSubject, numberIn, stripSubject } from '../parse/subject.ts'
import { unpackTnef } from '../parse/tnef.ts'
import { account, htmlMail, mail, readMessage } from './support.ts'

const bytes = (hex: string): string => Buffer.from(hex, 'hex').toString('latin1')
const utf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
const plain = (charset?: string): Record<string, string> => ({
  'Content-Type': charset === undefined ? 'text/plain' : `text/plain; charset=${charset}`
})

/** What a mail says about its letters, its bytes, and what it means. */
const letters: [string, string | undefined, string, string][] = [
  [
    'windows-1252 with smart quotes',
    'windows-1252',
    bytes('49749273209374727565942096204f4b'),
    'It’s “true” – OK'
  ],
  [
    'iso-8859-1 that is windows-1252',
    'iso-8859-1',
    bytes('49749273209374727565942096204f4b'),
    'It’s “true” – OK'
  ],
  [
    'us-ascii that is windows-1252',
    'us-ascii',
    bytes('49749273209374727565942096204f4b'),
    'It’s “true” – OK'
  ],
  ['us-ascii that is UTF-8', 'us-ascii', utf8('Jalan “Melati”'), 'Jalan “Melati”'],
  ['no label and UTF-8', undefined, utf8('Jalan “Melati” 😀'), 'Jalan “Melati” 😀'],
  ['no label and windows-1252', undefined, bytes('436166e9209680'), 'Café –€'],
  ['an unknown label and UTF-8', 'x-toko', utf8('Jalan “Melati”'), 'Jalan “Melati”'],
  ['an unknown label and windows-1252', 'x-toko', bytes('936194'), '“a”'],
  ['utf-8 that is windows-1252', 'utf-8', bytes('4974927320736f'), 'It’s so'],
  [
    'utf-8 with one broken letter',
    'utf-8',
    `${utf8('Jalan “Melati” – é')}\xe2\x80`,
    'Jalan “Melati” – é\uFFFD'
  ],
  [
    'iso-2022-jp',
    'iso-2022-jp',
    bytes('1b244224332473244b2441244f2122436d4a38244e376f2447243921231b2842'),
    'こんにちは、注文の件です。'
  ],
  ['gb2312', 'gb2312', bytes('c4e3bac3a3acb6a9b5a5bbb9c3bbb5bda1a3'), '你好，订单还没到。'],
  ['utf-7', 'utf-7', 'R+AOk-sum+AOk +IBM pesanan', 'Résumé – pesanan'],
  ['koi8-r', 'koi8-r', bytes('f0d2c9d7c5d4'), 'Привет'],
  ['shift_jis', 'shift_jis', bytes('928d95b6'), '注文'],
  ['big5', 'big5', bytes('ad71b3e6'), '訂單'],
  ['euc-kr', 'ks_c_5601-1987', bytes('c1d6b9ae'), '주문']
]

for (const [name, charset, body, expected] of letters) {
  t.test(`letters are right with ${name}`, async t => {
    t.equal((await readMessage(mail(body, plain(charset)))).text, expected)
  })
}

t.test('letters of subjects and names are right', async t => {
  const encoded = await readMessage(
    mail('Halo', {
      Subject: '=?utf-8?B?UGVzYW5hbiDi?= =?utf-8?B?gJxBQuKAnQ==?=',
      From: '=?windows-1252?Q?Andr=E9_=96_Toko?= <andre@pelanggan.example>'
    })
  )
  t.equal(encoded.subject, 'Pesanan “AB”')
  t.equal(encoded.from[0]?.name, 'André – Toko')

  const raw = await readMessage(
    mail('Halo', { Subject: 'Caf\xe9', From: 'Andr\xe9 <andre@pelanggan.example>' })
  )
  t.equal(raw.subject, 'Café')
  t.equal(raw.from[0]?.name, 'André')
})

t.test('soft breaks of a flowed text are joined, quotes and answers never', async t => {
  const flowed = 'Kalimat ini \npanjang.\n'
  const quoted = 'On 16/11/26, Dewi wrote:\n> Nomor \n> resi? \nTS-8841\n> Alamat? \nMelati 5'

  t.equal(
    (await readMessage(mail(flowed, { 'Content-Type': 'text/plain; format=flowed' }))).text,
    'Kalimat ini panjang.'
  )
  t.equal(
    (await readMessage(mail(quoted, { 'Content-Type': 'text/plain; format=flowed' }))).text,
    '> Nomor resi?\nTS-8841\n> Alamat?\nMelati 5'
  )
})

t.test('a date that cannot be true gives way to the time of arrival', async t => {
  const received = 'from a by mx.tokosapa.example; Tue, 17 Nov 2026 10:00:00 +0700'

  t.equal(
    (await readMessage(mail('a', { Date: 'kemarin', Received: received }))).at,
    Date.parse('2026-11-17T03:00:00Z')
  )
  t.equal(
    (await readMessage(mail('a', { Date: 'Fri, 1 Jan 2038 00:00:00 +0000', Received: received })))
      .at,
    Date.parse('2026-11-17T03:00:00Z')
  )
  t.equal(
    (await readMessage(mail('a', { Received: received }))).at,
    Date.parse('2026-11-17T02:30:11Z')
  )
  t.equal((await readMessage(mail('a', { Date: 'kemarin' }))).at, 0)
})

t.test('file names are reduced to what is safe to show', async t => {
  const long = `${'é'.repeat(200)}.pdf`
  const cases: [string | undefined, string | undefined][] = [
    ['../../etc/passwd.png', 'passwd.png'],
    ['C:\\Users\\budi\\faktur.pdf', 'faktur.pdf'],
    ['faktur\u202Efdp.exe', 'fakturfdp.exe'],
    ['a\u0000b\r\nc.txt', 'abc.txt'],
    ['..', undefined],
    ['', undefined],
    [undefined, undefined],
    ['  faktur 12.pdf ', 'faktur 12.pdf'],
    ['a"b<c>.txt', 'a_b_c_.txt']
  ]
  for (const [name, expected] of cases) t.equal(cleanFilename(name), expected)
  t.equal(Buffer.byteLength(cleanFilename(long)!), 150)
  t.match(cleanFilename(long), /é\.pdf$/)
})

t.test('an image shown in the page is inline, one that is not is a file', async t => {
  const image = (id: string): string =>
    `--b\nContent-Type: image/png; name="${id}.png"\nContent-ID: <${id}@x>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n`
  const page =
    '--b\nContent-Type: text/html\n\n<p>Pecah: <img src="cid:foto@x"></p><div class="gmail_signature"><img src="cid:logo@x"></div>\n'
  const source = mail(`${page}${image('foto')}${image('logo')}${image('lain')}--b--`, {
    'Content-Type': 'multipart/related; boundary=b'
  })
  const { attachments } = await readMessage(source)

  t.strictSame(
    attachments?.map(file => [file.filename, file.inlineId, file.isHidden]),
    [
      ['foto.png', 'foto@x', undefined],
      ['logo.png', 'logo@x', true],
      ['lain.png', undefined, undefined]
    ]
  )
  t.strictSame(
    attachments?.map(file => file.kind),
    ['image', 'image', 'image']
  )
})

t.test('an invitation is kept as a file', async t => {
  const source = mail(
    '--b\nContent-Type: text/plain\n\nRapat\n--b\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n--b--',
    {
      'Content-Type': 'multipart/alternative; boundary=b'
    }
  )
  const message = await readMessage(source)

  t.equal(message.text, 'Rapat')
  t.match(message.attachments, [{ filename: 'invite.ics', mime: 'text/calendar', kind: 'file' }])
})

t.test('a sealed mail says so and keeps its file', async t => {
  const smime = await readMessage(
    mail('AAECAw==', {
      'Content-Type': 'application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m',
      'Content-Transfer-Encoding': 'base64'
    })
  )
  t.match(smime, {
    text: '',
    context: { encrypted: 'smime' },
    attachments: [{ filename: 'smime.p7m', size: 4 }]
  })

  const pgp = await readMessage(
    mail(
      '--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream; name=encrypted.asc\n\nxyz\n--b--',
      {
        'Content-Type': 'multipart/encrypted; boundary=b'
      }
    )
  )
  t.match(pgp, { context: { encrypted: 'pgp' }, attachments: [{}, { filename: 'encrypted.asc' }] })
})

t.test('a broken winmail.dat gives what came before the break', async t => {
  t.strictSame(unpackTnef(new Uint8Array()), [])
  t.strictSame(unpackTnef(Buffer.from('bukan tnef sama sekali')), [])
  t.strictSame(unpackTnef(Buffer.from('789f3e2201000202900600ffffffff', 'hex')), [])
})

t.test('mails without an id get one from their bytes', async t => {
  const source = mail('Halo').replace(/Message-ID: .*\r\n/, '')
  const { key } = await readMessage(source)

  t.match(key, /^<[0-9a-f]{64}@sapa\.invalid>$/)
  t.equal((await readMessage(source)).key, key)
  t.not((await readMessage(`${source}!`)).key, key)
})

t.test('reply prefixes and the reference number are no part of the matter', async t => {
  for (const subject of [
    'RE: Faktur',
    'Bls: Re[2]: [#1042] Faktur',
    'Balas: Fwd: Faktur',
    'AW: WG: Faktur',
    'Re : Faktur',
    '[#7] Faktur'
  ]) {
    t.equal(stripSubject(subject), 'Faktur')
  }
  t.equal(stripSubject('Reparasi: kipas'), 'Reparasi: kipas')
  t.equal(numberIn('Re: [#1042] Faktur'), 1042)
  t.equal(numberIn('Faktur #1042'), undefined)
  t.ok(isForwardSubject('Re: Fwd: Faktur'))
  t.ok(isForwardSubject('Terusan: Faktur'))
  t.notOk(isForwardSubject('Re: Faktur'))
})

t.test('HTML without a text part brings its text', async t => {
  const message = await readMessage(htmlMail('<p>Faktur <b>belum</b> diterima</p>'))

  t.equal(message.text, 'Faktur belum diterima')
  t.equal(message.fullHtml, undefined)
})

t.test('the parser can be loaded in a worker by its address', async t => {
  const address = new URL('../parse/index.js', import.meta.url).href
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads')
     import(workerData.address)
       .then(({ parse }) => parse({ key: '1', body: workerData.body }, workerData.account))
       .then(events => parentPort.postMessage(events))`,
    {
      eval: true,
      workerData: { address, account, body: Buffer.from(mail('Faktur belum diterima')) }
    }
  )
  t.teardown(() => worker.terminate())
  const [events] = (await once(worker, 'message')) as [InboundEvent[]]

  t.match(events, [{ type: 'message', text: 'Faktur belum diterima' }])
})

t.test('a body too long for a timeline is kept whole as a file', async t => {
  const body = 'stok panci dan wajan\r\n'.repeat(60_000)
  const { text, fullText, attachments } = await readMessage(mail(body))

  t.ok(text.length <= 200_000)
  t.equal(fullText?.length, 1_000_000)
  t.match(attachments, [{ filename: 'message.txt', mime: 'text/plain', size: 60_000 * 21 }])
})
