import type { Db } from '../db/schema.ts'
import { announce } from '../db/transaction.ts'
import { findVerified } from './identity.ts'
import type { Address, Sender } from './normalise.ts'
import { suggest } from './suggest.ts'
import type { IdentityRow } from './table.ts'

/**
 * An address is somebody's no longer: it stays beside their messages, proves nothing any more, and nothing is
 * sent there, because whoever has it next is somebody else.
 */
export async function giveUp(trx: Db, row: IdentityRow, now: Date): Promise<void> {
  const at = now.getTime()
  await trx
    .updateTable('identity')
    .set({ verified_at: null, former_at: at, unreachable_at: at, unreachable_reason: null })
    .where('id', '=', row.id)
    .execute()
  announce(trx, { topic: 'customer.changed', customer: row.customer_id })
}

export interface Passed {
  row: IdentityRow
  /** Whose it was. */
  customerId: number
}

/**
 * Numbers are given to new owners. Somebody whom the channel knows as another person than the customer with
 * this number, by an id of which a person has only one, is its new owner. What is older than the proof of the
 * number moves nothing.
 */
export async function passNumbers(
  trx: Db,
  senders: readonly Sender[],
  writtenAt: number,
  now: Date
): Promise<Passed[]> {
  const ids = senders.filter(one => one.isOnlyOne && one.isVerified && one.kind === 'external')
  const passed: Passed[] = []
  if (ids.length === 0) return passed
  for (const phone of senders.filter(one => one.isVerified && one.kind === 'phone')) {
    const row = await findVerified(trx, phone)
    if (!row || writtenAt < (row.verified_at ?? 0) || !(await isOther(trx, row, ids))) continue
    await giveUp(trx, row, now)
    passed.push({ row, customerId: row.customer_id })
  }
  return passed
}

/** Both may still be one person who has moved: agents of either see it. */
export async function suggestBoth(
  trx: Db,
  { customerId }: Passed,
  ownerId: number,
  now: Date
): Promise<void> {
  const reason = 'same_phone'
  await suggest(trx, { customerId: ownerId, otherCustomerId: customerId, reason }, now)
  await suggest(trx, { customerId, otherCustomerId: ownerId, reason }, now)
}

/** The customer with the number has another id where the sender has one, and not the sender's. */
async function isOther(trx: Db, row: IdentityRow, ids: readonly Address[]): Promise<boolean> {
  const known = await trx
    .selectFrom('identity')
    .select(['namespace', 'value'])
    .where('customer_id', '=', row.customer_id)
    .where('kind', '=', 'external')
    .where('verified_at', 'is not', null)
    .execute()
  const own = ids.flatMap(id =>
    known.filter(one => one.namespace === id.namespace).map(one => ({ id, one }))
  )
  return own.length > 0 && !own.some(({ id, one }) => one.value === id.value)
}
