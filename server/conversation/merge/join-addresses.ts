import {
  addIdentity,
  findClaimed,
  findClaimedElsewhere,
  findVerified,
  verifyIdentity
} from '../../customer/identity.ts'
import type { Sender } from '../../customer/normalise.ts'
import { suggest } from '../../customer/suggest.ts'
import type { IdentityRow } from '../../customer/table.ts'
import type { Db } from '../../db/schema.ts'
import { announce } from '../../db/transaction.ts'
import { findCustomer } from './merge-customers.ts'
import { keepFree } from './own-address.ts'
import { uniteCustomers } from './unite-customers.ts'

export interface Joined {
  /** Who the customer is now: the older one, where two became one. */
  customerId: number
  /** What is proven to be theirs and was not before. */
  proven: IdentityRow[]
  /** How many were somebody else before. */
  united: number
}

/**
 * What a channel has learned of a customer: proven addresses are theirs, and who has one already is the
 * same person; claimed ones are noted and only suggest. Addresses of the business are nobody's.
 */
export async function joinAddresses(
  trx: Db,
  customerId: number,
  addresses: readonly Sender[],
  channel: string,
  now: Date
): Promise<Joined> {
  const joined: Joined = { customerId, proven: [], united: 0 }
  for (const address of await keepFree(trx, addresses)) {
    if (address.isVerified) await prove(trx, joined, address, channel, now)
    else await note(trx, joined.customerId, address, channel, now)
  }
  return joined
}

async function prove(
  trx: Db,
  joined: Joined,
  address: Sender,
  channel: string,
  now: Date
): Promise<void> {
  const known = await findVerified(trx, address)
  if (known) return unite(trx, joined, known, address, now)
  // Somebody else's claim of it stays a claim: it must not pass for what is proven now.
  const claimed = await findClaimed(trx, address, channel)
  const isOwn = claimed?.customer_id === joined.customerId
  const row = isOwn
    ? await verifyIdentity(trx, claimed.id, now)
    : await addIdentity(trx, joined.customerId, address, channel, now)
  joined.proven.push(row)
  announce(trx, { topic: 'customer.changed', customer: joined.customerId })
  const others = [isOwn ? undefined : claimed, await findClaimedElsewhere(trx, address, channel)]
  for (const other of others) await suggestSame(trx, joined.customerId, other, now)
}

async function unite(
  trx: Db,
  joined: Joined,
  { customer_id: otherId }: IdentityRow,
  address: Sender,
  now: Date
): Promise<void> {
  const other = await findCustomer(trx, otherId)
  if (other.id === joined.customerId) return
  if (!(await uniteCustomers(trx, [joined.customerId, other.id], address, now))) return
  joined.united++
  joined.customerId = (await findCustomer(trx, joined.customerId)).id
}

async function note(
  trx: Db,
  customerId: number,
  address: Sender,
  channel: string,
  now: Date
): Promise<void> {
  const proven = await findVerified(trx, address)
  if (proven?.customer_id === customerId) return
  const claimed = await findClaimed(trx, address, channel)
  if (!claimed) {
    await addIdentity(trx, customerId, address, channel, now)
    announce(trx, { topic: 'customer.changed', customer: customerId })
  }
  const other = proven ?? claimed ?? (await findClaimedElsewhere(trx, address, channel))
  await suggestSame(trx, customerId, other, now)
}

async function suggestSame(
  trx: Db,
  customerId: number,
  other: IdentityRow | undefined,
  now: Date
): Promise<void> {
  if (!other) return
  const { id: otherCustomerId } = await findCustomer(trx, other.customer_id)
  const reason = other.kind === 'phone' ? 'same_phone' : 'same_address'
  await suggest(trx, { customerId, otherCustomerId, reason }, now)
}
