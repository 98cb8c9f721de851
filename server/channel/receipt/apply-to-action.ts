import { undoAction } from '../../conversation/action/finish.ts'
import type { Db } from '../../db/schema.ts'
import type { DeliveryReceipt } from '../../plugin-api/event.ts'
import { moveStep, reasonOf } from './apply.ts'
import { heedReceipt } from '../outbox/heed.ts'

/** What a provider says about a reaction, a change, a taking back. False: it is about none of these. */
export async function applyToAction(
  trx: Db,
  accountId: number,
  ref: string,
  receipt: DeliveryReceipt,
  now: Date
): Promise<boolean> {
  const step = await trx
    .selectFrom('outbox')
    .selectAll()
    .where('kind', '=', 'action')
    .where('account_id', '=', accountId)
    .where('remote_id', '=', ref)
    .orderBy('id', 'desc')
    .executeTakeFirst()
  if (!step) return false
  if (receipt.status !== 'failed' || step.state === 'failed') return true
  await moveStep(trx, step.id, 'failed', receipt, now)
  await undoAction(trx, step, reasonOf(receipt) ?? '', now)
  await heedReceipt(trx, step, receipt, now)
  return true
}
