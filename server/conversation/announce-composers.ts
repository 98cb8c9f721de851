import type { Db } from '../db/schema.ts'
import { announce } from '../db/transaction.ts'

declare module '../db/transaction.ts' {
  interface News {
    /** Ways to answer are open or closed now that were not. */
    'composer.changed': { conversation: number }
  }
}

/** Ways to answer this customer have changed: an address went or came back, a window has closed. */
export async function announceComposers(trx: Db, customerId: number): Promise<void> {
  const rows = await trx
    .selectFrom('conversation')
    .select('id')
    .where('customer_id', '=', customerId)
    .orderBy('id', 'desc')
    .limit(20)
    .execute()
  for (const { id } of rows) announce(trx, { topic: 'composer.changed', conversation: id })
  announce(trx, { topic: 'customer.changed', customer: customerId })
}
