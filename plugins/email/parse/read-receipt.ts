import { textOf } from './bounce.ts'
import type { Mail } from './decode.ts'
import { first, readFields, type HeaderLine } from './head.ts'
import { inReplyTo, messageIds } from './thread.ts'

export interface ReadReceipt {
  remoteId: string
  recipient?: string
  isRead: boolean
}

/** Reads a disposition notification (RFC 8098). Null: none, or it names no mail. */
export function readReadReceipt(mail: Mail, head: HeaderLine[]): ReadReceipt | null {
  const part = mail.parts.find(one => one.mime === 'message/disposition-notification')
  if (!part) return null
  const fields = readFields(textOf(part).trimStart())
  const remoteId = messageIds(first(fields, 'original-message-id'))[0] ?? inReplyTo(head)
  if (!remoteId) return null
  const recipient = first(fields, 'final-recipient').split(';').at(-1)!.trim()
  return {
    remoteId,
    ...(recipient !== '' && { recipient }),
    isRead: /;\s{0,5}displayed/i.test(first(fields, 'disposition'))
  }
}
