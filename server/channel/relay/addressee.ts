import { addParticipant, findParticipant } from '../../conversation/participant.ts'
import type { Conversation } from '../../conversation/table.ts'
import { addIdentity, findClaimed, findVerified } from '../../customer/identity.ts'
import type { Address } from '../../customer/normalise.ts'
import type { IdentityRow } from '../../customer/table.ts'
import type { Db } from '../../db/schema.ts'

/**
 * Makes the address one of the conversation, so that an answer from it goes on there. What nobody has
 * proved stays a claim. `channels`: who says so, the first of them that has not said it of somebody else.
 */
export async function addAddressee(
  trx: Db,
  conversation: Conversation,
  address: Address,
  channels: readonly [string, string],
  now: Date
): Promise<IdentityRow> {
  const known = await findParticipant(trx, conversation.id, [address])
  if (known) return known
  const row =
    (await findVerified(trx, address)) ??
    (await claim(trx, conversation.customer_id, address, channels, now))
  await addParticipant(trx, conversation.id, row.id, 'customer', now)
  return row
}

async function claim(
  trx: Db,
  customerId: number,
  address: Address,
  [first, second]: readonly [string, string],
  now: Date
): Promise<IdentityRow> {
  const isTaken = await findClaimed(trx, address, first)
  const other = isTaken && (await findClaimed(trx, address, second))
  if (other) return other
  const sender = { ...address, name: null, isVerified: false }
  return addIdentity(trx, customerId, sender, isTaken ? second : first, now)
}
