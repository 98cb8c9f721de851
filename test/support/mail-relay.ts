import type { Dovecot } from './dovecot.ts'
import type { SinkMail } from './smtp-sink.ts'

/**
 * Final delivery as a small mail server does it: one copy per recipient, `toko+anything@` into the
 * mailbox of `toko@`, with the trace headers that receivers rely on.
 */
export function relayToDovecot(dovecot: Dovecot, mail: SinkMail, stamps: string[] = []): void {
  for (const recipient of mail.envelope.to) {
    const trace = [
      `Return-Path: <${mail.envelope.from}>`,
      `Delivered-To: ${recipient}`,
      ...stamps,
      `Received: from client by mail.contoh.test; ${new Date().toUTCString()}`
    ]
    const head = Buffer.from(trace.map(line => `${line}\r\n`).join(''))
    dovecot.deliver(mailbox(recipient), Buffer.concat([head, mail.raw]))
  }
}

/** Lower-case names, unfolded values; the first of equal names wins. */
export function parseHeaders(raw: Buffer): Map<string, string> {
  const head = raw.toString('latin1').split(/\r?\n\r?\n/, 1)[0] ?? ''
  const headers = new Map<string, string>()
  for (const line of head.replaceAll(/\r?\n(?=[ \t])/g, '').split(/\r?\n/)) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    if (colon > 0 && !headers.has(name)) headers.set(name, line.slice(colon + 1).trim())
  }
  return headers
}

function mailbox(recipient: string): string {
  return recipient.toLowerCase().replace(/\+[^@]*@/, '@')
}
