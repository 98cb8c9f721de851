import type { Address } from '../customer/normalise.ts'
import { prepared } from '../db/prepared.ts'
import type { Db } from '../db/schema.ts'
import { findChat } from './chat/find.ts'
import type { Conversation } from './table.ts'

export interface Choice {
  accountId: number
  channel: string
  threadKey: string | undefined
  customerId: number
  /** Only who is proven today may go on in a conversation of another channel. */
  isVerified: boolean
  /** Many write in it: it goes on by itself. */
  isGroup?: boolean
  isAutomatic: boolean
  continuityMs: number
  reopenMs: number
  /** Proven addresses of the sender to which this account may have begun to write. */
  begun?: readonly Address[]
}

/**
 * Where a message without a proven thread belongs: the same chat; else, for a proven customer, where we began
 * to write to them by this account; else what is still warm on another channel; else what of these was closed
 * lately; else a new conversation.
 */
export async function chooseConversation(
  db: Db,
  choice: Choice,
  now: Date
): Promise<Conversation | undefined> {
  const chat = await findOwnChat(db, choice)
  if (chat && chat.status !== 'closed') return chat
  const begun = await findBegun(db, choice, chat?.last_message_at ?? 0)
  if (begun && begun.status !== 'closed') return begun
  const warm = await findWarm(db, choice, now)
  if (warm) return warm
  return [begun, chat].find(one => one && mayContinue(one, choice, now))
}

/** Whether a conversation still takes messages: closed ones do for a while, automatic ones always. */
export function mayContinue(
  conversation: Conversation,
  choice: { isAutomatic: boolean; reopenMs: number },
  now: Date
): boolean {
  if (conversation.status !== 'closed' || choice.isAutomatic) return true
  const closedAt = conversation.closed_at ?? conversation.last_message_at
  return now.getTime() - closedAt <= choice.reopenMs
}

async function findOwnChat(db: Db, choice: Choice): Promise<Conversation | undefined> {
  const { accountId, threadKey, isVerified, customerId } = choice
  if (threadKey === undefined) return undefined
  return findChat(db, { accountId, threadKey }, isVerified ? customerId : undefined)
}

/** Our own first words have no chat yet: whoever gets them answers in one that nobody knows. */
function findBegun(
  db: Db,
  { accountId, customerId, begun = [], isGroup }: Choice,
  after: number
): Promise<Conversation | undefined> {
  if (begun.length === 0 || isGroup) return Promise.resolve(undefined)
  return db
    .selectFrom('message')
    .innerJoin('identity', 'identity.id', 'message.identity_id')
    .innerJoin('conversation', 'conversation.id', 'message.conversation_id')
    .selectAll('conversation')
    .where('identity.customer_id', '=', customerId)
    .where(eb =>
      eb.or(
        begun.map(({ kind, value }) => eb.and({ 'identity.kind': kind, 'identity.value': value }))
      )
    )
    .where('message.account_id', '=', accountId)
    .where('message.kind', '=', 'outbound')
    .where('message.status', 'not in', ['cancelled', 'failed'])
    .where('message.at', '>', after)
    .where('conversation.customer_id', '=', customerId)
    .where('conversation.is_spam', '=', 0)
    .orderBy('message.at', 'desc')
    .limit(1)
    .executeTakeFirst()
}

async function findWarm(db: Db, choice: Choice, now: Date): Promise<Conversation | undefined> {
  if (!choice.isVerified || choice.isAutomatic || choice.isGroup) return undefined
  const { customerId, channel } = choice
  const since = now.getTime() - choice.continuityMs
  return (await selectWarm(db, { customerId, channel, since }))[0]
}

const selectWarm = prepared<{ customerId: number; channel: string; since: number }>()((db, value) =>
  db
    .selectFrom('conversation')
    .selectAll()
    .where('customer_id', '=', value('customerId'))
    .where('last_message_at', '>=', value('since'))
    .where('status', '!=', 'closed')
    .where('is_spam', '=', 0)
    .where(eb =>
      eb.or([
        eb('channel', '!=', value('channel')),
        // Whoever has got a new number comes by a new chat of the same channel.
        eb.exists(
          eb
            .selectFrom('participant')
            .innerJoin('identity', 'identity.id', 'participant.identity_id')
            .whereRef('participant.conversation_id', '=', 'conversation.id')
            .where('identity.customer_id', '=', value('customerId'))
            .where('identity.former_at', 'is not', null)
            .select('identity.id')
        )
      ])
    )
    .orderBy('last_message_at', 'desc')
    .limit(1)
)
