import t from 'tap'
import type { InboundEvent } from 'sapa/plugin-api'
import { hangMs } from '../../../test/support/patience.ts'
import { MailTooComplex } from '../parse/refuse.ts'
import { account, mail, read } from './support.ts'

const multipart = (boundary: string): Record<string, string> => ({
  'Content-Type': `multipart/mixed; boundary="${boundary}"`
})
const text = (body: string): string => `Content-Type: text/plain\n\n${body}\n`

const refused: Record<string, () => string> = {
  '50,000 parts': () => mail(`--b\n${text('a')}`.repeat(50_000) + '--b--', multipart('b')),
  '50,000 parts without a head': () => mail('--b\n\n'.repeat(50_000), multipart('b')),
  '20,000 nested multiparts': () => mail(nested(20_000), multipart('b0')),
  'a head of 100,000 lines': () => mail('a', { 'X-A': 'b\r\nX-A: c'.repeat(100_000) }),
  'a head of one long line': () => mail('a', { Subject: 'a'.repeat(400_000) })
}

for (const [name, make] of Object.entries(refused)) {
  t.test(`a mail with ${name} is refused at once`, async t => {
    const source = make()

    const before = process.cpuUsage()
    await t.rejects(read(source), MailTooComplex)
    t.ok(cpuSince(before) < 5_000)
  })
}

const survived: Record<string, () => string> = {
  '5,000 mails in mails': () => mail(embedded(5_000), { 'Content-Type': 'message/rfc822' }),
  '5,000 inline mails in mails': () =>
    mail(embedded(5_000), { 'Content-Type': 'message/rfc822', 'Content-Disposition': 'inline' }),
  '900 parts': () => mail(`--b\n${text('a')}`.repeat(900) + '--b--', multipart('b')),
  '200 nested multiparts': () => mail(nested(200), multipart('b0')),
  'a boundary that never comes': () => mail('a\n'.repeat(200_000), multipart('b')),
  'delimiters of nobody': () => mail('--x\n'.repeat(200_000), multipart('b')),
  'one multipart in itself': () =>
    mail(`--b\nContent-Type: multipart/mixed; boundary=b\n\n`.repeat(400), multipart('b')),
  '20,000 recipients': () => mail('a', { To: 'a@b.example, '.repeat(18_000) }),
  'brackets as recipient': () => mail('a', { To: '('.repeat(200_000) }),
  'angles as recipient': () => mail('a', { To: '<'.repeat(200_000) }),
  'quotes as recipient': () => mail('a', { Cc: '"a" <'.repeat(40_000) }),
  'groups in groups': () => mail('a', { Cc: 'g:'.repeat(100_000) }),
  'ats as recipient': () => mail('a', { Cc: '@'.repeat(200_000) }),
  'letters as recipient': () => mail('a', { 'Delivered-To': 'a'.repeat(200_000) }),
  'a flood of encoded words': () => mail('a', { Subject: '=?utf-8?Q?a?= '.repeat(15_000) }),
  'a flood of encoded names': () =>
    mail('a', { From: `${'=?utf-8?B?YUBi?= '.repeat(12_000)}<a@b.example>` }),
  'an unfinished encoded word': () => mail('a', { Subject: '=?utf-8?Q?'.repeat(20_000) }),
  'a flood of references': () => mail('a', { References: '<a@b> '.repeat(40_000) }),
  'open references': () => mail('a', { References: '<a'.repeat(100_000) }),
  'a flood of parameters': () =>
    mail('a', { 'Content-Type': `text/plain; ${'a="b"; '.repeat(30_000)}` }),
  'a flood of continued parameters': () =>
    mail('a', {
      'Content-Type': `text/plain; ${Array.from({ length: 15_000 }, (_, at) => `a*${at}=b`).join('; ')}`
    }),
  'boundary words': () => mail('boundary '.repeat(100_000), multipart('b')),
  'results in comments': () =>
    mail('a', { 'Authentication-Results': `mx; ${'('.repeat(200_000)}` }),
  'subject prefixes': () => mail('a', { Subject: 'Re: '.repeat(50_000) }),
  'report groups': () => report('Action: failed\n\n'.repeat(20_000)),
  'report recipients': () =>
    report('\nFinal-Recipient: rfc822;a@b.example\nAction: failed\n'.repeat(10_000)),
  'blanks in a flowed text': () =>
    mail('a \n'.repeat(200_000), { 'Content-Type': 'text/plain; format=flowed' }),
  'quote marks in a flowed text': () =>
    mail('>'.repeat(500_000), { 'Content-Type': 'text/plain; format=flowed' }),
  'broken base64': () => mail('=?!'.repeat(200_000), { 'Content-Transfer-Encoding': 'base64' }),
  'broken quoted-printable': () =>
    mail('='.repeat(500_000), { 'Content-Transfer-Encoding': 'quoted-printable' }),
  'escapes of iso-2022-jp': () =>
    mail('\x1b$B'.repeat(150_000), { 'Content-Type': 'text/plain; charset=iso-2022-jp' }),
  'an unfinished utf-7': () =>
    mail('+AAA'.repeat(100_000), { 'Content-Type': 'text/plain; charset=utf-7' }),
  'a TNEF that lies about its length': () =>
    tnef([0x78, 0x9f, 0x3e, 0x22, 1, 0, 2, 0x0f, 0x80, 6, 0, 0xff, 0xff, 0xff, 0xff]),
  'a TNEF of empty attributes': () =>
    tnef([
      0x78,
      0x9f,
      0x3e,
      0x22,
      1,
      0,
      ...Array.from({ length: 20_000 }, () => [2, 2, 0x90, 6, 0, 0, 0, 0, 0, 0, 0]).flat()
    ])
}

