import t from 'tap'
import type { DeliveryReceipt } from 'sapa/plugin-api'
import { mail, read, readMessage } from './support.ts'

const sent = '<sapa.c1042.m7.3f9a1c@tokosapa.example>'
const verp = 'bounce+c1042.m7.3f9a1c@tokosapa.example'
const daemon = {
  From: 'MAILER-DAEMON@mx.lain.example',
  To: verp,
  'Return-Path': '<>',
  Subject: 'Undelivered'
}
const copy = `Content-Type: message/rfc822\n\nMessage-ID: ${sent}\nSubject: Pesanan\n\nHalo`

const bounce = (fields: string, rest: string, headers: Record<string, string> = {}): string =>
  mail(
    `--b\nContent-Type: text/plain\n\nGagal.\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n${fields}\n\n--b\n${rest}\n--b--`,
    {
      ...daemon,
      'Content-Type': 'multipart/report; report-type=delivery-status; boundary=b',
      ...headers
    }
  )

const failed =
  'Final-Recipient: rfc822; budi@pelanggan.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1\n Tidak dikenal'

async function receipts(source: string): Promise<DeliveryReceipt[]> {
  const events = await read(source)
  t.ok(events.every(event => event.type === 'delivery'))
  return events as DeliveryReceipt[]
}

t.test('a report tells which mail failed, for whom and why', async t => {
  const [receipt] = await receipts(bounce(failed, copy))

  t.match(receipt, {
    ref: { remoteId: sent },
    recipient: 'budi@pelanggan.example',
    status: 'failed',
    reason: { code: '5.1.1', text: '550 5.1.1 Tidak dikenal', isPermanent: true }
  })
})

t.test('a report is found in a container without a name', async t => {
  const [receipt] = await receipts(
    bounce(failed, copy, { 'Content-Type': 'multipart/mixed; boundary=b' })
  )

  t.match(receipt, { ref: { remoteId: sent }, status: 'failed' })
})

t.test('the original is found by its head alone, in base64 too', async t => {
  const head = `Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: base64\n\n${Buffer.from(`Subject: x\nMessage-ID: ${sent}\n`).toString('base64')}`

  t.match(await receipts(bounce(failed, head)), [{ ref: { remoteId: sent } }])
})

t.test('the envelope address tells the original when the id was changed or is missing', async t => {
  const changed = copy.replace(sent, '<0102018f@eu-west-1.relay.example>')

  t.match(await receipts(bounce(failed, changed)), [{ ref: { clientRef: 'c1042.m7.3f9a1c' } }])
  t.match(await receipts(bounce(failed, 'Content-Type: text/plain\n\nkosong')), [
    { ref: { clientRef: 'c1042.m7.3f9a1c' } }
  ])
})

t.test('delayed is not failed, and every recipient has its own result', async t => {
  const fields = [
    'Final-Recipient: rfc822;a@b.example\nAction: delayed\nStatus: 4.4.1',
    'Final-Recipient: rfc822;c@d.example\nAction: delivered\nStatus: 2.0.0',
    'Final-Recipient: rfc822;e@f.example\nAction: failed\nStatus: 4.4.7',
    'Final-Recipient: rfc822;g@h.example\nAction: expanded\nStatus: 2.0.0'
  ].join('\n\n')

  t.strictSame(
    (await receipts(bounce(fields, copy))).map(({ recipient, status, reason }) => [
      recipient,
      status,
      reason?.isPermanent
    ]),
    [
      ['a@b.example', 'delayed', false],
      ['c@d.example', 'delivered', undefined],
      ['e@f.example', 'failed', false],
      ['g@h.example', 'sent', undefined]
    ]
  )
})

t.test('Gmail names the failed recipients in a header', async t => {
  const source = mail('Alamat tidak ditemukan', {
    ...daemon,
    To: 'support@tokosapa.example',
    'X-Failed-Recipients': 'budi@pelanggan.example, x@y.example',
    'In-Reply-To': sent
  })

  t.match(await receipts(source), [
    {
      ref: { remoteId: sent },
      recipient: 'budi@pelanggan.example',
      status: 'failed',
      key: '<faktur-1@mail.pelanggan.example>#0'
    },
    {
      ref: { remoteId: sent },
      recipient: 'x@y.example',
      status: 'failed',
      key: '<faktur-1@mail.pelanggan.example>#1'
    }
  ])
})

