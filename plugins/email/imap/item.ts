import type { FetchMessageObject } from 'imapflow'
import type { RawItem } from 'sapa/plugin-api'
import { contentKey, headOf } from './key.ts'

/** Where a mail was found. */
export interface Place {
  path: string
  uidValidity: string
  isJunk: boolean
}

/** A mail as it goes into the journal. `parse` sees the headers beside the bytes. */
export function mailItem(mail: FetchMessageObject, source: Uint8Array, place: Place): RawItem {
  return { key: contentKey(source), headers: placeHeaders(mail, place), body: source }
}

/**
 * Stands for a mail that was not downloaded: its own headers, so that sender, subject and thread are known,
 * and a notice instead of its content.
 */
export function placeholderItem(
  mail: FetchMessageObject,
  why: 'too-large' | 'unreadable',
  place: Place
): RawItem {
  const original = mail.headers ?? Buffer.alloc(0)
  const head = withoutContentHeaders(headOf(original))
  const notice = notices[why](Math.ceil((mail.size ?? 0) / 1024 / 1024))
  const own = ['MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8']
  const lines = [...(head ? [head] : []), ...own, 'Content-Transfer-Encoding: 8bit', '', '']
  const body = Buffer.concat([
    Buffer.from(lines.join('\r\n'), 'latin1'),
    Buffer.from(`${notice}\r\n`, 'utf8')
  ])
  const headers = { ...placeHeaders(mail, place), placeholder: why, size: String(mail.size ?? 0) }
  return { key: contentKey(original.length > 0 ? original : body), headers, body }
}

const notices = {
  'too-large': (megabytes: number) =>
    `This mail is ${megabytes} MB, larger than this mailbox accepts in Sapa. It is still in the mailbox: open it there.\r\n` +
    `Email ini ${megabytes} MB, lebih besar dari batas kotak surat ini di Sapa. Email tetap ada di kotak surat: buka dari sana.`,
  unreadable: () =>
    'The mail server could not hand over this mail. It is still in the mailbox: open it there.\r\n' +
    'Server email tidak dapat memberikan email ini. Email tetap ada di kotak surat: buka dari sana.'
}

function placeHeaders(mail: FetchMessageObject, place: Place): Record<string, string> {
  const arrived = mail.internalDate ? new Date(mail.internalDate).getTime() : NaN
  return {
    folder: place.isJunk ? '\\Junk' : place.path,
    path: place.path,
    uid: String(mail.uid),
    uidvalidity: place.uidValidity,
    ...(place.isJunk && { junk: '1' }),
    ...(Number.isFinite(arrived) && { received: String(arrived) })
  }
}

function withoutContentHeaders(head: string): string {
  let isDropped = false
  const kept = head.split(/\r?\n/).filter(line => {
    if (!/^[ \t]/.test(line)) isDropped = /^(content-[a-z-]+|mime-version)\s*:/i.test(line)
    return !isDropped && line !== ''
  })
  return kept.join('\r\n')
}
