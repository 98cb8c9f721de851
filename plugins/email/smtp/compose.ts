import { Readable } from 'node:stream'
import type { SendMailOptions } from 'nodemailer'
import type { OutboundAttachment, OutboundStep, Recipient } from 'sapa/plugin-api'
import type { Fail } from '../failure.ts'
import type { MailSettings } from '../mail-settings.ts'
import { domainOf, envelopeAddress, oneLine, withPlus } from './address.ts'
import { bodiesOf } from './body.ts'

/** Nearest ten of a thread are enough for every mail program; the first names the thread. */
const maxReferences = 10

/** What plus-addresses may be used for. */
export interface PlusUse {
  replyTo: boolean
  envelope: boolean
}

/** The mail of one step. Equal for every attempt: same Message-ID, same date. */
export function composeMail(
  step: OutboundStep,
  settings: MailSettings,
  plus: PlusUse,
  fail: Fail
): SendMailOptions & { messageId: string } {
  const sender = envelopeAddress(settings.address)
  if (!sender) throw fail('permanent', 'The address of this account cannot send mail')
  if (!/^[\w.-]{1,100}$/.test(step.clientRef)) throw fail('permanent', 'The reference is not valid')

  const addressed = (recipients: Recipient[]) =>
    recipients.map(recipient => mailbox(recipient, fail))
  const [to, cc, bcc] = [addressed([step.to]), addressed(step.cc), addressed(step.bcc)]
  const from = { name: displayName(step, settings), address: sender }
  const returnPath = plus.envelope ? withPlus(sender, step.clientRef) : null
  return {
    from,
    to,
    cc,
    bcc,
    envelope: {
      from: returnPath ?? sender,
      to: [...new Set([...to, ...cc, ...bcc].map(({ address }) => address))]
    },
    messageId: `<sapa.${step.clientRef}@${domainOf(sender)}>`,
    date: new Date(step.createdAt),
    subject: subjectOf(step),
    headers: automaticHeaders(step),
    ...threadHeaders(step),
    ...(plus.replyTo && replyTo(step, sender, from.name)),
    ...bodiesOf(step, settings.signature),
    attachments: step.attachments.map(attached),
    disableFileAccess: true,
    disableUrlAccess: true
  }
}

function mailbox({ value, name }: Recipient, fail: Fail): { name: string; address: string } {
  const address = envelopeAddress(value)
  if (!address) throw fail('permanent', 'An address of this message cannot receive mail')
  return { name: oneLine(name ?? '').slice(0, 200), address }
}

function displayName({ author }: OutboundStep, { name }: MailSettings): string {
  return oneLine([author?.name, name].filter(Boolean).join(', ')).slice(0, 200)
}

/** `Re:` once, and the reference number where a customer and a mail program keep it. */
function subjectOf(step: Pick<OutboundStep, 'subject' | 'conversation'>): string {
  const { conversation } = step
  const subject = oneLine(step.subject ?? '').slice(0, 500)
  if (!conversation) return subject
  const tag = `[#${conversation.number}]`
  const bare = subject.replaceAll(tag, '').replace(/^(\s*(re|bls|balas|aw|sv|rif)\s*:)+/i, '')
  const isAnswer = !conversation.isFirst || conversation.references.length > 0
  return [isAnswer ? 'Re:' : '', bare.trim(), tag].filter(Boolean).join(' ')
}

function threadHeaders({ conversation }: OutboundStep): {
  inReplyTo?: string
  references?: string
} {
  const chain = (conversation?.references ?? []).filter(id => /^<[^<>\s]{1,900}>$/.test(id))
  const last = chain.at(-1)
  if (!last) return {}
  const kept = chain.length > maxReferences ? [chain[0], ...chain.slice(1 - maxReferences)] : chain
  return { inReplyTo: last, references: kept.join(' ') }
}

function replyTo(
  { conversation }: OutboundStep,
  sender: string,
  name: string
): { replyTo?: { name: string; address: string } } {
  if (!conversation || !/^[\w-]{4,64}$/.test(conversation.replyToken)) return {}
  const address = withPlus(sender, `c${conversation.number}.${conversation.replyToken}`)
  return address ? { replyTo: { name, address } } : {}
}

function automaticHeaders(step: OutboundStep): Record<string, string> {
  if (!step.isAutomatic) return {}
  const kind = step.kind === 'notice' ? 'auto-generated' : 'auto-replied'
  return { 'Auto-Submitted': kind, 'X-Auto-Response-Suppress': 'All' }
}

/** Only bytes: a `path`, `href` or `raw` would let a name of a file or page become content. */
function attached(file: OutboundAttachment): NonNullable<SendMailOptions['attachments']>[number] {
  const inlineId = oneLine(file.inlineId ?? '').replace(/[<>\s]/g, '')
  return {
    filename: oneLine(file.filename).slice(0, 200) || 'file',
    contentType: /^[\w.+-]+\/[\w.+-]+$/.test(file.mime) ? file.mime : 'application/octet-stream',
    content: Readable.from(file.open()),
    contentDisposition: inlineId ? 'inline' : 'attachment',
    ...(inlineId && { cid: inlineId })
  }
}
