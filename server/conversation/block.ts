import type { Db } from '../db/schema.ts'
import { announce, inTransaction } from '../db/transaction.ts'
import { notFound } from '../errors.ts'
import { recordEvent, type Actor } from './event.ts'

/** A blocked customer's messages are kept as spam and wake nobody. */
export async function blockCustomer(
  db: Db,
  customerId: number,
  isBlocked: boolean,
  actor: Actor,
  now: Date
): Promise<void> {
  await inTransaction(db, async trx => {
    const customer = await trx
      .selectFrom('customer')
      .select('is_blocked')
      .where('id', '=', customerId)
      .executeTakeFirst()
    if (!customer) throw notFound('customer')
    if (customer.is_blocked === Number(isBlocked)) return
    await trx
      .updateTable('customer')
      .set({ is_blocked: Number(isBlocked) })
      .where('id', '=', customerId)
      .execute()
    const action = isBlocked ? 'blocked' : 'unblocked'
    await recordEvent(trx, { customerId }, { action, actor }, now)
    announce(trx, { topic: 'customer.changed', customer: customerId })
  })
}
