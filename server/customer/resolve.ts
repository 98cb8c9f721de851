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
  const known = await recogniseAll(trx, senders, channel, now)
  const isProven = (row: IdentityRow | undefined, index: number) =>
    row !== undefined && senders[index]?.isVerified === true
  const proven =
    known.find((row, index) => isProven(row, index) && senders[index]?.isOnlyOne) ??
    known.find(isProven)
  // Whoever proves to be somebody does not become another person by what they have typed besides.
  const owner = proven ?? (senders.some(one => one.isVerified) ? undefined : known.find(Boolean))
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

async function recogniseAll(
  trx: Db,
  senders: readonly Sender[],
  channel: string,
  now: Date
): Promise<(IdentityRow | undefined)[]> {
  const rows = await Promise.all(
    senders.map(sender =>
      sender.isVerified ? findVerified(trx, sender) : findClaimed(trx, sender, channel)
    )
  )
  const owner = rows.find((row, index) => row && senders[index]?.isVerified)
  return Promise.all(
    senders.map(async (sender, index) => {
      if (!sender.isVerified) return rows[index]
      const row = rows[index] ?? (await proveClaim(trx, sender, channel, owner?.customer_id, now))
      return row && reachable(trx, row)
    })
  )
}

/**
 * Somebody has claimed on this channel what is proven now. They are the same when they wrote from that address;
 * whoever is known by something else and has only typed it stays somebody else.
 */
async function proveClaim(
  trx: Db,
  sender: Sender,
  channel: string,
  ownerId: number | undefined,
  now: Date
): Promise<IdentityRow | undefined> {
  const claimed = await findClaimed(trx, sender, channel)
  if (!claimed) return undefined
  const isSame =
    claimed.customer_id === ownerId ||
    (await isWrittenTo(trx, claimed)) ||
    !(await hasProven(trx, claimed.customer_id))
  return isSame ? verifyIdentity(trx, claimed.id, now) : undefined
}

async function isWrittenTo(trx: Db, { id }: IdentityRow): Promise<boolean> {
  const row = await trx
    .selectFrom('participant')
    .select('identity_id')
    .where('identity_id', '=', id)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

async function hasProven(trx: Db, customerId: number): Promise<boolean> {
  const row = await trx
    .selectFrom('identity')
    .select('id')
    .where('customer_id', '=', customerId)
    .where('verified_at', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
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
    (await (sender.isVerified ? findClaimed(trx, sender, channel) : findVerified(trx, sender))) ??
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
