import { openWay } from '../../conversation/reply/closed-way.ts'
import { addMessage, type NewMessage } from '../../conversation/add-message.ts'
import { changeConversation } from '../../conversation/change.ts'
import { joinChat, partChat } from '../../conversation/chat/find.ts'
import { addParticipant } from '../../conversation/participant.ts'
import { maxFullText, maxText } from '../../conversation/rewrite.ts'
import type { Conversation, Message } from '../../conversation/table.ts'
import { findClaimed, findVerified } from '../../customer/identity.ts'
import { normaliseAll, type Sender } from '../../customer/normalise.ts'
import { resolveCustomer } from '../../customer/resolve.ts'
import type { Db } from '../../db/schema.ts'
import { requestAcknowledgement } from '../acknowledge.ts'
import { findQuoted } from './find-quoted.ts'
import { isFlooding } from './flood.ts'
import { claimed, headersOf } from '../event/headers.ts'
import { applyParkedChanges } from './apply-parked.ts'
import type { Inbound, ReadyMessage } from '../event/inbound.ts'
import { isUnwanted, type Place } from './place.ts'
import { storeFiles } from './store-files.ts'
import { oneLine, writtenAt } from '../event/written.ts'

const maxCopies = 20

export interface Placed {
  place: Place
  senders: readonly Sender[]
  unsupported?: string
  /** A colleague passed it on: its writer never wrote to us and gets nothing automatic. */
  isRelayed?: boolean
}

/** Writes the message with its files, wakes its conversation, and remembers who is on it. */
export async function storeInbound(
  trx: Db,
  inbound: Inbound,
  ready: ReadyMessage,
  placed: Placed,
  now: Date
): Promise<Message> {
  const { place } = placed
  const isQuiet = await shouldBeQuiet(trx, inbound, ready, place, now)
  if (!place.isNew && !isQuiet) await wake(trx, place.conversation, place.customer.id, now)
  const quoted = await findQuoted(trx, inbound.account.id, ready.event, place.customer.id)
  const entry = { ...entryOf(inbound, ready, placed, now), ...quoted, isQuiet }
  const message = await addMessage(trx, place.conversation.id, entry, now)
  const partId = ready.event.albumKey === undefined ? null : ready.event.remoteId
  await storeFiles(trx, { accountId: inbound.account.id, message, partId }, ready.files, now)
  if (place.isNew && !isQuiet && !placed.isRelayed) {
    await requestAcknowledgement(trx, inbound.account, message.id, now)
  }
  await rememberPeople(trx, inbound, ready, placed, now)
  await rememberChat(trx, inbound, ready, place)
  if (place.identity && !inbound.isHistory) {
    await openWay(trx, { accountId: inbound.account.id, identityId: place.identity.id })
  }
  await applyParkedChanges(trx, inbound, ready.event.remoteId, now)
  return message
}

/** Quiet messages are stored and shown, but bring no badge, wake nothing and are never answered by rules. */
async function shouldBeQuiet(
  trx: Db,
  inbound: Inbound,
  ready: ReadyMessage,
  place: Place,
  now: Date
): Promise<boolean> {
  if (inbound.isHistory || ready.event.automatic !== undefined) return true
  if (isUnwanted(ready.event, place)) return true
  return isFlooding(trx, place.identity?.id ?? null, now)
}

async function wake(
  trx: Db,
  conversation: Conversation,
  customerId: number,
  now: Date
): Promise<void> {
  if (conversation.status === 'open') return
  const actor = { kind: 'customer' as const, id: String(customerId) }
  const action = { closed: 'reopened', snoozed: 'woken', pending: null }[conversation.status]
  const changes = { status: 'open' as const, closed_at: null, snoozed_until: null }
  await changeConversation(trx, conversation.id, changes, action ? { action, actor } : null, now)
}

/** The entry of the timeline, without the question of how loud it is. */
export function entryOf(
  inbound: Inbound,
  ready: ReadyMessage,
  { place, senders, unsupported }: Placed,
  now: Date
): NewMessage {
  const { event } = ready
  const isVerified = senders.some(sender => sender.isVerified)
  const full = event.fullText ?? (event.text.length > maxText ? event.text : undefined)
  const subject = oneLine(event.subject)
  const headers = headersOf(inbound, ready, { isVerified, mayMoveRoute: isVerified || place.isNew })
  return {
    kind: 'inbound',
    accountId: inbound.account.id,
    channel: inbound.account.type,
    identityId: place.identity?.id ?? null,
    ...(subject ? { subject } : {}),
    text: event.text.slice(0, maxText),
    html: ready.html,
    fullHtml: ready.fullHtml,
    fullText: full?.slice(0, maxFullText),
    hasRemoteImages: ready.hasRemoteImages,
    isAutomatic: event.automatic !== undefined,
    isVerified,
    remoteId: event.remoteId,
    headers: unsupported ? { ...headers, unsupported: unsupported.slice(0, 200) } : headers,
    journalId: inbound.journalId,
    files: ready.files.filter(file => !file.isHidden),
    ...(event.threadKey === undefined ? {} : { threadKey: event.threadKey }),
    ...(event.albumKey === undefined ? {} : { albumKey: event.albumKey }),
    at: writtenAt(event.at, now)
  }
}

/** Whatever else comes by this chat belongs where its newest message is. */
async function rememberChat(
  trx: Db,
  inbound: Inbound,
  { event }: ReadyMessage,
  { conversation, isNew }: Place
): Promise<void> {
  if (event.threadKey === undefined) return
  const chat = { accountId: inbound.account.id, threadKey: event.threadKey }
  await (isNew ? partChat(trx, chat) : joinChat(trx, chat, conversation))
}

/**
 * The sender is on the conversation. Others join it only by a proven mail of somebody who was on it:
 * an address that a stranger's mail names is shown to the agent and never written to by itself.
 */
async function rememberPeople(
  trx: Db,
  inbound: Inbound,
  ready: ReadyMessage,
  { place, senders }: Placed,
  now: Date
): Promise<void> {
  const { conversation, identity } = place
  if (identity) await addParticipant(trx, conversation.id, identity.id, 'customer', now)
  const isProven = senders.some(sender => sender.isVerified)
  if (!place.wasMember || !isProven || ready.event.automatic !== undefined) return
  const others = normaliseAll((ready.event.others ?? []).map(claimed), inbound.rules.country)
  for (const other of others.slice(0, maxCopies)) {
    const channel = inbound.account.type
    const row =
      (await findVerified(trx, other)) ??
      (await findClaimed(trx, other, channel)) ??
      (await resolveCustomer(trx, [other], channel, now)).identity
    if (row) await addParticipant(trx, conversation.id, row.id, 'copy', now)
  }
}
