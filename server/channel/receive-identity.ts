import { recordEvent, system } from '../conversation/event.ts'
import { joinAddresses, type Joined } from '../conversation/join-addresses.ts'
import { findCustomer } from '../conversation/merge-customers.ts'
import { findClaimed, findVerified } from '../customer/identity.ts'
import { normaliseAll } from '../customer/normalise.ts'
import type { Db } from '../db/schema.ts'
import { announce } from '../db/transaction.ts'
import type { IdentityChange } from '../plugin-api/event.ts'
import type { Inbound, Outcome } from './inbound.ts'
import { newestOpen } from './newest-open.ts'

/**
 * The channel knows more of somebody who has written. Whoever is only claimed to be the one it speaks of
 * proves nothing by that: then everything is a claim. Strangers are left to their first message.
 */
export async function receiveIdentity(
  trx: Db,
  inbound: Inbound,
  change: IdentityChange,
  now: Date
): Promise<Outcome> {
  const { country } = inbound.rules
  const { type } = inbound.account
  const [from] = normaliseAll([change.from], country)
  if (!from) return 'ignored'
  const known = from.isVerified ? await findVerified(trx, from) : await findClaimed(trx, from, type)
  if (!known) return 'ignored'
  const customer = await findCustomer(trx, known.customer_id)
  const addresses = normaliseAll(change.identities, country).map(address => ({
    ...address,
    isVerified: address.isVerified && from.isVerified
  }))
  const joined = await joinAddresses(trx, customer.id, addresses, type, now)
  await tellHistory(trx, inbound.account.id, joined, now)
  return 'stored'
}

/** Where agents will look: in the conversation that the customer has now. */
async function tellHistory(
  trx: Db,
  accountId: number,
  { customerId, proven, united }: Joined,
  now: Date
): Promise<void> {
  const conversationId = await newestOpen(trx, customerId, accountId)
  const about = { customerId, ...(conversationId === undefined ? {} : { conversationId }) }
  if (united > 0) await recordEvent(trx, about, { action: 'united', actor: system }, now)
  for (const { kind, value } of proven) {
    if (kind === 'external') continue
    const fact = { action: 'identified', actor: system, particulars: { value } }
    await recordEvent(trx, about, fact, now)
  }
  if (conversationId !== undefined) {
    announce(trx, { topic: 'event.added', conversation: conversationId })
  }
}