t.test('qmail writes a letter', async t => {
  const letter = `Hi. This is the qmail-send program at mx.lain.example.\nI wasn't able to deliver.\n\n<budi@pelanggan.example>:\nUser tidak ada. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <x>\nMessage-ID: ${sent}\nSubject: Pesanan\n\nHalo`

  t.match(await receipts(mail(letter, { ...daemon, To: 'support@tokosapa.example' })), [
    {
      ref: { remoteId: sent },
      recipient: 'budi@pelanggan.example',
      status: 'failed',
      reason: { code: '5.1.1', isPermanent: true }
    }
  ])
})

t.test(
  'whatever a machine without an address sends to our envelope address is a bounce',
  async t => {
    t.match(await receipts(mail('Kotak surat penuh', daemon)), [
      { ref: { clientRef: 'c1042.m7.3f9a1c' }, status: 'failed', recipient: undefined }
    ])
  }
)

t.test('a person who writes to the envelope address is no bounce', async t => {
  t.equal((await readMessage(mail('Halo', { To: verp }))).text, 'Halo')
})

t.test('a report about an unknown mail stays visible', async t => {
  const source = bounce(failed, 'Content-Type: text/plain\n\nkosong', {
    To: 'support@tokosapa.example'
  })

  t.match(await readMessage(source), { automatic: 'delivery-status', text: /Gagal/ })

  const elsewhere = bounce(failed, copy.replace(sent, '<1@telepon.example>'), {
    To: 'support@tokosapa.example'
  })
  t.match(await readMessage(elsewhere), {
    automatic: 'delivery-status',
    from: [{ value: /mailer-daemon/i }]
  })
})

t.test('a read receipt tells what was read, a deleted mail tells nothing', async t => {
  const receipt = (disposition: string): string =>
    mail(
      `--b\nContent-Type: text/plain\n\nDibaca\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822;budi@pelanggan.example\nOriginal-Message-ID: ${sent}\nDisposition: ${disposition}\n\n--b--`,
      {
        'Content-Type': 'multipart/report; report-type=disposition-notification; boundary=b'
      }
    )

  t.match(await receipts(receipt('manual-action/MDN-sent-manually; displayed')), [
    { ref: { remoteId: sent }, status: 'read', recipient: 'budi@pelanggan.example' }
  ])
  t.strictSame(await read(receipt('automatic-action/MDN-sent-automatically; deleted')), [])
})

const machines: [string, Record<string, string>][] = [
  ['auto-submitted', { 'Auto-Submitted': 'auto-replied (vacation)' }],
  ['list', { 'List-Id': '<promo.grosir.example>' }],
  ['list', { 'List-Unsubscribe': '<https://grosir.example/u>' }],
  ['precedence', { Precedence: 'bulk' }],
  ['precedence', { 'X-Precedence': 'auto_reply' }],
  ['response-suppress', { 'X-Auto-Response-Suppress': 'OOF, AutoReply' }],
  ['autoreply', { 'X-Autorespond': 'cuti' }],
  ['loop', { 'X-Loop': 'yes' }],
  ['null-sender', { 'Return-Path': '<>' }],
  ['sender', { From: 'No-Reply@toko.example' }],
  ['sender', { From: 'postmaster@toko.example' }],
  ['subject', { Subject: 'Balasan otomatis: Pesanan' }],
  ['subject', { Subject: 'Di luar kantor' }],
  ['subject', { Subject: 'Automatic reply: Order' }]
]

for (const [reason, headers] of machines) {
  t.test(`a machine is known by ${JSON.stringify(headers)}`, async t => {
    t.equal((await readMessage(mail('a', headers))).automatic, reason)
  })
}

