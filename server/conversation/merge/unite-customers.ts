import { suggest } from '../../customer/suggest.ts'
import type { Address } from '../../customer/normalise.ts'
import type { Customer } from '../../customer/table.ts'
import type { Db } from '../../db/schema.ts'
import { system } from '../event.ts'
import { findCustomer, mergeCustomers } from './merge-customers.ts'

/**
 * Two customers whom a channel has proven to be one become one, as an agent would do it: undoable. When an
 * agent has said no, one is blocked, or one has given the address up, it stays a suggestion. Answers whether they are one now.
 */
export async function uniteCustomers(
  trx: Db,
  ids: readonly [number, number],
  address: Address,
  now: Date
): Promise<boolean> {
  const [one, other] = [await findCustomer(trx, ids[0]), await findCustomer(trx, ids[1])]
  if (one.id === other.id) return true
  if ((await mayUnite(trx, one, other)) && !(await wasGivenUp(trx, [one.id, other.id], address))) {
    await mergeCustomers(trx, [one.id, other.id], system, now)
    return true
  }
  const reason = address.kind === 'phone' ? 'same_phone' : 'same_address'
  await suggest(trx, { customerId: one.id, otherCustomerId: other.id, reason }, now)
  return false
}

async function mayUnite(trx: Db, one: Customer, other: Customer): Promise<boolean> {
  if (one.is_blocked === 1 || other.is_blocked === 1) return false
  const pair = [one.id, other.id]
  return !(await wasRefused(trx, pair)) && !(await wasParted(trx, pair))
}

/** One of them had it and has it no longer: that it is the other's now proves nothing about the first. */
async function wasGivenUp(
  trx: Db,
  pair: number[],
  { kind, namespace, value }: Address
): Promise<boolean> {
  const row = await trx
    .selectFrom('identity')
    .select('id')
    .where('customer_id', 'in', pair)
    .where('kind', '=', kind)
    .where('namespace', '=', namespace)
    .where('value', '=', value)
    .where('former_at', 'is not', null)
    .executeTakeFirst()
  return row !== undefined
}

async function wasRefused(trx: Db, pair: number[]): Promise<boolean> {
  const row = await trx
    .selectFrom('suggestion')
    .select('id')
    .where('customer_id', 'in', pair)
    .where('other_customer_id', 'in', pair)
    .where('state', '=', 'refused')
    .executeTakeFirst()
  return row !== undefined
}

/** An agent has taken a merge of them back. */
async function wasParted(trx: Db, pair: number[]): Promise<boolean> {
  const rows = await trx
    .selectFrom('event')
    .select('particulars')
    .where('customer_id', 'in', pair)
    .where('action', '=', 'unmerged')
    .execute()
  return rows.some(({ particulars }) => {
    const { customer } = JSON.parse(particulars) as { customer: number }
    return pair.includes(customer)
  })
}