for (const [name, make] of Object.entries(survived)) {
  t.test(`a mail with ${name} is read in time`, async t => {
    const source = make()

    const before = process.cpuUsage()
    const events = await read(source)
    const ms = cpuSince(before)

    t.ok(events.length <= 200, `${events.length} events`)
    t.ok(events.every(isSmall))
    t.ok(ms < hangMs, `${Math.round(ms)} ms`)
  })
}

t.test('a mail of nothing is read', async t => {
  for (const source of ['', '\r\n', '\0\0\0', 'From', ': \r\n\r\n', '--\r\n--\r\n']) {
    const [event] = await read(source)
    t.match(event, { type: 'message', from: [], isSuspicious: true, text: String })
  }
})

t.test('a mail cut at any byte is read', async t => {
  const whole = mail(
    `--b\n${text('Halo')}--b\nContent-Type: text/html\n\n<p>Halo</p>\n--b--`,
    multipart('b')
  )
  for (let length = 0; length <= whole.length; length += 7) {
    const events = await read(whole.slice(0, length), account)
    t.equal(events.length, 1)
  }
})

function nested(depth: number): string {
  const lines: string[] = []
  for (let at = 0; at < depth; at += 1) {
    lines.push(`--b${at}`, `Content-Type: multipart/mixed; boundary="b${at + 1}"`, '')
  }
  return lines.join('\n')
}

function embedded(depth: number): string {
  return 'Content-Type: message/rfc822\nContent-Disposition: inline\n\n'.repeat(depth)
}

function report(fields: string): string {
  return mail(`--b\nContent-Type: message/delivery-status\n\n${fields}\n--b--`, {
    ...multipart('b'),
    'In-Reply-To': '<sapa.c1042.m7.3f9a1c@tokosapa.example>'
  })
}

function tnef(bytes: number[]): string {
  const packed = Buffer.from(bytes).toString('base64')
  return mail(packed, {
    'Content-Type': 'application/ms-tnef',
    'Content-Transfer-Encoding': 'base64'
  })
}

/** What a hostile mail leaves behind must not be a bomb for the next reader. */
const isSmall = (event: InboundEvent): boolean =>
  event.type !== 'message' ||
  ((event.others?.length ?? 0) <= 100 && (event.hints?.references?.length ?? 0) <= 50)

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
