import { normalise } from '../../customer/normalise.ts'
import type { PluginMail } from '../../plugin-api/plugin.ts'

/** The mail as it may leave: to one plain address, with a subject of one line. Throws in words for the author. */
export function checkMail(mail: PluginMail): PluginMail {
  const to = text('to', mail.to, 254)
  const subject = text('subject', mail.subject, 200)
  if (controls.test(to) || controls.test(subject)) {
    throw new TypeError('notify: to and subject have one line, without control characters')
  }
  const address = normalise({ kind: 'email', value: to }, '')
  if (!address) throw new TypeError('notify: to must be one plain address')
  return {
    to: address.value,
    subject,
    text: text('text', mail.text, 20_000).replaceAll('\0', ''),
    key: text('key', mail.key, 200)
  }
}

/** Line ends and their kin, with which a subject could become another header. */
const controls = /[\p{Cc}\u2028\u2029]/u

function text(name: string, value: unknown, most: number): string {
  if (typeof value !== 'string' || value.trim() === '') {
    throw new TypeError(`notify: ${name} is missing`)
  }
  if (value.length > most) {
    throw new TypeError(`notify: ${name} has more than ${most} characters`)
  }
  return value
}
