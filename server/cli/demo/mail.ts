import { randomBytes } from 'node:crypto'
import type { RawItem } from '../../plugin-api/account.ts'

export interface Letter {
  from: { name: string; email: string }
  to: string
  subject: string
  text: string
  /** Message-IDs of what it answers, oldest first. */
  references?: string[]
  at: Date
}

/** A mail as the shop's own server would have handed it over. */
export function mailItem(letter: Letter): RawItem {
  const { from, references = [] } = letter
  const domain = from.email.split('@')[1] ?? 'example'
  const id = `<${randomBytes(9).toString('hex')}@${domain}>`
  const last = references.at(-1)
  const lines = [
    `Authentication-Results: mx.sinarelektronik.example; dmarc=pass header.from=${domain}`,
    `From: ${word(from.name)} <${from.email}>`,
    `To: Sinar Elektronik <${letter.to}>`,
    `Subject: ${word(letter.subject)}`,
    `Date: ${letter.at.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: ${id}`,
    ...(last ? [`In-Reply-To: ${last}`, `References: ${references.join(' ')}`] : []),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    letter.text,
    ''
  ]
  return { key: id, body: Buffer.from(lines.join('\r\n')) }
}

const word = (text: string) => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`
