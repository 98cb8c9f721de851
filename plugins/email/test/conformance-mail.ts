import type { Inbound, KitFile, KitMessage, KitReceipt } from 'sapa/plugin-api/test'

const remoteId = (id: string) => `<${id}@mail.pelanggan.example>`

/** What comes in, as mails. */
export const inbound: Inbound = {
  message: message => source(message, ...bodyOf(message)),
  receipt: receipt => (receipt.status === 'failed' ? bounce(receipt) : null),
  unsupported: message =>
    source(
      message,
      'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
      parts([
        'Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1',
        'Content-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----'
      ])
    ),
  broken: bomb,
  files: ['file', 'image', 'audio'],
  hasAnswers: true,
  remoteId,
  threadKey: () => null
}

function source(message: KitMessage, type: string, body: string): Buffer {
  const { id, from, at, answers } = message
  const head = {
    'Authentication-Results': 'mx.toko.example; dmarc=pass header.from=pelanggan.example',
    From: `${from.name} <${from.value}>`,
    To: 'halo1@toko.example',
    Subject: 'Faktur belum diterima',
    Date: new Date(at).toUTCString(),
    'Message-ID': remoteId(id),
    ...(answers !== undefined && { 'In-Reply-To': answers, References: answers }),
    'MIME-Version': '1.0',
    'Content-Type': type
  }
  return mail(head, body)
}

function mail(head: Record<string, string>, body: string): Buffer {
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`${lines.join('')}\r\n${body}\r\n`)
}

function bodyOf({ text, files }: KitMessage): [type: string, body: string] {
  const plain = 'text/plain; charset=utf-8'
  if (files.length === 0) return [plain, text.replaceAll('\n', '\r\n')]
  const first = `Content-Type: ${plain}\r\n\r\n${text}`
  return ['multipart/mixed; boundary=b', parts([first, ...files.map(filePart)])]
}

function filePart({ filename, mime, bytes }: KitFile): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  const head = [
    `Content-Type: ${mime}`,
    `Content-Disposition: attachment; filename="${filename}"`,
    'Content-Transfer-Encoding: base64'
  ]
  return `${head.join('\r\n')}\r\n\r\n${lines.join('\r\n')}`
}

const parts = (bodies: string[]) => `${bodies.map(body => `--b\r\n${body}\r\n`).join('')}--b--`

function bounce({ id, of, to, reason = '' }: KitReceipt): Buffer {
  const status = [
    'Reporting-MTA: dns; mx.pelanggan.example',
    '',
    `Final-Recipient: rfc822; ${to}`,
    'Action: failed',
    'Status: 5.1.1',
    `Diagnostic-Code: smtp; 550 5.1.1 ${reason}`
  ]
  const head = {
    From: 'MAILER-DAEMON@mx.pelanggan.example',
    To: 'halo1@toko.example',
    Subject: 'Undelivered Mail Returned to Sender',
    'Message-ID': remoteId(id),
    'Return-Path': '<>',
    'MIME-Version': '1.0',
    'Content-Type': 'multipart/report; report-type=delivery-status; boundary=b'
  }
  return mail(
    head,
    parts([
      'Content-Type: text/plain\r\n\r\nTidak terkirim.',
      `Content-Type: message/delivery-status\r\n\r\n${status.join('\r\n')}`,
      `Content-Type: message/rfc822\r\n\r\nMessage-ID: ${of}\r\nSubject: Re\r\n\r\nHalo`
    ])
  )
}

/** More levels than any reader should follow. */
function bomb(id: string): Buffer {
  const levels = Array.from({ length: 400 }, (_, level) => {
    const type = `Content-Type: multipart/mixed; boundary=b${level}`
    return `${type}\r\n\r\n--b${level}\r\n`
  })
  return mail({ 'Message-ID': remoteId(id), 'X-Bomb': '1' }, levels.join(''))
}
