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
}

/**
 * Where a message without a proven thread belongs: the same chat; else, for a proven customer, what
 * is still warm on another channel; else the same chat that was closed lately; else a new conversation.
 */
export async function chooseConversation(
  db: Db,
  choice: Choice,
  now: Date
): Promise<Conversation | undefined> {
  const chat = await findOwnChat(db, choice)
  if (chat && chat.status !== 'closed') return chat
  const warm = await findWarm(db, choice, now)
  if (warm) return warm
  return chat && mayContinue(chat, choice, now) ? chat : undefined
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
