import type { Customer } from '../../customer/table.ts'
import type { Db } from '../../db/schema.ts'
import { announce, inTransaction } from '../../db/transaction.ts'
import { conflict, notFound } from '../../errors.ts'
import { changeConversation } from '../change.ts'
import { recordEvent, type Actor } from '../event.ts'

/** What a merge moved, as its event keeps it: enough to take it back. */
export interface Merged {
  /** Who was taken in. */
  customer: number
  name: string
  identities: number[]
  conversations: number[]
  /** What the surviving customer was before. */
  before: Pick<Customer, 'name' | 'note' | 'is_vip'>
}

/**
 * Two entries of one person become one, the older one. Addresses and conversations move; where
 * answers go does not, because a conversation answers to the address that wrote in it.
 */
export async function mergeCustomers(
  db: Db,
  ids: readonly [number, number],
  actor: Actor,
  now: Date
): Promise<number> {
  return inTransaction(db, async trx => {
    const [first, second] = [await findCustomer(trx, ids[0]), await findCustomer(trx, ids[1])]
    if (first.id === second.id) throw conflict('merged_already')
    const [kept, gone] = first.id < second.id ? [first, second] : [second, first]
    const merged: Merged = {
      customer: gone.id,
      name: gone.name,
      identities: await moveIdentities(trx, gone.id, kept.id),
      conversations: await moveConversations(trx, gone.id, kept.id, now),
      before: { name: kept.name, note: kept.note, is_vip: kept.is_vip }
    }
    await trx
      .updateTable('customer')
      .set({
        name: kept.name || gone.name,
        note: [kept.note, gone.note].filter(Boolean).join('\n\n'),
        is_vip: Math.max(kept.is_vip, gone.is_vip),
        last_seen_at: Math.max(kept.last_seen_at, gone.last_seen_at)
      })
      .where('id', '=', kept.id)
      .execute()
    await trx
      .updateTable('customer')
      .set({ merged_into: kept.id })
      .where('id', '=', gone.id)
      .execute()
    await settleSuggestions(trx, kept.id, gone.id, actor, now)
    const fact = { action: 'merged', actor, particulars: { ...merged } }
    await recordEvent(trx, { customerId: kept.id }, fact, now)
    announce(trx, { topic: 'customer.changed', customer: kept.id })
    announce(trx, { topic: 'customer.changed', customer: gone.id })
    return kept.id
  })
}

/** Cards that asked whether they are one person are answered, wherever the merge came from. */
async function settleSuggestions(
  trx: Db,
  kept: number,
  gone: number,
  actor: Actor,
  now: Date
): Promise<void> {
  await trx
    .updateTable('suggestion')
    .set({
      state: 'accepted',
      decided_by: actor.kind === 'agent' ? Number(actor.id) : null,
      decided_at: now.getTime()
    })
    .where('state', '=', 'open')
    .where('customer_id', 'in', [kept, gone])
    .where('other_customer_id', 'in', [kept, gone])
    .execute()
}

/** Follows merges to the customer who is left. Throws not_found. */
export async function findCustomer(db: Db, id: number, depth = 0): Promise<Customer> {
  const customer = await db
    .selectFrom('customer')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (!customer) throw notFound('customer')
  if (customer.merged_into === null || depth > 20) return customer
  return findCustomer(db, customer.merged_into, depth + 1)
}

export async function moveIdentities(trx: Db, from: number, to: number, only?: number[]) {
  const rows = await trx
    .updateTable('identity')
    .set({ customer_id: to })
    .where('customer_id', '=', from)
    .$if(only !== undefined, query => query.where('id', 'in', only ?? []))
    .returning('id')
    .execute()
  return rows.map(row => row.id)
}

/** One by one, because each keeps its version and tells its readers; a person has few. */
export async function moveConversations(
  trx: Db,
  from: number,
  to: number,
  now: Date,
  only?: number[]
): Promise<number[]> {
  const rows = await trx
    .selectFrom('conversation')
    .select('id')
    .where('customer_id', '=', from)
    .$if(only !== undefined, query => query.where('id', 'in', only ?? []))
    .execute()
  for (const { id } of rows) await changeConversation(trx, id, { customer_id: to }, null, now)
  return rows.map(row => row.id)
}
