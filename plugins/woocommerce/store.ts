import type { PluginDb } from 'sapa/plugin-api'
import type { Order } from './order.ts'

/** What the shop said last of a customer. */
export interface Known {
  orders: Order[]
  fetchedAt: number
}

interface Row {
  customer_id: number
  orders: string
  fetched_at: number
}

const table = 'woocommerce_customer'

export async function findKnown(db: PluginDb, customers: number[]): Promise<Map<number, Known>> {
  if (customers.length === 0) return new Map()
  const rows = await db
    .selectFrom<Row>(table)
    .selectAll()
    .where('customer_id', 'in', customers)
    .execute()
  return new Map(rows.map(row => [row.customer_id, knownOf(row)]))
}

export async function remember(
  db: PluginDb,
  customer: number,
  { orders, fetchedAt }: Known
): Promise<void> {
  const row = { orders: JSON.stringify(orders), fetched_at: fetchedAt }
  await db
    .insertInto<Row>(table)
    .values({ customer_id: customer, ...row })
    .onConflict(conflict => conflict.column('customer_id').doUpdateSet(row))
    .execute()
}

export async function forget(db: PluginDb, customers: number[]): Promise<void> {
  await db.deleteFrom<Row>(table).where('customer_id', 'in', customers).execute()
}

/** Orders are the shop's: what nobody has looked at for a month is not kept here. */
export async function forgetOld(db: PluginDb, before: number): Promise<void> {
  await db.deleteFrom<Row>(table).where('fetched_at', '<', before).execute()
}

const knownOf = ({ orders, fetched_at }: Row): Known => ({
  orders: JSON.parse(orders) as Order[],
  fetchedAt: fetched_at
})
