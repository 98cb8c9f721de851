import type { Db } from '../../db/schema.ts'
import { finishAction, undoAction } from '../../conversation/action/finish.ts'
import { isAtLeast } from '../../conversation/step/ratchet.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { SendResult } from '../../plugin-api/outbound.ts'
import { noteSuccess } from '../account/state.ts'
import type { Claim } from './claim.ts'
import { heedStep as heed } from './heed.ts'
import type { Failure } from '../failure.ts'
import { applyParked, receiveReceipt } from '../receipt/receive.ts'
import { mirrorStep } from '../relay/mirror.ts'
import type { Verdict } from './retry.ts'
import type { OutboxState, OutboxStepRow } from '../table.ts'

/** The provider took the step, perhaps not for everybody. */
export async function recordSent(
  db: Db,
  { row, attemptId }: Claim,
  result: SendResult,
  now: Date
): Promise<void> {
  await inTransaction(db, async trx => {
    await endAttempt(trx, attemptId, { outcome: result.status }, now)
    const early = await stateOf(trx, row.id)
    await trx
      .updateTable('outbox')
      .set({
        ...{ remote_id: result.remoteId, finished_at: now.getTime() },
        ...(!isTold(early, result.status) && {
          ...{ state: result.status, error_kind: null, error_code: null, error_text: null }
        })
      })
      .where('id', '=', row.id)
      .execute()
    await noteSuccess(trx, row.account_id, 'last_outbound_at', now)
    if (row.kind === 'notice') return
    if (row.kind === 'action') {
      await finishAction(trx, row, now)
      return applyParked(trx, row.account_id, [result.remoteId], now)
    }
    await rememberIds(trx, row, result)
    await mirrorStep(trx, row)
    for (const refusal of result.refused ?? []) await recordRefusal(trx, row, refusal, now)
    const ids = [result.remoteId, ...(result.otherIds ?? [])]
    await applyParked(trx, row.account_id, [...ids, row.client_ref], now)
  })
}

/** A receipt may have been quicker than the provider's own answer, or than the news that there is none. */
const isTold = (state: OutboxState, answer: SendResult['status'] = 'sent') =>
  state === 'failed' || isAtLeast(state, answer)

async function stateOf(trx: Db, id: number): Promise<OutboxState> {
  const row = await trx
    .selectFrom('outbox')
    .select('state')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return row.state
}

/** The provider did not take the step, or nobody knows. */
export async function recordFailure(
  db: Db,
  { row, attemptId }: Claim,
  failure: Failure,
  verdict: Verdict,
  now: Date
): Promise<void> {
  const error = {
    error_kind: failure.kind,
    error_code: failure.detail.code ?? null,
    error_text: failure.text
  }
  await inTransaction(db, async trx => {
    await endAttempt(trx, attemptId, { outcome: verdict.state, ...error }, now)
    const early = await stateOf(trx, row.id)
    if (isTold(early)) {
      if (early === 'failed') await cancelRest(trx, row, now)
    } else if (verdict.state === 'queued') {
      const attempts = verdict.counts ? row.attempts : row.attempts - 1
      const send_after = now.getTime() + verdict.waitMs
      await setStep(trx, row.id, { state: 'queued', attempts, send_after, ...error })
    } else {
      const finished_at = now.getTime()
      await setStep(trx, row.id, { state: verdict.state, finished_at, ...error })
      await cancelRest(trx, row, now)
      await heed(trx, row, failure, now)
      if (row.kind === 'action') await undoAction(trx, row, failure.text, now)
    }
    await mirrorStep(trx, row)
  })
}

/** What comes to any of these ids later comes to this message. */
async function rememberIds(
  trx: Db,
  { account_id, message_id, step_index }: OutboxStepRow,
  { remoteId, otherIds = [] }: SendResult
): Promise<void> {
  const ids = step_index === 0 ? otherIds : [remoteId, ...otherIds]
  if (message_id === null || ids.length === 0) return
  await trx
    .insertInto('message_alias')
    .values(ids.map(remote_id => ({ account_id, remote_id, message_id })))
    .onConflict(known => known.doNothing())
    .execute()
}

function endAttempt(
  trx: Db,
  id: number,
  outcome: {
    outcome: string
    error_kind?: Failure['kind']
    error_code?: string | null
    error_text?: string
  },
  now: Date
) {
  return trx
    .updateTable('outbox_attempt')
    .set({ ...outcome, finished_at: now.getTime() })
    .where('id', '=', id)
    .execute()
}

const setStep = (trx: Db, id: number, changes: Partial<OutboxStepRow>) =>
  trx.updateTable('outbox').set(changes).where('id', '=', id).execute()

/** What follows a part that did not arrive would make no sense to its reader. */
async function cancelRest(trx: Db, row: OutboxStepRow, now: Date): Promise<void> {
  const column = row.relay_id === null ? 'message_id' : 'relay_id'
  if (row[column] === null) return
  await trx
    .updateTable('outbox')
    .set({ state: 'cancelled', finished_at: now.getTime() })
    .where(column, '=', row[column])
    .where('state', '=', 'queued')
    .execute()
}

async function recordRefusal(
  trx: Db,
  row: OutboxStepRow,
  refusal: NonNullable<SendResult['refused']>[number],
  now: Date
): Promise<void> {
  const { value, ...reason } = refusal
  await receiveReceipt(
    trx,
    row.account_id,
    {
      type: 'delivery',
      key: '',
      at: now.getTime(),
      ref: { clientRef: row.client_ref },
      status: 'failed',
      recipient: value,
      reason
    },
    now
  )
}
