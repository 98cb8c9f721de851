import { findVerified } from '../../customer/identity.ts'
import type { Sender } from '../../customer/normalise.ts'
import type { Db } from '../../db/schema.ts'
import { keepFree } from './own-address.ts'
import { uniteCustomers } from './unite-customers.ts'

/**
 * All addresses that one message proves are of one person: customers who have them become one. But a number
 * wanders: whoever the same provider knows as somebody else is only suggested.
 */
export async function uniteSenders(trx: Db, senders: readonly Sender[], now: Date): Promise<void> {
  const proven = senders.filter(sender => sender.isVerified)
  if (proven.length < 2) return
  const free = await keepFree(trx, proven)
  const rows = await Promise.all(free.map(sender => findVerified(trx, sender)))
  const first = rows.find(Boolean)
  if (!first) return
  for (const [index, row] of rows.entries()) {
    const sender = free[index]
    if (!row || !sender || row.customer_id === first.customer_id) continue
    const byNumber = [first, row].find(({ kind }) => kind === 'phone')
    if (byNumber && (await isAnother(trx, byNumber.customer_id, proven))) continue
    await uniteCustomers(trx, [first.customer_id, row.customer_id], sender, now)
  }
}

/** The customer has another id where the sender has one. */
async function isAnother(trx: Db, customerId: number, senders: Sender[]): Promise<boolean> {
  const ids = senders.filter(sender => sender.kind === 'external')
  const rows = await trx
    .selectFrom('identity')
    .select(['namespace', 'value'])
    .where('customer_id', '=', customerId)
    .where('kind', '=', 'external')
    .where('verified_at', 'is not', null)
    .execute()
  return rows.some(row =>
    ids.some(({ namespace, value }) => namespace === row.namespace && value !== row.value)
  )
}
