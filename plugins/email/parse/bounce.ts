import type { DeliveryReceipt } from 'sapa/plugin-api'
import type { Mail, Part } from './decode.ts'
import { decodeLoosely } from './charset.ts'
import { all, first, readFields, readHead, type HeaderLine } from './head.ts'
import { bouncedRef, messageIds, referencesOf } from './thread.ts'

const maxRecipients = 200
const statuses: Record<string, DeliveryReceipt['status']> = {
  failed: 'failed',
  delayed: 'delayed',
  delivered: 'delivered',
  relayed: 'sent',
  expanded: 'sent'
}

/** What became of one recipient. */
export interface Outcome {
  recipient?: string
  status: DeliveryReceipt['status']
  reason?: { code?: string; text: string; isPermanent: boolean }
}

export interface Bounce {
  ref: DeliveryReceipt['ref']
  outcomes: Outcome[]
}

/** Reads a delivery report in any of its shapes. Null: no report, or nothing tells which of our mails it means. */
export function readBounce(mail: Mail, head: HeaderLine[]): Bounce | null {
  const reports = mail.parts.filter(part => isDeliveryStatus(part.mime))
  const verp = bouncedRef(head)
  const outcomes =
    reports.length > 0
      ? reports.flatMap(part => readStatus(textOf(part)))
      : readLegacy(mail, head, verp !== null)
  if (outcomes.length === 0) return null

  const ref = originalRef(mail, head, verp)
  return ref && { ref, outcomes: outcomes.slice(0, maxRecipients) }
}

const isDeliveryStatus = (mime: string): boolean =>
  /^message\/(?:global-)?delivery-status$/.test(mime)

/** RFC 3464: blank-line separated groups, the first about the message, each other about one recipient. */
function readStatus(text: string): Outcome[] {
  return groups(text).flatMap(fields => {
    const status = statuses[first(fields, 'action').toLowerCase().split(' ')[0]!]
    const recipient = afterType(
      first(fields, 'original-recipient') || first(fields, 'final-recipient')
    )
    if (!status || recipient === '') return []
    const final = afterType(first(fields, 'final-recipient'))
    return [{ recipient: final || recipient, status, ...reasonOf(fields, status) }]
  })
}

function reasonOf(fields: HeaderLine[], status: string): Pick<Outcome, 'reason'> {
  if (status !== 'failed' && status !== 'delayed') return {}
  const code = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(first(fields, 'status'))?.[0]
  const text = afterType(first(fields, 'diagnostic-code')) || code || status
  const isPermanent = status === 'failed' && code?.startsWith('4') !== true
  return { reason: { ...(code && { code }), text: text.slice(0, 500), isPermanent } }
}

function groups(text: string): HeaderLine[][] {
  const lines = text.slice(0, 500_000).replaceAll('\r', '').split('\n')
  const found: string[][] = [[]]
  for (const line of lines) {
    if (line.trim() !== '') found.at(-1)!.push(line)
    else if (found.at(-1)!.length > 0) found.push([])
  }
  return found.filter(group => group.length > 0).map(group => readFields(group.join('\n')))
}

/** "rfc822; budi@…" and "smtp; 552 …" without the type; angle brackets gone. */
function afterType(value: string): string {
  const at = value.indexOf(';')
  const bare = (at >= 0 && at < 20 ? value.slice(at + 1) : value).trim()
  return bare.startsWith('<') && bare.endsWith('>') ? bare.slice(1, -1) : bare
}

/** Bounces without a report: Gmail's header, qmail's letter, and whatever comes back to our envelope address. */
function readLegacy(mail: Mail, head: HeaderLine[], isToEnvelope: boolean): Outcome[] {
  const failed = first(head, 'x-failed-recipients')
    .split(',')
    .map(one => one.trim())
    .filter(one => one.includes('@'))
  const text = mail.text.trimStart()
  const reason = { text: text.slice(0, 500).trim() || 'failed', isPermanent: true }
  if (failed.length > 0) return failed.map(recipient => ({ recipient, status: 'failed', reason }))
  if (text.startsWith('Hi. This is the qmail-send program')) return readQmail(text)
  if (isToEnvelope && isFromMachine(mail, head)) return [{ status: 'failed', reason }]
  return []
}

function readQmail(text: string): Outcome[] {
  const letter = text.split('\n--- Below this line is a copy')[0]!
  const outcomes: Outcome[] = []
  for (const paragraph of letter.split('\n\n').slice(0, maxRecipients)) {
    const [address = '', ...why] = paragraph.split('\n')
    const match = /^<([^<>\s]{3,320})>:$/.exec(address.trim())
    if (!match) continue
    const reason = why.join(' ').trim().slice(0, 500) || 'failed'
    const code = /#([245]\.\d{1,3}\.\d{1,3})/.exec(reason)?.[1]
    outcomes.push({
      recipient: match[1]!,
      status: 'failed',
      reason: { ...(code && { code }), text: reason, isPermanent: !code?.startsWith('4') }
    })
  }
  return outcomes
}

function isFromMachine(mail: Mail, head: HeaderLine[]): boolean {
  const isNull = all(head, 'return-path').some(value => value.replaceAll(' ', '') === '<>')
  const isDaemon = /^(?:mailer-daemon|postmaster)@/i.test(mail.from[0]?.address ?? '')
  const isAnswer = first(head, 'auto-submitted').toLowerCase().startsWith('auto-replied')
  return isNull && (isDaemon || !isAnswer)
}

/**
 * Our own Message-ID first; the envelope address when the provider changed it or sent no copy.
 * A report about a mail that left by another program stays a message, so that somebody sees it.
 */
function originalRef(
  mail: Mail,
  head: HeaderLine[],
  verp: string | null
): DeliveryReceipt['ref'] | null {
  const candidates = [...copiedIds(mail), ...referencesOf(head)]
  const ours = candidates.find(id => id.startsWith('<sapa.'))
  if (ours) return { remoteId: ours }
  return verp ? { clientRef: verp } : null
}

function copiedIds(mail: Mail): string[] {
  const copies = mail.parts.filter(part =>
    /^(?:message\/(?:rfc822|global)|(?:text|message)\/(?:rfc822|global)-headers)$/.test(part.mime)
  )
  const heads = copies.flatMap(part => messageIds(first(readHead(part.content), 'message-id')))
  const letter = mail.text.split('--- Below this line is a copy')[1]
  return letter
    ? [
        ...heads,
        ...messageIds(/^Message-ID:(.{1,1000})$/im.exec(letter.slice(0, 20_000))?.[1] ?? '')
      ]
    : heads
}

export const textOf = (part: Part): string => decodeLoosely(part.content)
