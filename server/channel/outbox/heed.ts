import { announceComposers } from '../../conversation/announce-composers.ts'
import { closeWay } from '../../conversation/reply/closed-way.ts'
import type { Db } from '../../db/schema.ts'
import type { DeliveryReceipt } from '../../plugin-api/event.ts'
import type { FailureKind } from '../../plugin-api/outbound.ts'
import type { OutboxStepRow } from '../table.ts'

type Step = Pick<
  OutboxStepRow,
  'account_id' | 'message_id' | 'relay_id' | 'target_id' | 'claimed_at'
>

/** What a failure says about more than this one message: nobody is there, or free words are not taken now. */
export async function heedStep(
  trx: Db,
  step: Step,
  failure: { kind: FailureKind; text: string; detail?: { code?: string } },
  now: Date
): Promise<void> {
  if (failure.kind !== 'blocked' && failure.kind !== 'window_closed') return
  const id = await findAddressee(trx, step)
  if (id === null) return
  if (failure.kind === 'blocked')
    await markUnreachable(trx, step.account_id, id, reasonOf(failure), now)
  // It was closed when we asked; what the customer has written meanwhile opens it.
  else await closeWindow(trx, step.account_id, id, step.claimed_at ?? now.getTime())
}

/** The same for what a provider tells later. */
export async function heedReceipt(
  trx: Db,
  step: Step,
  { status, reason }: Pick<DeliveryReceipt, 'status' | 'reason'>,
  now: Date
): Promise<void> {
  if (status !== 'failed' || reason?.failure === undefined) return
  const { failure: kind, text, code } = reason
  await heedStep(trx, step, { kind, text, detail: code === undefined ? {} : { code } }, now)
}

/** The code first: pages find their words by it. */
const reasonOf = ({ text, detail }: { text: string; detail?: { code?: string } }): string =>
  detail?.code && !text.startsWith(detail.code) ? `${detail.code} ${text}` : text

async function findAddressee(trx: Db, step: Step): Promise<number | null> {
  const row =
    step.relay_id === null
      ? await trx
          .selectFrom('message')
          .select('identity_id')
          .where('id', '=', step.message_id ?? step.target_id)
          .executeTakeFirst()
      : await trx
          .selectFrom('relay')
          .select('identity_id')
          .where('id', '=', step.relay_id)
          .executeTakeFirst()
  return row?.identity_id ?? null
}

async function markUnreachable(
  trx: Db,
  accountId: number,
  identityId: number,
  reason: string,
  now: Date
): Promise<void> {
  const customerId = await closeWay(trx, { accountId, identityId }, { at: now.getTime(), reason })
  await announceComposers(trx, customerId)
}

async function closeWindow(trx: Db, account: number, identity: number, at: number): Promise<void> {
  await trx
    .insertInto('closed_window')
    .values({ account_id: account, identity_id: identity, at })
    .onConflict(known =>
      known.columns(['account_id', 'identity_id']).doUpdateSet(eb => ({
        at: eb.fn<number>('max', ['closed_window.at', 'excluded.at'])
      }))
    )
    .execute()
  const { customer_id } = await trx
    .selectFrom('identity')
    .select('customer_id')
    .where('id', '=', identity)
    .executeTakeFirstOrThrow()
  await announceComposers(trx, customer_id)
}
