import { mayContinue } from '../../conversation/choose.ts'
import { recordEvent } from '../../conversation/event.ts'
import { findConversation } from '../../conversation/find.ts'
import { findInvited, useInviteCode } from '../../conversation/chat/invite-code.ts'
import { joinAddresses } from '../../conversation/merge/join-addresses.ts'
import { findCustomer } from '../../conversation/merge/merge-customers.ts'
import { findVerified } from '../../customer/identity.ts'
import type { Sender } from '../../customer/normalise.ts'
import type { IdentityRow } from '../../customer/table.ts'
import type { Db } from '../../db/schema.ts'
import type { InboundMessage } from '../../plugin-api/event.ts'
import type { Inbound } from '../event/inbound.ts'
import type { Place } from './place.ts'

/**
 * Whoever brings the code of a link goes on in the conversation for which it was made: they had it there, and
 * write from here. Only for a proven sender, so that an address can be answered; else it is an ordinary message.
 */
export async function placeInvited(
  trx: Db,
  inbound: Inbound,
  event: InboundMessage,
  senders: readonly Sender[],
  now: Date
): Promise<Place | undefined> {
  const code = event.hints?.inviteCode
  const { account, rules, isHistory } = inbound
  if (typeof code !== 'string' || isHistory || event.isSpam || event.automatic !== undefined) return
  if (event.groupMember) return
  const conversation = await findInvited(trx, account.id, code, now)
  if (!conversation || conversation.is_spam === 1) return
  if (!mayContinue(conversation, { isAutomatic: false, reopenMs: rules.reopenMs }, now)) return
  const identity = await join(trx, inbound, conversation.customer_id, senders, now)
  if (!identity) return

  await useInviteCode(trx, code)
  const customer = await findCustomer(trx, identity.customer_id)
  const actor = { kind: 'customer' as const, id: String(customer.id) }
  const fact = { action: 'came_over', actor, particulars: { name: account.name } }
  await recordEvent(trx, { conversationId: conversation.id }, fact, now)
  // The customers may have become one since it was read.
  const current = await findConversation(trx, conversation.id)
  return { customer, identity, conversation: current, isNew: false, wasMember: true }
}

/** The address that writes, once it is the customer's. Undefined when it stays somebody else's. */
async function join(
  trx: Db,
  inbound: Inbound,
  customerId: number,
  senders: readonly Sender[],
  now: Date
): Promise<IdentityRow | undefined> {
  const { type } = inbound.account
  const writer = senders.find(sender => sender.isVerified)
  if (!writer || (await findCustomer(trx, customerId)).is_blocked === 1) return undefined
  const joined = await joinAddresses(trx, customerId, [writer], type, now)
  const row = await findVerified(trx, writer)
  if (!row || row.customer_id !== joined.customerId) return undefined
  const others = senders.filter(sender => sender !== writer)
  const { customerId: customer_id } = await joinAddresses(trx, row.customer_id, others, type, now)
  return { ...row, customer_id }
}
