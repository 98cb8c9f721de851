import { randomBytes } from 'node:crypto'
import type { Db } from '../db/schema.ts'
import { announce } from '../db/transaction.ts'
import { recount } from './count.ts'
import { recordEvent, type Actor } from './event.ts'
import type { Conversation, Priority, Status } from './table.ts'

export interface NewConversation {
  customerId: number
  accountId: number | null
  channel: string
  threadKey?: string
  subject?: string
  status?: Status
  priority?: Priority
  assigneeId?: number
  teamId?: number
  isSpam?: boolean
  actor: Actor
}

/** Opens a conversation without messages; the caller adds the first one in the same transaction. */
export async function startConversation(
  trx: Db,
  opening: NewConversation,
  now: Date
): Promise<Conversation> {
  const at = now.getTime()
  const conversation = await trx
    .insertInto('conversation')
    .values({
      customer_id: opening.customerId,
      account_id: opening.accountId,
      channel: opening.channel,
      thread_key: opening.threadKey ?? null,
      reply_token: newReplyToken(),
      subject: opening.subject ?? '',
      status: opening.status ?? 'open',
      priority: opening.priority ?? 'normal',
      assignee_id: opening.assigneeId ?? null,
      team_id: opening.teamId ?? null,
      is_spam: opening.isSpam ? 1 : 0,
      last_message_at: at,
      closed_at: opening.status === 'closed' ? at : null,
      created_at: at
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await recount(trx, null, conversation)
  await recordEvent(
    trx,
    { conversationId: conversation.id },
    { action: 'opened', actor: opening.actor },
    now
  )
  announce(trx, { topic: 'conversation.changed', conversation: conversation.id })
  return conversation
}

/** 20 base32 characters, 100 bits; lower case, because some mail servers fold the case of addresses. */
function newReplyToken(): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
  return Array.from(randomBytes(20), byte => alphabet[byte & 31]).join('')
}
