import { recordBlob } from '../blob/record.ts'
import { addMessage, type NewMessage } from '../conversation/add-message.ts'
import { changeConversation } from '../conversation/change.ts'
import { joinChat, partChat } from '../conversation/find-chat.ts'
import { addParticipant } from '../conversation/participant.ts'
import type { Conversation, Message, MessageHeaders } from '../conversation/table.ts'
import { findClaimed, findVerified } from '../customer/identity.ts'
import { cleanName, normaliseAll, type Sender } from '../customer/normalise.ts'
import { resolveCustomer } from '../customer/resolve.ts'
import type { Db } from '../db/schema.ts'
import { requestAcknowledgement } from './acknowledge.ts'
import { isFlooding } from './flood.ts'
import type { Inbound, ReadyFile, ReadyMessage } from './inbound.ts'
import { requestMedia } from './media-request.ts'
import { isUnwanted, type Place } from './place.ts'
import { oneLine, writtenAt } from './written.ts'

/** Longer texts are cut in the timeline; the whole stays with the message. */
const maxText = 200_000
const maxFullText = 2_000_000
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
  const entry = { ...entryOf(inbound, ready, placed, now), isQuiet }
  const message = await addMessage(trx, place.conversation.id, entry, now)
  await storeFiles(trx, inbound.account.id, message.id, ready.files, now)
  if (place.isNew && !isQuiet && !placed.isRelayed) {
    await requestAcknowledgement(trx, inbound.account, message.id, now)
  }
  await rememberPeople(trx, inbound, ready, placed, now)
  await rememberChat(trx, inbound, ready, place)
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
    ...(event.threadKey === undefined ? {} : { threadKey: event.threadKey }),
    at: writtenAt(event.at, now)
  }
}

/**
 * Who else is on it. A forged mail in a running conversation must not move the route of answers,
 * so its Reply-To is only noted, and copies of an unproven mail are only shown.
 */
function headersOf(
  inbound: Inbound,
  ready: ReadyMessage,
  { isVerified, mayMoveRoute }: { isVerified: boolean; mayMoveRoute: boolean }
): MessageHeaders {
  const { event } = ready
  const country = inbound.rules.country
  const copies = normaliseAll((event.others ?? []).map(claimed), country, 50)
  const [replyTo] = normaliseAll(event.replyTo ? [claimed(event.replyTo)] : [], country)
  const context = { ...event.context }
  if (replyTo && !mayMoveRoute) context['replyToIgnored'] = replyTo.value
  return {
    ...(copies.length > 0 ? { [isVerified ? 'cc' : 'others']: copies.map(recipient) } : {}),
    ...(replyTo && mayMoveRoute ? { replyTo: recipient(replyTo) } : {}),
    ...(event.automatic === undefined ? {} : { automatic: event.automatic }),
    ...(event.isSuspicious ? { isSuspicious: true } : {}),
    ...(Object.keys(context).length > 0 ? { context } : {})
  }
}

const claimed = <T extends { verified: boolean }>(identity: T) => ({ ...identity, verified: false })

const recipient = ({ kind, value, name }: Sender) => {
  const shown = cleanName(name ?? undefined)
  return shown ? { kind, value, name: shown } : { kind, value }
}

/** Attachments of a message; what only has a reference is fetched by a job. */
export async function storeFiles(
  trx: Db,
  accountId: number,
  messageId: number,
  files: readonly ReadyFile[],
  now: Date
): Promise<void> {
  for (const file of files) {
    if (file.blob) await recordBlob(trx, file.blob, now)
    const { id } = await trx
      .insertInto('attachment')
      .values({
        message_id: messageId,
        token: file.token,
        blob_hash: file.blob?.hash ?? null,
        ref: file.ref,
        filename: file.filename,
        mime: file.mime,
        size: file.size,
        kind: file.kind,
        inline_id: file.inlineId,
        is_hidden: file.isHidden ? 1 : 0,
        state: file.blob ? 'ready' : file.ref === null ? 'failed' : 'pending',
        created_at: now.getTime()
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    if (!file.blob && file.ref !== null) await requestMedia(trx, accountId, id, now)
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
