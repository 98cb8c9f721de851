import { prepared } from '../../db/prepared.ts'
import type { Db } from '../../db/schema.ts'

/** One way to somebody that the provider has closed: their block of one bot is not one of the other. */
interface Way {
  accountId: number
  identityId: number
}

/** Answers the customer. */
export async function closeWay(
  trx: Db,
  { accountId, identityId }: Way,
  { at, reason }: { at: number; reason: string | null }
): Promise<number> {
  const { customer_id } = await trx
    .updateTable('identity')
    .set({ unreachable_at: at, unreachable_reason: reason })
    .where('id', '=', identityId)
    .returning('customer_id')
    .executeTakeFirstOrThrow()
  await trx
    .insertInto('closed_way')
    .values({ account_id: accountId, identity_id: identityId, at, reason })
    .onConflict(known => known.columns(['account_id', 'identity_id']).doUpdateSet({ at, reason }))
    .execute()
  return customer_id
}

/** They have written by it, or the provider says so. What other accounts have been told stays. */
export async function openWay(trx: Db, { accountId, identityId }: Way): Promise<void> {
  await forget(trx, { account: accountId, identity: identityId })
  const [left] = await listClosedWays(trx, [identityId])
  if (left) return
  await trx
    .updateTable('identity')
    .set({ unreachable_at: null, unreachable_reason: null })
    .where('id', '=', identityId)
    .where('unreachable_at', 'is not', null)
    .execute()
}

const forget = prepared<{ account: number; identity: number }>()((db, value) =>
  db
    .deleteFrom('closed_way')
    .where('account_id', '=', value('account'))
    .where('identity_id', '=', value('identity'))
)

export function listClosedWays(db: Db, identityIds: readonly number[]) {
  return db
    .selectFrom('closed_way')
    .selectAll()
    .where('identity_id', 'in', identityIds.length > 0 ? identityIds : [0])
    .execute()
}
