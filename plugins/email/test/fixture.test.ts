import { createHash } from 'node:crypto'
import t, { type Test as Tap } from 'tap'
import type { DeliveryReceipt, InboundEvent, InboundMessage } from 'sapa/plugin-api'
import { fixture, read, squeezed } from './support.ts'

interface Case {
  file: string
  describes: string
  message_id: string | null
  subject: string
  thread: { via: string; key: string | null; action: string; suggest_link?: number }
  visible_text: string
  is_auto: boolean
  is_bounce: boolean
  auto_reason?: string
  attachments: FileCase[]
  from: { address: string | null; name: string | null }
  bounce?: {
    recipient: string
    action: string
    status: string
    permanent: boolean
    diagnostic: string | null
  }[]
  tnef?: { filename: string; size: number; text: string }[]
  forward?: {
    original_from: { address: string; name: string }
    original_subject: string
    note: string
  }
  cc?: { address: string; name: string }[]
  reply_to?: string
  effective_sender?: { address: string; name: string; verified: boolean }
  author?: string
  suspicious?: boolean
}

interface FileCase {
  filename: string | null
  mime: string
  size: number | null
  inline: boolean
  cid: string | null
  hidden?: boolean
}

interface World {
  ticket: {
    number: number
    participants: string[]
    outbound: { message_id: string }[]
    reply_token_address: string
  }
}

const { world, cases } = JSON.parse(fixture('cases.json').toString()) as {
  world: World
  cases: Case[]
}

/** Reasons that name the same fact by another header of the same mail. */
const reasons: Record<string, string> = { 'own-message': 'auto-submitted' }
const statuses: Record<string, string> = { relayed: 'sent' }

for (const expected of cases) {
  t.test(`${expected.file}: ${expected.describes}`, async t => {
    const events = await read(fixture(expected.file))

    if (expected.thread.action === 'delivery-status') return checkBounce(t, events, expected)
    if (expected.thread.action === 'read-receipt') return checkReadReceipt(t, events, expected)
    t.equal(events.length, 1)
    checkMessage(t, events[0] as InboundMessage, expected)
  })
}

function checkMessage(t: Tap, message: InboundMessage, expected: Case): void {
  t.equal(message.type, 'message')
  t.equal(message.remoteId, expected.message_id ?? synthesised(expected.file))
  t.equal(message.key, message.remoteId)
  t.equal(message.at, Date.parse('2026-11-17T02:30:11Z'))
  t.equal(message.subject, expected.subject)
  const shown = expected.forward ? message.forwarded?.text : message.text
  t.equal(squeezed(shown), squeezed(expected.visible_text))
  t.equal(message.automatic !== undefined, expected.is_auto)
  if (expected.auto_reason)
    t.equal(message.automatic, reasons[expected.auto_reason] ?? expected.auto_reason)
  t.equal(message.isSuspicious ?? false, expected.suspicious ?? false)
  checkSender(t, message, expected)
  checkThread(t, message, expected)
  checkFiles(t, message, expected)
  checkForward(t, message, expected)
}

function checkSender(t: Tap, message: InboundMessage, expected: Case): void {
  const sender = expected.effective_sender ?? expected.from
  const [from] = message.from
  t.equal(from?.value ?? null, sender.address)
  t.equal(from?.name ?? null, sender.name)
  t.equal(from?.verified ?? false, expected.author === 'agent' || expected.forward !== undefined)
  t.strictSame(message.replyTo?.value, expected.reply_to)
  if (expected.cc) {
    t.strictSame(
      message.others,
      expected.cc.map(({ address, name }) => ({
        kind: 'email',
        value: address,
        name,
        verified: false
      }))
    )
  }
}

/** Walks the hints in the order of the rules, with the conversation that the fixtures' world knows. */
function checkThread(t: Tap, message: InboundMessage, expected: Case): void {
  const { hints = {} } = message
  const known = world.ticket.outbound.map(one => one.message_id)
  const answered = hints.references?.find(id => known.includes(id))
  const isParticipant = message.from.some(one => world.ticket.participants.includes(one.value))
  const tagged = hints.number === world.ticket.number ? String(hints.number) : undefined

  let found: { via: string; key: string | null } = { via: 'none', key: null }
  if (known.includes(message.remoteId)) found = { via: 'own-message-id', key: message.remoteId }
  else if (answered) found = { via: 'in-reply-to', key: answered }
  else if (tagged && isParticipant) found = { via: 'subject-tag', key: tagged }

  t.strictSame(found, { via: expected.thread.via, key: expected.thread.key })
  if (expected.thread.suggest_link) t.equal(hints.number, expected.thread.suggest_link)
}

function checkFiles(t: Tap, message: InboundMessage, expected: Case): void {
  const unpacked = expected.tnef ?? []
  t.equal(message.attachments?.length, expected.attachments.length + unpacked.length)
  const names = new Set(unpacked.map(file => file.filename))
  const files = message.attachments?.filter(file => !names.has(file.filename ?? '')) ?? []
  t.strictSame(
    files.map(file => ({
      filename: file.filename ?? null,
      mime: file.mime,
      size: file.size,
      inline: file.inlineId !== undefined,
      cid: file.inlineId ?? null,
      hidden: file.isHidden ?? false
    })),
    expected.attachments.map(file => ({ ...file, hidden: file.hidden ?? false }))
  )
  for (const file of unpacked) {
    const found = message.attachments?.find(one => one.filename === file.filename)
    t.equal(found?.size, file.size)
    t.equal(Buffer.from(found?.content ?? []).toString(), file.text)
  }
}

function checkForward(t: Tap, { forwarded }: InboundMessage, { forward }: Case): void {
  if (!forward) return void t.equal(forwarded, undefined)
  const { address, name } = forward.original_from
  t.strictSame(forwarded?.from, { kind: 'email', value: address, name, verified: false })
  t.equal(forwarded?.subject, forward.original_subject)
  t.equal(forwarded?.note, forward.note)
}

function checkBounce(t: Tap, events: InboundEvent[], expected: Case): void {
  t.strictSame(
    events.map(event => receiptOf(event as DeliveryReceipt)),
    expected.bounce?.map(({ recipient, action, status, permanent, diagnostic }) => ({
      type: 'delivery',
      ref: { remoteId: expected.thread.key },
      status: statuses[action] ?? action,
      recipient,
      reason:
        diagnostic === null ? undefined : { code: status, text: diagnostic, isPermanent: permanent }
    }))
  )
  t.equal(new Set(events.map(event => event.key)).size, events.length)
}

function checkReadReceipt(t: Tap, events: InboundEvent[], expected: Case): void {
  t.strictSame(
    events.map(event => receiptOf(event as DeliveryReceipt)),
    [
      {
        type: 'delivery',
        ref: { remoteId: expected.thread.key },
        status: 'read',
        recipient: expected.from.address,
        reason: undefined
      }
    ]
  )
}

const receiptOf = ({ type, ref, status, recipient, reason }: DeliveryReceipt) => ({
  type,
  ref,
  status,
  recipient,
  reason
})

const synthesised = (file: string): string =>
  `<${createHash('sha256').update(fixture(file)).digest('hex')}@sapa.invalid>`
