import { capabilitiesOf } from '../../conversation/capabilities.ts'
import { chooseConversation, mayContinue } from '../../conversation/choose.ts'
import { findParticipant } from '../../conversation/participant.ts'
import { startConversation } from '../../conversation/start.ts'
import type { Conversation } from '../../conversation/table.ts'
import { findThread } from '../../conversation/thread.ts'
import { uniteSenders } from '../../conversation/merge/unite-senders.ts'
import { tieWriter } from '../../conversation/reply/writer.ts'
import { findVerified } from '../../customer/identity.ts'
import type { Sender } from '../../customer/normalise.ts'
import { findPerson, resolveCustomer, type Person } from '../../customer/resolve.ts'
import { suggest } from '../../customer/suggest.ts'
import { passNumbers } from '../../customer/former.ts'
import type { Db } from '../../db/schema.ts'
import type { InboundMessage } from '../../plugin-api/event.ts'
import type { Inbound } from '../event/inbound.ts'
import { placeInvited } from './place-invited.ts'
import { tellPassed } from './tell-passed.ts'
import { oneLine, writtenAt } from '../event/written.ts'

export interface Place extends Person {
  conversation: Conversation
  isNew: boolean
  /** Wrote in this conversation, or was written to in it, before this message. */
  wasMember: boolean
}

/** Decides whose the message is and to which conversation it belongs. */
export async function placeMessage(
  trx: Db,
  inbound: Inbound,
  event: InboundMessage,
  senders: readonly Sender[],
  now: Date
): Promise<Place> {
  const passed = event.isSpam ? [] : await passNumbers(trx, senders, writtenAt(event.at, now), now)
  const place = await placeSender(trx, inbound, event, senders, now)
  await tellPassed(trx, inbound.account.id, passed, place.customer.id, now)
  if (!event.isSpam) await tieWriter(trx, inbound.account.type, senders)
  return place
}

async function placeSender(
  trx: Db,
  inbound: Inbound,
  event: InboundMessage,
  senders: readonly Sender[],
  now: Date
): Promise<Place> {
  const invited = await placeInvited(trx, inbound, event, senders, now)
  if (invited) return invited
  if (!event.isSpam) await uniteSenders(trx, senders, now)
  const claim = await findClaim(trx, inbound, event, senders)
  const isAutomatic = event.automatic !== undefined || inbound.isHistory
  const mayJoin =
    claim?.person &&
    mayContinue(claim.conversation, { isAutomatic, reopenMs: inbound.rules.reopenMs }, now)
  if (claim?.person && mayJoin) {
    const known = await withNewId(trx, inbound, claim.person, senders, now)
    return { ...known, conversation: claim.conversation, isNew: false, wasMember: true }
  }
  const isProven = claim?.reason === 'reference'
  const person =
    (isProven ? claim?.person : undefined) ??
    (await resolveCustomer(trx, senders, inbound.account.type, now))
  // Somebody who knows a reference but is not on the conversation gets one of his own.
  const isStranger = claim !== undefined && !claim.person
  const known = isStranger ? undefined : await choose(trx, inbound, event, senders, person, now)
  if (known) return { ...person, conversation: known, isNew: false, wasMember: true }

  const conversation = await open(trx, inbound, event, person, now)
  if (isStranger) {
    const other = { otherConversationId: claim.conversation.id, reason: claim.reason }
    const customerId = person.customer.id
    await suggest(trx, { customerId, conversationId: conversation.id, ...other }, now)
  }
  return { ...person, conversation, isNew: true, wasMember: false }
}

/** We began by a number, and whoever answers there comes with the id that only their first message tells. */
async function withNewId(
  trx: Db,
  { account }: Inbound,
  person: Person,
  senders: readonly Sender[],
  now: Date
): Promise<Person> {
  const [first] = senders
  // An address that was only typed proves nobody to be its owner.
  if (!first?.isOnlyOne || !first.isVerified || !person.identity?.verified_at) return person
  if (await findVerified(trx, first)) return person
  const whole = await resolveCustomer(trx, senders, account.type, now)
  return whole.customer.id === person.customer.id ? whole : person
}

