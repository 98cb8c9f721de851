import { isProven, readClientRef } from '../../conversation/chat/client-ref.ts'
import type { Message } from '../../conversation/table.ts'
import type { Db } from '../../db/schema.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { DeliveryReceipt } from '../../plugin-api/event.ts'
import type { FailureKind } from '../../plugin-api/outbound.ts'
import { applyParkedOfSent } from '../receive/apply-parked.ts'
import { applyToAction } from './apply-to-action.ts'
import { applyReceipt, reasonOf } from './apply.ts'
import { findRemote } from '../receive/find-remote.ts'
import { foldEchoes } from './fold-echo.ts'
import type { Outcome } from '../event/inbound.ts'
import { applyToRelay, findRelayStep } from '../relay/receipt.ts'

/** A receipt may overtake the answer of the request it is about; it waits this long. */
const parkedMs = 10 * 60_000

/** Notes what a provider says about a message of ours. */
export async function receiveReceipt(
  trx: Db,
  accountId: number,
  receipt: DeliveryReceipt,
  now: Date
): Promise<Outcome> {
  const ref = refOf(receipt)
  const relayed = await findRelayStep(trx, accountId, ref)
  if (relayed) {
    await applyToRelay(trx, relayed, receipt, now)
    return 'stored'
  }
  const message = await findMessage(trx, accountId, ref)
  if (!message && (await applyToAction(trx, accountId, ref, receipt, now))) return 'stored'
  const { id } = await trx
    .insertInto('receipt')
    .values({
      account_id: accountId,
      message_id: message?.id ?? null,
      ref,
      recipient: receipt.recipient?.trim().toLowerCase() ?? null,
      status: receipt.status,
      reason: reasonOf(receipt),
      failure: receipt.reason?.failure ?? null,
      is_permanent: receipt.reason?.isPermanent ? 1 : 0,
      at: receipt.at,
      created_at: now.getTime()
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  if (message) await applyReceipt(trx, message, { ...receipt, ref, id }, now)
  return 'stored'
}

/** For whoever has just learned the id of a sent message: what was told about it too early. */
export async function applyParked(
  db: Db,
  accountId: number,
  refs: readonly string[],
  now: Date
): Promise<void> {
  if (refs.length === 0) return
  await inTransaction(db, async trx => {
    await foldEchoes(trx, accountId, refs, now)
    const parked = await trx
      .deleteFrom('receipt')
      .where('account_id', '=', accountId)
      .where('ref', 'in', [...refs])
      .where('message_id', 'is', null)
      .returningAll()
      .execute()
    for (const row of parked.toSorted((a, b) => a.id - b.id)) {
      await receiveReceipt(trx, accountId, receiptOf(row), now)
    }
    await applyParkedOfSent(trx, accountId, refs, now)
  })
}

/** Receipts of messages that we do not know after all. Returns how many. */
export async function dropParked(db: Db, now: Date): Promise<number> {
  const result = await db
    .deleteFrom('receipt')
    .where('message_id', 'is', null)
    .where('created_at', '<', now.getTime() - parkedMs)
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}

const refOf = ({ ref }: DeliveryReceipt) => ('remoteId' in ref ? ref.remoteId : ref.clientRef)

function receiptOf(row: {
  ref: string
  recipient: string | null
  status: DeliveryReceipt['status']
  reason: string | null
  failure: FailureKind | null
  is_permanent: number
  at: number
}): DeliveryReceipt {
  return {
    type: 'delivery',
    key: '',
    at: row.at,
    ref: { remoteId: row.ref },
    status: row.status,
    ...(row.recipient === null ? {} : { recipient: row.recipient }),
    ...(row.reason === null ? {} : { reason: readReason(row.reason, row) })
  }
}

function readReason(
  text: string,
  row: { is_permanent: number; failure: FailureKind | null }
): NonNullable<DeliveryReceipt['reason']> {
  const common = {
    isPermanent: row.is_permanent === 1,
    ...(row.failure === null ? {} : { failure: row.failure })
  }
  const code = /^(?:\d\.\d{1,3}\.\d{1,3}|\d{3,10})(?= )/.exec(text)?.[0]
  return code ? { code, text: text.slice(code.length + 1), ...common } : { text, ...common }
}

async function findMessage(db: Db, accountId: number, ref: string): Promise<Message | undefined> {
  const step = await db
    .selectFrom('outbox')
    .select('message_id')
    .where('message_id', 'is not', null)
    .where(eb =>
      eb.or([
        eb('client_ref', '=', ref),
        eb.and([eb('account_id', '=', accountId), eb('remote_id', '=', ref)])
      ])
    )
    .executeTakeFirst()
  const id =
    step?.message_id ?? (await findProven(db, ref)) ?? (await findRemote(db, accountId, ref))?.id
  if (id === undefined) return undefined
  return db
    .selectFrom('message')
    .selectAll()
    .where('id', '=', id)
    .where('kind', '=', 'outbound')
    .executeTakeFirst()
}

/** A ref of ours that the outbox has forgotten; its proof says which message it was. */
async function findProven(db: Db, text: string): Promise<number | undefined> {
  const ref = readClientRef(text)
  if (ref?.of !== 'message') return undefined
  const conversation = await db
    .selectFrom('conversation')
    .select('reply_token')
    .where('id', '=', ref.conversation)
    .executeTakeFirst()
  if (!conversation) return undefined
  return isProven(ref, conversation.reply_token) ? ref.id : undefined
}
