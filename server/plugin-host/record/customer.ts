import type { Db } from '../../db/schema.ts'
import type { CustomerRecord } from '../../plugin-api/records.ts'

/** A customer with all addresses; one that was merged is found in the one that stayed. */
export async function findCustomerRecord(db: Db, id: number): Promise<CustomerRecord | null> {
  if (!Number.isSafeInteger(id)) return null
  const customer = await findLast(db, id)
  if (!customer) return null
  const identities = await db
    .selectFrom('identity')
    .select(['kind', 'value', 'namespace', 'verified_at'])
    .where('customer_id', '=', customer.id)
    .orderBy('id')
    .execute()
  return {
    id: customer.id,
    name: customer.name,
    isVip: customer.is_vip === 1,
    isBlocked: customer.is_blocked === 1,
    createdAt: customer.created_at,
    identities: identities.map(({ kind, value, namespace, verified_at: at }) => ({
      ...{ kind, value, namespace, isVerified: at !== null }
    }))
  }
}

/** Merges point to what stayed; a merge of merges is followed to its end. */
async function findLast(db: Db, id: number, steps = 10) {
  const customer = await db
    .selectFrom('customer')
    .select(['id', 'name', 'is_vip', 'is_blocked', 'created_at', 'merged_into'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!customer || customer.merged_into === null || steps === 0) return customer
  return findLast(db, customer.merged_into, steps - 1)
}
