import type { Db } from '../../db/schema.ts'

/** Where agents will look for news of a customer: the open conversation on the account that spoke, else on any. */
export async function newestOpen(
  db: Db,
  customerId: number,
  accountId: number
): Promise<number | undefined> {
  const rows = await db
    .selectFrom('conversation')
    .select(['id', 'account_id'])
    .where('customer_id', '=', customerId)
    .where('status', '!=', 'closed')
    .where('is_spam', '=', 0)
    .orderBy('last_message_at', 'desc')
    .limit(20)
    .execute()
  return (rows.find(row => row.account_id === accountId) ?? rows[0])?.id
}