t.test('people are not taken for machines', async t => {
  for (const headers of [
    { 'Auto-Submitted': 'no' },
    { Precedence: 'normal' },
    { 'X-Auto-Response-Suppress': 'None' },
    { 'Return-Path': '<budi@pelanggan.example>' },
    { Subject: 'Otomatis?' },
    { From: 'noor@toko.example' }
  ]) {
    t.equal((await readMessage(mail('a', headers as Record<string, string>))).automatic, undefined)
  }
})

const forwards: [string, string, string][] = [
  [
    'Gmail',
    'Fwd: Tanya',
    'tolong dibantu\n\n---------- Forwarded message ---------\nDari: Rina <rina@calon.example>\nDate: Sel, 17 Nov 2026\nSubject: Tanya\nTo: Dewi <dewi@tokosapa.example>\n\n\nBerapa harganya?'
  ],
  [
    'Apple',
    'Fwd: Tanya',
    'tolong dibantu\n\nBegin forwarded message:\n\n> From: Rina <rina@calon.example>\n> Subject: Tanya\n> Date: 17 Nov 2026\n> To: Dewi\n> \n> Berapa harganya?'
  ],
  [
    'Outlook',
    'FW: Tanya',
    'tolong dibantu\n\n________________________________\nFrom: Rina <rina@calon.example>\nSent: Tuesday\nTo: Dewi\nSubject: Tanya\n\nBerapa harganya?'
  ],
  [
    'Thunderbird',
    'Fwd: Tanya',
    'tolong dibantu\n\n-------- Pesan Diteruskan --------\nSubjek: Tanya\nTanggal: Selasa\nDari: Rina <rina@calon.example>\nKe: Dewi\n\nBerapa harganya?'
  ],
  [
    'Yahoo',
    'Terusan: Tanya',
    'tolong dibantu\n\n----- Pesan Diteruskan -----\nDari: "Rina" <rina@calon.example>\nKepada: Dewi\nDikirim: Selasa\nJudul: Tanya\n\nBerapa harganya?'
  ]
]

for (const [program, subject, body] of forwards) {
  t.test(`a mail forwarded by ${program} is taken apart`, async t => {
    const { forwarded, text } = await readMessage(mail(body, { Subject: subject }))

    t.match(forwarded, {
      from: { value: 'rina@calon.example', name: 'Rina', verified: false },
      subject: 'Tanya',
      note: 'tolong dibantu',
      text: 'Berapa harganya?'
    })
    t.match(text, /tolong dibantu[\s\S]*Berapa harganya/)
  })
}

t.test('a mail forwarded as an attachment is read by its own head', async t => {
  const inner =
    'From: Rina <rina@calon.example>\nSubject: Tanya\nMessage-ID: <x@calon.example>\n\nBerapa harganya?'
  const source = mail(
    `--b\nContent-Type: text/plain\n\ntolong dibantu\n--b\nContent-Type: message/rfc822\n\n${inner}\n--b--`,
    {
      Subject: 'Fwd: Tanya',
      'Content-Type': 'multipart/mixed; boundary=b'
    }
  )
  const message = await readMessage(source)

  t.match(message.forwarded, {
    from: { value: 'rina@calon.example' },
    subject: 'Tanya',
    note: 'tolong dibantu',
    text: 'Berapa harganya?'
  })
  t.match(message.attachments, [{ filename: 'message.eml', mime: 'message/rfc822' }])
})

t.test('an answer to a forwarded mail is no forward', async t => {
  const { forwarded } = await readMessage(
    mail(
      'Baik.\n\nPada 16/11/26 10.12, Dewi menulis:\n> ---------- Forwarded message ---------\n> Dari: Rina <rina@calon.example>\n> Subject: Tanya\n>\n> Halo',
      { Subject: 'Re: Tanya' }
    )
  )

  t.equal(forwarded, undefined)
})

t.test('a machine may send one report per recipient in one mail', async t => {
  const second = `Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; sari@mitra.example\nAction: failed\nStatus: 5.2.2\n\n--b\n${copy}`

  t.match(await receipts(bounce(failed, second)), [
    { ref: { remoteId: sent }, recipient: 'budi@pelanggan.example' },
    { ref: { remoteId: sent }, recipient: 'sari@mitra.example' }
  ])
})
