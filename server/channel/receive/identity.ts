import { recordEvent, system, type Fact } from '../../conversation/event.ts'
import { joinAddresses, type Joined } from '../../conversation/merge/join-addresses.ts'
import { findCustomer } from '../../conversation/merge/merge-customers.ts'
import { tieWriter } from '../../conversation/reply/writer.ts'
import { giveUp, passNumbers } from '../../customer/former.ts'
import { findClaimed, findVerified } from '../../customer/identity.ts'
import { normaliseAll, type Sender } from '../../customer/normalise.ts'
import type { IdentityRow } from '../../customer/table.ts'
import type { Db } from '../../db/schema.ts'
import { announce } from '../../db/transaction.ts'
import type { IdentityChange } from '../../plugin-api/event.ts'
import type { Inbound, Outcome } from '../event/inbound.ts'
import { newestOpen } from './newest-open.ts'
import { tellPassed } from './tell-passed.ts'
import { writtenAt } from '../event/written.ts'

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
  const { type, id: accountId } = inbound.account
  const [from] = normaliseAll([change.from], country)
  if (!from) return 'ignored'
  const known = from.isVerified ? await findVerified(trx, from) : await findClaimed(trx, from, type)
  if (!known) return 'ignored'
  const customer = await findCustomer(trx, known.customer_id)
  const addresses = normaliseAll(change.identities, country).map(address => ({
    ...address,
    isVerified: address.isVerified && from.isVerified
  }))
  const at = writtenAt(change.at, now)
  const passed = await passNumbers(trx, [from, ...addresses], at, now)
  const former = from.isVerified ? normaliseAll(change.former ?? [], country) : []
  const left = await leave(trx, customer.id, former, now)
  const joined = await joinAddresses(trx, customer.id, addresses, type, now)
  await tieWriter(trx, type, addresses)
  await tellPassed(trx, accountId, passed, joined.customerId, now)
  await tellHistory(trx, inbound, joined, moveOf(left, addresses), now)
  return 'stored'
}

/** What is theirs no longer, where it was. */
async function leave(
  trx: Db,
  customerId: number,
  former: readonly Sender[],
  now: Date
): Promise<IdentityRow[]> {
  const left: IdentityRow[] = []
  for (const address of former) {
    const row = address.isVerified ? await findVerified(trx, address) : undefined
    if (row?.customer_id !== customerId) continue
    await giveUp(trx, row, now)
    left.push(row)
  }
  return left
}

/** One line for agents, who must not tell a stranger what the customer may know. */
type Move = { from: string; to: string } | 'account' | null

function moveOf(left: readonly IdentityRow[], addresses: readonly Sender[]): Move {
  const from = left.find(row => row.kind === 'phone')?.value
  const to = addresses.find(one => one.kind === 'phone' && one.isVerified)?.value
  if (from !== undefined && to !== undefined && from !== to) return { from, to }
  return left.length > 0 ? 'account' : null
}

/** Where agents will look: in the conversation that the customer has now. */
async function tellHistory(
  trx: Db,
  { account }: Inbound,
  { customerId, proven, united }: Joined,
  move: Move,
  now: Date
): Promise<void> {
  const conversationId = await newestOpen(trx, customerId, account.id)
  const about = { customerId, ...(conversationId === undefined ? {} : { conversationId }) }
  const facts: Fact[] = united > 0 ? [{ action: 'united', actor: system }] : []
  if (move === 'account') {
    facts.push({ action: 'address_changed', actor: system, particulars: { name: account.name } })
  } else if (move) facts.push({ action: 'number_changed', actor: system, particulars: move })
  const isTold = (value: string) => typeof move === 'object' && move?.to === value
  for (const { kind, value } of proven) {
    if (kind === 'external' || isTold(value)) continue
    facts.push({ action: 'identified', actor: system, particulars: { value } })
  }
  for (const fact of facts) await recordEvent(trx, about, fact, now)
  if (conversationId !== undefined) {
    announce(trx, { topic: 'event.added', conversation: conversationId })
  }
}
