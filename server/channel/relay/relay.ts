import { relayRef } from '../../conversation/chat/client-ref.ts'
import { findConversation } from '../../conversation/find.ts'
import { queueSteps } from '../../conversation/step/queue.ts'
import type { Conversation } from '../../conversation/table.ts'
import { normalise, type Address } from '../../customer/normalise.ts'
import type { IdentityRow } from '../../customer/table.ts'
import type { Db } from '../../db/schema.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { Words } from '../../i18n/words.ts'
import type { Text } from '../../plugin-api/manifest.ts'
import { getSettings } from '../../setting/get.ts'
import { capabilitiesOf } from '../account/find.ts'
import { findCarrier } from '../carrier.ts'
import type { Account } from '../table.ts'
import { addAddressee } from './addressee.ts'
import { letterParts } from './letter.ts'
import { announceRelay } from './mirror.ts'
import { listReplies, withoutRelayed, type RelayedReply } from './reply.ts'

export interface RelayTools {
  words: Words
  /** A link to a file that is too large to be carried. */
  linkTo: (token: string) => string
}

/** By which account the replies went out, and what its channel is called. */
export interface Origin {
  account: Pick<Account, 'id' | 'type'>
  label: Text
}

const mostRefs = 500

/**
 * Queues replies once more, to an address of the customer, by an account that can begin with it. A reply
 * goes to an address once. False: nothing of them can go there.
 */
export async function relayReplies(
  db: Db,
  tools: RelayTools,
  origin: Origin,
  clientRefs: readonly string[],
  to: { kind: 'email'; value: string },
  now: Date
): Promise<boolean> {
  const address = normalise(to, '')
  if (address?.kind !== 'email') throw new TypeError('relay: to is no address')
  if (clientRefs.length > mostRefs) throw new TypeError(`relay: more than ${mostRefs} replies`)
  return inTransaction(db, async trx => {
    const replies = await listReplies(trx, origin.account.id, clientRefs)
    if (replies.length === 0) return false
    const fresh = await withoutRelayed(trx, replies, address.value)
    if (fresh.length === 0) return true
    const carrier = await findCarrier(trx, can => can.startsBy.includes('email'), origin.account.id)
    if (!carrier || (await isOurs(trx, address))) return false
    const groups = new Map<number, RelayedReply[]>()
    for (const reply of fresh) {
      groups.set(reply.conversationId, [...(groups.get(reply.conversationId) ?? []), reply])
    }
    let isQueued = true
    for (const [id, group] of groups) {
      const relayed = await relayOne(
        trx,
        tools,
        { origin, carrier, address, replies: group },
        id,
        now
      )
      isQueued &&= relayed
    }
    return isQueued
  })
}

interface Errand {
  origin: Origin
  carrier: Account
  address: Address
  replies: RelayedReply[]
}

async function relayOne(
  trx: Db,
  tools: RelayTools,
  errand: Errand,
  conversationId: number,
  now: Date
): Promise<boolean> {
  const { origin, carrier, address, replies } = errand
  const conversation = await findConversation(trx, conversationId)
  if (conversation.is_spam === 1 || (await isBlocked(trx, conversation))) return false
  const channels = [origin.account.type, carrier.type] as const
  const identity = await addAddressee(trx, conversation, address, channels, now)
  if (identity.unreachable_at !== null) return false
  const { id } = await trx
    .insertInto('relay')
    .values({
      conversation_id: conversation.id,
      identity_id: identity.id,
      address: address.value,
      status: 'queued',
      created_at: now.getTime()
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await trx
    .insertInto('relay_message')
    .values(replies.map(reply => ({ message_id: reply.id, address: address.value, relay_id: id })))
    .execute()
  await queue(trx, tools, errand, { id, conversation, identity }, now)
  await announceRelay(trx, id, conversation.id)
  return true
}

async function queue(
  trx: Db,
  { words, linkTo }: RelayTools,
  { origin, carrier, replies }: Errand,
  relay: { id: number; conversation: Conversation; identity: IdentityRow },
  now: Date
): Promise<void> {
  const { id, conversation, identity } = relay
  const settings = await getSettings(trx)
  const translator = words.translator(settings.locale, settings.timeZone)
  const letter = { replies, channel: origin.label, linkTo }
  const authors = new Set(replies.map(reply => reply.author))
  const [author] = authors
  const name = settings.businessName || carrier.name
  const isOwnThread = conversation.account_id === carrier.id && conversation.thread_key !== null
  await queueSteps(
    trx,
    {
      messageId: null,
      relayId: id,
      accountId: carrier.id,
      thread: isOwnThread ? `k:${conversation.thread_key}` : `c:${conversation.id}`,
      payload: {
        to: {
          kind: 'email',
          value: identity.value,
          ...(identity.name === null ? {} : { name: identity.name })
        },
        cc: [],
        bcc: [],
        subject: conversation.subject || translator.t('relay.subject', { name }),
        ...(authors.size === 1 && author ? { authorName: author } : {}),
        isAutomatic: replies.every(reply => reply.isAutomatic)
      },
      parts: letterParts(letter, capabilitiesOf(carrier), translator),
      sendAfter: now.getTime(),
      clientRef: step => relayRef(conversation.id, conversation.reply_token, id, step)
    },
    now
  )
}

/** Mail to ourselves would come back as a customer's. */
async function isOurs(trx: Db, { value }: Address): Promise<boolean> {
  const own = await trx
    .selectFrom('account')
    .select('id')
    .where('address', '=', value)
    .executeTakeFirst()
  return own !== undefined
}

async function isBlocked(trx: Db, { customer_id }: Conversation): Promise<boolean> {
  const customer = await trx
    .selectFrom('customer')
    .select('is_blocked')
    .where('id', '=', customer_id)
    .executeTakeFirst()
  return customer?.is_blocked === 1
}
