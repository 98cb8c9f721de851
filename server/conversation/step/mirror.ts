import type { Db } from '../../db/schema.ts'
import { announce } from '../../db/transaction.ts'
import type { MessageStatus } from '../table.ts'
import { reached, statusOf } from './ratchet.ts'

/** Shows on the message how its steps are doing. Call it in the transaction that changed a step. */
export async function mirrorSteps(trx: Db, messageId: number): Promise<void> {
  const steps = await trx
    .selectFrom('outbox')
    .select(['state', 'remote_id', 'error_text', 'send_after'])
    .where('message_id', '=', messageId)
    .orderBy('step_index')
    .execute()
  const message = await trx
    .selectFrom('message')
    .select(['conversation_id', 'account_id', 'status', 'remote_id'])
    .where('id', '=', messageId)
    .executeTakeFirst()
  if (!message || steps.length === 0) return
  const refusal = await findRefusal(trx, messageId)
  const reachedBy = statusOf(steps.map(step => step.state))
  const status = forward(message.status, refusal && reached.has(reachedBy) ? 'partly' : reachedBy)
  const remoteId = message.remote_id ?? (await freeRemoteId(trx, message.account_id, steps[0]))
  const waiting = steps.find(step => step.state === 'queued')
  await trx
    .updateTable('message')
    .set({
      status,
      status_reason: steps.find(step => step.error_text !== null)?.error_text ?? textOf(refusal),
      send_after: waiting?.send_after ?? null,
      remote_id: remoteId
    })
    .where('id', '=', messageId)
    .execute()
  announce(trx, {
    topic: 'message.changed',
    conversation: message.conversation_id,
    message: messageId
  })
}

/** Receipts may have been quicker than the provider's own answer: they are not taken back. */
function forward(known: MessageStatus, wanted: MessageStatus): MessageStatus {
  const [before, after] = [rank.indexOf(known), rank.indexOf(wanted)]
  return before > after && after >= 0 ? known : wanted
}

const rank: MessageStatus[] = ['accepted', 'sent', 'delivered', 'partly', 'read']

function textOf(refusal: { reason: string | null } | undefined): string | null {
  if (!refusal?.reason) return null
  return (JSON.parse(refusal.reason) as { text?: string }).text ?? null
}

/** Somebody of several who will not get it. */
function findRefusal(trx: Db, messageId: number) {
  return trx
    .selectFrom('receipt')
    .select('reason')
    .where('message_id', '=', messageId)
    .where('status', '=', 'failed')
    .where('recipient', 'is not', null)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
}

/** A copy of our own mail may have been journalled first; the same id is never given twice. */
async function freeRemoteId(
  trx: Db,
  accountId: number | null,
  step: { remote_id: string | null } | undefined
): Promise<string | null> {
  if (!step?.remote_id) return null
  const holder = await trx
    .selectFrom('message')
    .select('id')
    .where('account_id', '=', accountId)
    .where('remote_id', '=', step.remote_id)
    .executeTakeFirst()
  return holder ? null : step.remote_id
}
