import { Type, type Static } from '../web/type.ts'
import type { Customer, IdentityRow } from '../customer/table.ts'
import type { Db } from '../db/schema.ts'
import { notFound } from '../errors.ts'
import { moment, named, nullableId, nullableMoment, nullableText, told } from './schema.ts'

const identity = Type.Object({
  id: Type.Integer(),
  kind: Type.Enum(['email', 'phone', 'external']),
  namespace: Type.String(),
  value: Type.String(),
  name: nullableText,
  channel: Type.String({ description: 'Where it was said' }),
  verified_at: nullableMoment,
  unreachable_at: nullableMoment
})

export const customer = named('Customer', {
  id: Type.Integer(),
  name: Type.String(),
  note: Type.String(),
  is_vip: Type.Boolean(),
  is_blocked: Type.Boolean(),
  locale: nullableText,
  merged_into: nullableId,
  identities: Type.Array(identity),
  created_at: moment,
  last_seen_at: moment
})

type ToldCustomer = Static<typeof customer>

/** Customers with their identities, in the order of `ids`. */
export async function tellCustomers(db: Db, ids: number[]): Promise<ToldCustomer[]> {
  if (ids.length === 0) return []
  const [customers, identities] = await Promise.all([
    db.selectFrom('customer').selectAll().where('id', 'in', ids).execute(),
    db
      .selectFrom('identity')
      .selectAll()
      .where('customer_id', 'in', ids)
      .orderBy('id')
      .limit(ids.length * 50)
      .execute()
  ])
  const byId = new Map(customers.map(row => [row.id, row]))
  const byCustomer = grouped(identities)
  return ids.flatMap(id => {
    const row = byId.get(id)
    return row ? [tell(row, byCustomer.get(id) ?? [])] : []
  })
}

/** Throws not_found. */
export async function tellCustomer(db: Db, id: number): Promise<ToldCustomer> {
  const [found] = await tellCustomers(db, [id])
  if (!found) throw notFound('customer')
  return found
}

function grouped(rows: IdentityRow[]): Map<number, IdentityRow[]> {
  const groups = new Map<number, IdentityRow[]>()
  for (const row of rows) groups.set(row.customer_id, [...(groups.get(row.customer_id) ?? []), row])
  return groups
}

function tell(row: Customer, identities: IdentityRow[]): ToldCustomer {
  return {
    id: row.id,
    name: row.name,
    note: row.note,
    is_vip: row.is_vip === 1,
    is_blocked: row.is_blocked === 1,
    locale: row.locale,
    merged_into: row.merged_into,
    identities: identities.map(one => ({
      id: one.id,
      kind: one.kind,
      namespace: one.namespace,
      value: one.value,
      name: one.name,
      channel: one.channel,
      verified_at: told(one.verified_at),
      unreachable_at: told(one.unreachable_at)
    })),
    created_at: told(row.created_at),
    last_seen_at: told(row.last_seen_at)
  }
}
