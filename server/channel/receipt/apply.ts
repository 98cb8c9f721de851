import { findParticipant } from '../../conversation/participant.ts'
import type { Message, MessageHeaders, MessageStatus } from '../../conversation/table.ts'
import type { Db } from '../../db/schema.ts'
import { announce } from '../../db/transaction.ts'
import type { DeliveryReceipt } from '../../plugin-api/event.ts'
import { combine, isAtLeast, ratchet, statusOf } from '../../conversation/step/ratchet.ts'
import { resumeRest } from '../../conversation/step/resume.ts'
import { heedReceipt } from '../outbox/heed.ts'
import type { OutboxState } from '../table.ts'

type KnownReceipt = Omit<DeliveryReceipt, 'ref'> & { ref: string; id: number }

/** Moves the steps and the message forward by one receipt that is stored already. */
export async function applyReceipt(
  trx: Db,
  message: Message,
  receipt: KnownReceipt,
  now: Date
): Promise<void> {
  const people = peopleOf(message)
  const byPerson = people.length > 1 && receipt.recipient !== undefined
  const status = byPerson
    ? await statusByPerson(trx, message, people, now)
    : await statusBySteps(trx, message, receipt, now)
  const isDelivered = status === 'delivered' || status === 'read'
  const isNowKnown = message.status === 'unknown' && status !== 'unknown'
  const known = isNowKnown ? null : message.status_reason
  const reason = isDelivered ? null : (reasonOf(receipt) ?? known)
  await trx
    .updateTable('message')
    .set({ status, status_reason: reason })
    .where('id', '=', message.id)
    .execute()
  if (isNobody(receipt)) await markUnreachable(trx, message, receipt, now)
  else if (receipt.reason?.failure)
    await heedReceipt(trx, await askedStep(trx, message), receipt, now)
  announce(trx, {
    topic: 'message.changed',
    conversation: message.conversation_id,
    message: message.id
  })
}

/** As it left: what has happened since is not what was refused. */
async function askedStep(trx: Db, { id, account_id, created_at }: Message) {
  const step = await trx
    .selectFrom('outbox')
    .select(['account_id', 'claimed_at'])
    .where('message_id', '=', id)
    .where('claimed_at', 'is not', null)
    .orderBy('claimed_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return {
    account_id: step?.account_id ?? account_id ?? 0,
    claimed_at: step?.claimed_at ?? created_at,
    ...{ message_id: id, relay_id: null, target_id: null }
  }
}

async function statusBySteps(
  trx: Db,
  message: Message,
  receipt: KnownReceipt,
  now: Date
): Promise<MessageStatus> {
  const steps = await trx
    .selectFrom('outbox')
    .select(['id', 'state', 'client_ref', 'remote_id'])
    .where('message_id', '=', message.id)
    .execute()
  if (steps.length === 0) return ratchetMessage(message, receipt.status)
  const isMeant = (step: (typeof steps)[number]) =>
    steps.length === 1 || step.client_ref === receipt.ref || step.remote_id === receipt.ref
  const isIn = (wanted: OutboxState) => steps.some(({ state }) => state === wanted)
  const wasUnknown = isIn('unknown')
  for (const step of steps.filter(isMeant)) {
    const state = ratchet(step.state, receipt.status)
    if (state !== step.state) await moveStep(trx, step.id, state, receipt, now)
    step.state = state
  }
  if (wasUnknown && !isIn('unknown') && !isIn('failed')) {
    await resumeRest(trx, message.id, now)
    for (const step of steps) if (step.state === 'cancelled') step.state = 'queued'
  }
  const combined = statusOf(steps.map(step => step.state))
  return message.status === 'partly' && combined !== 'failed' ? 'partly' : combined
}

export async function moveStep(
  trx: Db,
  id: number,
  state: OutboxState,
  receipt: Pick<DeliveryReceipt, 'status' | 'reason'>,
  now: Date
): Promise<void> {
  const failure =
    state === 'failed'
      ? {
          error_kind: receipt.reason?.failure ?? ('permanent' as const),
          error_code: receipt.reason?.code ?? null,
          error_text: reasonOf(receipt)
        }
      : { error_kind: null, error_code: null, error_text: null }
  await trx
    .updateTable('outbox')
    .set({ state, finished_at: now.getTime(), ...failure })
    .where('id', '=', id)
    .execute()
}

/** One mail to several people: each has a state of their own, the message shows the sum. */
async function statusByPerson(
  trx: Db,
  message: Message,
  people: readonly string[],
  now: Date
): Promise<MessageStatus> {
  const rows = await trx
    .selectFrom('receipt')
    .select(['recipient', 'status'])
    .where('message_id', '=', message.id)
    .orderBy('id')
    .execute()
  const start = baseOf(message)
  const states = people.map(person =>
    rows
      .filter(row => row.recipient === person)
      .reduce((state, row) => ratchet(state, row.status), start)
  )
  const status = combine(states)
  if (status === 'failed') {
    await trx
      .updateTable('outbox')
      .set({ state: 'failed', error_kind: 'permanent', finished_at: now.getTime() })
      .where('message_id', '=', message.id)
      .execute()
  }
  return status
}

function ratchetMessage(message: Message, news: DeliveryReceipt['status']): MessageStatus {
  if (message.status === 'partly' || message.status === 'received') return message.status
  return ratchet(message.status, news)
}

/** Where each recipient stood before the receipts that name them. */
function baseOf(message: Message): OutboxState {
  const { status } = message
  if (status === 'partly' || status === 'failed' || status === 'received') return 'accepted'
  return isAtLeast(status, 'delivered') ? 'sent' : status
}

function peopleOf(message: Message): string[] {
  const { to = [], cc = [], bcc = [] } = JSON.parse(message.headers) as MessageHeaders
  return [...new Set([...to, ...cc, ...bcc].map(person => person.value.toLowerCase()))]
}

/** Code and text in one line, for people. */
export function reasonOf(receipt: Pick<DeliveryReceipt, 'status' | 'reason'>): string | null {
  if (receipt.status !== 'failed' && receipt.status !== 'delayed') return null
  const { code, text } = receipt.reason ?? {}
  const whole = [code, text].filter(Boolean).join(' ')
  return whole === '' ? null : whole.replaceAll(/\s+/g, ' ').slice(0, 500)
}

/** The provider says that nobody has this address. */
export const isNobody = ({ status, reason }: Pick<DeliveryReceipt, 'status' | 'reason'>) =>
  status === 'failed' && reason?.isPermanent === true && reason.code === '5.1.1'

async function markUnreachable(
  trx: Db,
  message: Message,
  receipt: KnownReceipt,
  now: Date
): Promise<void> {
  const id =
    receipt.recipient === undefined
      ? message.identity_id
      : await findRecipient(trx, message, receipt.recipient)
  if (id === null) return
  await trx
    .updateTable('identity')
    .set({ unreachable_at: now.getTime(), unreachable_reason: reasonOf(receipt) })
    .where('id', '=', id)
    .execute()
}

async function findRecipient(db: Db, message: Message, recipient: string): Promise<number | null> {
  const address = { kind: 'email' as const, namespace: '', value: recipient.trim().toLowerCase() }
  const row = await findParticipant(db, message.conversation_id, [address])
  return row?.id ?? null
}
