import type { Db } from '../db/schema.ts'
import { prepared } from '../db/prepared.ts'
import { announce } from '../db/transaction.ts'
import { notFound } from '../errors.ts'
import {
  addIdentity,
  findClaimed,
  findClaimedElsewhere,
  findVerified,
  verifyIdentity
} from './identity.ts'
import type { Address, Sender } from './normalise.ts'
import { suggest } from './suggest.ts'
import type { Customer, IdentityRow } from './table.ts'

export interface Person {
  customer: Customer
  /** The address that wrote, where answers go; null when nobody could be trusted. */
  identity: IdentityRow | null
}

/**
 * Whose message this is. An address that its channel proved joins the customer who has it;
 * one that was only claimed joins what was claimed on the same channel, and suggests the rest.
 * All addresses of one message belong to one person. Inside a transaction.
 */
export async function resolveCustomer(
  trx: Db,
  senders: readonly Sender[],
  channel: string,
  now: Date
): Promise<Person> {
  const known = await Promise.all(senders.map(sender => recognise(trx, sender, channel, now)))
  const owner = known.find((row, index) => row && senders[index]?.isVerified) ?? known.find(Boolean)
  const customer = owner
    ? await greet(trx, owner.customer_id, senders, now)
    : await addCustomer(trx, senders, now)

  const isOf = (row: IdentityRow) => [customer.id, owner?.customer_id].includes(row.customer_id)
  const rows: IdentityRow[] = []
  for (const [index, sender] of senders.entries()) {
    const row = known[index] ?? (await introduce(trx, customer.id, sender, channel, now))
    if (!isOf(row)) {
      await suggestSame(trx, customer.id, row.customer_id, sender, now)
    }
    rows.push(row)
  }
  const identity = rows.find(isOf) ?? null
  return { customer, identity }
}

/** The person behind an identity that is known already. */
export async function findPerson(db: Db, identity: IdentityRow): Promise<Person> {
  return { customer: await survivor(db, identity.customer_id), identity }
}

async function recognise(
  trx: Db,
  sender: Sender,
  channel: string,
  now: Date
): Promise<IdentityRow | undefined> {
  const claimed = () => findClaimed(trx, sender, channel)
  if (!sender.isVerified) return claimed()
  const verified = await findVerified(trx, sender)
  if (verified) return reachable(trx, verified)
  const row = await claimed()
  return row && reachable(trx, await verifyIdentity(trx, row.id, now))
}

/** Who writes from an address can be reached there again. */
async function reachable(trx: Db, row: IdentityRow): Promise<IdentityRow> {
  if (row.unreachable_at === null) return row
  return trx
    .updateTable('identity')
    .set({ unreachable_at: null, unreachable_reason: null })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** A new address of `customerId`. Others who have the same one are only suggested. */
async function introduce(
  trx: Db,
  customerId: number,
  sender: Sender,
  channel: string,
  now: Date
): Promise<IdentityRow> {
  const other =
    (sender.isVerified ? undefined : await findVerified(trx, sender)) ??
    (await findClaimedElsewhere(trx, sender, channel))
  const row = await addIdentity(trx, customerId, sender, channel, now)
  if (other) await suggestSame(trx, customerId, other.customer_id, sender, now)
  return row
}

async function suggestSame(
  trx: Db,
  customerId: number,
  otherCustomerId: number,
  address: Address,
  now: Date
): Promise<void> {
  const reason = address.kind === 'phone' ? 'same_phone' : 'same_address'
  await suggest(trx, { customerId, otherCustomerId, reason }, now)
}

async function addCustomer(trx: Db, senders: readonly Sender[], now: Date): Promise<Customer> {
  const customer = await trx
    .insertInto('customer')
    .values({ name: nameOf(senders), created_at: now.getTime(), last_seen_at: now.getTime() })
    .returningAll()
    .executeTakeFirstOrThrow()
  announce(trx, { topic: 'customer.changed', customer: customer.id })
  return customer
}

/** The customer as of now: followed through merges, named when nobody has named them yet. */
async function greet(
  trx: Db,
  id: number,
  senders: readonly Sender[],
  now: Date
): Promise<Customer> {
  const customer = await survivor(trx, id)
  const name = customer.name || nameOf(senders)
  const last_seen_at = Math.max(now.getTime(), customer.last_seen_at)
  await noteSeen(trx, { id: customer.id, name, last_seen_at })
  return { ...customer, name, last_seen_at }
}

const noteSeen = prepared<Pick<Customer, 'id' | 'name' | 'last_seen_at'>>()((db, value) =>
  db
    .updateTable('customer')
    .set({ name: value('name'), last_seen_at: value('last_seen_at') })
    .where('id', '=', value('id'))
)

async function survivor(trx: Db, id: number, depth = 0): Promise<Customer> {
  const [customer] = await findById(trx, { id })
  if (!customer) throw notFound('customer')
  if (customer.merged_into === null || depth > 20) return customer
  return survivor(trx, customer.merged_into, depth + 1)
}

const findById = prepared<{ id: number }>()((db, value) =>
  db.selectFrom('customer').selectAll().where('id', '=', value('id'))
)

const nameOf = (senders: readonly Sender[]) => senders.find(sender => sender.name)?.name ?? ''
