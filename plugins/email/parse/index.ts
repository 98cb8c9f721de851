import { createHash } from 'node:crypto'
import type { AccountFacts, InboundEvent, InboundMessage, RawItem } from 'sapa/plugin-api'
import { attachmentsOf } from './attachment.ts'
import { automaticReason } from './automatic.ts'
import { bodyOf } from './body.ts'
import { readBounce, type Bounce } from './bounce.ts'
import { decodeMail, type Mail } from './decode.ts'
import { readForward } from './forward.ts'
import { first, readHead, type HeaderLine } from './head.ts'
import { readReadReceipt, type ReadReceipt } from './read-receipt.ts'
import { refuseBomb } from './refuse.ts'
import { ownOf, senderOf, type Sender } from './sender.ts'
import { isSpam } from './spam.ts'
import { messageIds, threadHints } from './thread.ts'
import { writtenAt } from './time.ts'

interface Facts {
  raw: RawItem
  account: AccountFacts
  head: HeaderLine[]
  mail: Mail
  /** Message-ID with angle brackets, or one made of the bytes. */
  id: string
  at: number
}

/**
 * Turns the source of one mail into events. No I/O and no clock; importing this module does nothing,
 * so that core can load it in a worker by its URL. Of the raw item's headers it knows
 * `received` (time of arrival), `folder` (special use, such as `\Junk`), and `placeholder` with `size`
 * (why the body is a notice instead of the mail).
 */
export async function parse(raw: RawItem, account: AccountFacts): Promise<InboundEvent[]> {
  refuseBomb(raw.body)
  const head = readHead(raw.body)
  const mail = await decodeMail(raw.body)
  const id = messageIds(first(head, 'message-id'))[0] ?? synthesised(raw.body)
  const facts: Facts = { raw, account, head, mail, id, at: writtenAt(head, raw.headers?.received) }

  const bounce = readBounce(mail, head)
  if (bounce) return bounceEvents(facts, bounce)
  const receipt = readReadReceipt(mail, head)
  if (receipt) return receiptEvents(facts, receipt)
  return [await messageEvent(facts)]
}

async function messageEvent(facts: Facts): Promise<InboundMessage> {
  const { head, mail, account, id, at } = facts
  const sender = senderOf(mail, head, account)
  const body = bodyOf(mail)
  const forwarded = sender.isSuspicious ? null : await readForward(mail)
  const automatic = automaticOf(facts, sender)
  return {
    type: 'message',
    key: id,
    at,
    remoteId: id,
    from: sender.from,
    ...(sender.replyTo && { replyTo: sender.replyTo }),
    others: sender.others,
    // Nobody to believe: then the mail may not choose its conversation either.
    hints: sender.isSuspicious ? {} : threadHints(head, mail.subject, ownOf(account)),
    subject: mail.subject,
    ...body,
    attachments: attachmentsOf(mail, body),
    ...(automatic && { automatic }),
    ...(isSpam(head, facts.raw.headers?.folder) && { isSpam: true }),
    ...(sender.isSuspicious && { isSuspicious: true }),
    ...(forwarded && { forwarded }),
    ...contextOf(facts)
  }
}

function automaticOf({ head, mail }: Facts, sender: Sender): string | undefined {
  const hasReport = mail.parts.find(part =>
    /^message\/(?:delivery-status|disposition-notification)$/.test(part.mime)
  )
  if (hasReport) return hasReport.mime.slice('message/'.length)
  // A web form sends from "noreply@", but a person filled it in.
  const author = sender.isRelay ? '' : (mail.from[0]?.address ?? '')
  return automaticReason(head, mail.subject, author)
}

function bounceEvents({ id, at }: Facts, { ref, outcomes }: Bounce): InboundEvent[] {
  return outcomes.map((outcome, index) => ({
    type: 'delivery',
    key: `${id}#${index}`,
    at,
    ref,
    ...outcome
  }))
}

function receiptEvents({ id, at }: Facts, receipt: ReadReceipt): InboundEvent[] {
  if (!receipt.isRead) return []
  const { remoteId, recipient } = receipt
  return [
    {
      type: 'delivery',
      key: `${id}#read`,
      at,
      ref: { remoteId },
      status: 'read',
      ...(recipient && { recipient })
    }
  ]
}

/** What the timeline should say of a mail that is not shown as it is. */
function contextOf({ raw, head }: Facts): Pick<InboundMessage, 'context'> {
  const encrypted = encryptionOf(first(head, 'content-type').toLowerCase())
  const { placeholder, size } = raw.headers ?? {}
  const context = {
    ...(encrypted && { encrypted }),
    ...(placeholder && { placeholder }),
    ...(placeholder && size && { size })
  }
  return Object.keys(context).length > 0 ? { context } : {}
}

/** Only the receiver's own program can open such a mail. */
function encryptionOf(type: string): string | undefined {
  if (type.startsWith('multipart/encrypted')) return 'pgp'
  const isSealed = /^application\/(?:x-)?pkcs7-mime/.test(type) && !type.includes('signed-data')
  return isSealed ? 'smime' : undefined
}

function synthesised(body: Uint8Array): string {
  return `<${createHash('sha256').update(body).digest('hex')}@sapa.invalid>`
}