interface Claim {
  conversation: Conversation
  reason: 'reference' | 'subject_tag'
  /** Set when the sender belongs to the conversation. */
  person: Person | undefined
}

/** The conversation that the message says it answers: proven, or only named in the subject. */
async function findClaim(
  trx: Db,
  inbound: Inbound,
  event: InboundMessage,
  senders: readonly Sender[]
): Promise<Claim | undefined> {
  const hints = event.hints ?? {}
  const thread = await findThread(trx, inbound.account.id, hints)
  const conversation = thread?.conversation ?? (await findNumber(trx, hints.number))
  if (!conversation) return undefined
  // Whoever proves to be somebody is not let in by what they have typed besides.
  const proven = senders.filter(sender => sender.isVerified)
  const member = await findParticipant(trx, conversation.id, proven.length > 0 ? proven : senders)
  const person = member && (await findPerson(trx, member))
  return { conversation, reason: thread ? 'reference' : 'subject_tag', person }
}

function findNumber(trx: Db, id: number | undefined): Promise<Conversation | undefined> {
  if (id === undefined || !Number.isSafeInteger(id)) return Promise.resolve(undefined)
  return trx.selectFrom('conversation').selectAll().where('id', '=', id).executeTakeFirst()
}

async function choose(
  trx: Db,
  inbound: Inbound,
  event: InboundMessage,
  senders: readonly Sender[],
  person: Person,
  now: Date
): Promise<Conversation | undefined> {
  if (isUnwanted(event, person)) return findUnwanted(trx, inbound, event, person)
  const choice = {
    accountId: inbound.account.id,
    channel: inbound.account.type,
    threadKey: event.threadKey,
    customerId: person.customer.id,
    isVerified: senders.some(sender => sender.isVerified),
    isGroup: event.groupMember !== undefined,
    isAutomatic: event.automatic !== undefined || inbound.isHistory,
    continuityMs: inbound.rules.continuityMs,
    reopenMs: inbound.rules.reopenMs,
    begun: event.threadKey === undefined ? [] : begunBy(inbound, senders)
  }
  return chooseConversation(trx, choice, now)
}

function begunBy({ account }: Inbound, senders: readonly Sender[]): Sender[] {
  const { startsBy } = capabilitiesOf(account)
  return senders.filter(({ kind, isVerified }) => isVerified && startsBy.includes(kind))
}

export const isUnwanted = (event: InboundMessage, person: Person) =>
  Boolean(event.isSpam) || person.customer.is_blocked === 1

/** A blocked customer's chat stays one conversation; spam mails are each their own. */
async function findUnwanted(
  trx: Db,
  inbound: Inbound,
  event: InboundMessage,
  person: Person
): Promise<Conversation | undefined> {
  if (person.customer.is_blocked === 0 && event.threadKey === undefined) return undefined
  return trx
    .selectFrom('conversation')
    .selectAll()
    .where('customer_id', '=', person.customer.id)
    .where('account_id', '=', inbound.account.id)
    .where('is_spam', '=', 1)
    .orderBy('last_message_at', 'desc')
    .limit(1)
    .executeTakeFirst()
}

function open(
  trx: Db,
  inbound: Inbound,
  event: InboundMessage,
  person: Person,
  now: Date
): Promise<Conversation> {
  const opening = {
    customerId: person.customer.id,
    accountId: inbound.account.id,
    channel: inbound.account.type,
    subject: oneLine(event.subject),
    isSpam: isUnwanted(event, person),
    actor: { kind: 'customer' as const, id: String(person.customer.id) },
    ...(event.threadKey === undefined ? {} : { threadKey: event.threadKey }),
    ...(inbound.isHistory ? { status: 'closed' as const } : {})
  }
  const at = inbound.isHistory ? new Date(writtenAt(event.at, now)) : now
  return startConversation(trx, opening, at)
}
