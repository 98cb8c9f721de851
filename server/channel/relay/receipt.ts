import { ratchet } from '../../conversation/step/ratchet.ts'
import type { Db } from '../../db/schema.ts'
import type { DeliveryReceipt } from '../../plugin-api/event.ts'
import { isNobody, moveStep, reasonOf } from '../receipt/apply.ts'
import { heedReceipt } from '../outbox/heed.ts'
import type { OutboxStepRow } from '../table.ts'
import { mirrorStep } from './mirror.ts'

/** The step of a relay that a receipt is about. */
export function findRelayStep(
  db: Db,
  accountId: number,
  ref: string
): Promise<OutboxStepRow | undefined> {
  return db
    .selectFrom('outbox')
    .selectAll()
    .where('relay_id', 'is not', null)
    .where(eb =>
      eb.or([
        eb('client_ref', '=', ref),
        eb.and([eb('account_id', '=', accountId), eb('remote_id', '=', ref)])
      ])
    )
    .executeTakeFirst()
}

/** Moves the relay forward, never the replies that it repeats: they have arrived on their own channel. */
export async function applyToRelay(
  trx: Db,
  step: OutboxStepRow,
  receipt: DeliveryReceipt,
  now: Date
): Promise<void> {
  const state = ratchet(step.state, receipt.status)
  if (state !== step.state) await moveStep(trx, step.id, state, receipt, now)
  if (isNobody(receipt)) await markUnreachable(trx, step, receipt, now)
  else await heedReceipt(trx, step, receipt, now)
  await mirrorStep(trx, step)
}

async function markUnreachable(
  trx: Db,
  { relay_id }: OutboxStepRow,
  receipt: DeliveryReceipt,
  now: Date
): Promise<void> {
  await trx
    .updateTable('identity')
    .set({ unreachable_at: now.getTime(), unreachable_reason: reasonOf(receipt) })
    .where('id', '=', trx.selectFrom('relay').select('identity_id').where('id', '=', relay_id))
    .execute()
}
