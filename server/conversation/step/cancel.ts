import { mirrorSteps } from './mirror.ts'
import type { StepPayload } from './queue.ts'
import type { Db } from '../../db/schema.ts'
import { inTransaction } from '../../db/transaction.ts'
import { conflict } from '../../errors.ts'
import type { Before } from '../before.ts'
import { changeConversation, type Changes } from '../change.ts'
import { restoreDraft } from '../reply/restore-draft.ts'
import { agentActor, system } from '../event.ts'
import { findConversation } from '../find.ts'
import { findMessage } from '../find-message.ts'
import { newestShown } from '../preview/newest-shown.ts'
import type { Conversation, Message } from '../table.ts'

/** "Undo": as long as nothing of it has left, the message is a draft again. Undoing twice is a no-op. */
export async function cancelMessage(db: Db, messageId: number, now: Date): Promise<Message> {
  return inTransaction(db, async trx => {
    const message = await findMessage(trx, messageId)
    if (message.status === 'cancelled') return message
    if (message.status !== 'queued') throw conflict('already_sent')
    const before = await stateOf(trx, messageId)
    await trx
      .updateTable('outbox')
      .set({ state: 'cancelled', finished_at: now.getTime() })
      .where('message_id', '=', messageId)
      .execute()
    await mirrorSteps(trx, messageId)
    await restoreDraft(trx, message, now)
    await restoreConversation(trx, message, before, now)
    return findMessage(trx, messageId)
  })
}

async function stateOf(trx: Db, messageId: number): Promise<Before | undefined> {
  const step = await trx
    .selectFrom('outbox')
    .select('payload')
    .where('message_id', '=', messageId)
    .orderBy('step_index')
    .limit(1)
    .executeTakeFirst()
  return step && ((JSON.parse(step.payload) as StepPayload).before as unknown as Before | undefined)
}

async function restoreConversation(
  trx: Db,
  message: Message,
  before: Before | undefined,
  now: Date
): Promise<void> {
  const conversation = await findConversation(trx, message.conversation_id)
  const isAnswered = await hasLaterReply(trx, message)
  const isMoved = before !== undefined && before.status !== conversation.status
  const changes: Changes = {
    message_count: Math.max(0, conversation.message_count - 1),
    ...(await newestShown(trx, conversation.id)),
    ...(before && !isAnswered ? waiting(conversation, before) : {}),
    ...(isMoved
      ? {
          status: before.status,
          snoozed_until: before.snoozed_until,
          closed_at: before.closed_at
        }
      : {})
  }
  const actor = message.agent_id === null ? system : agentActor(message.agent_id)
  const particulars = isMoved ? { status: before.status } : {}
  const fact = { action: 'reply_undone', actor, particulars }
  await changeConversation(trx, conversation.id, changes, fact, now)
}

/** What has come in since the reply waits as well. */
function waiting(conversation: Conversation, before: Before): Changes {
  return {
    unanswered_count: before.unanswered_count + conversation.unanswered_count,
    waiting_since: before.waiting_since ?? conversation.waiting_since,
    last_outbound_at: before.last_outbound_at
  }
}

async function hasLaterReply(trx: Db, message: Message): Promise<boolean> {
  const later = await trx
    .selectFrom('message')
    .select('id')
    .where('conversation_id', '=', message.conversation_id)
    .where('id', '>', message.id)
    .where('kind', '=', 'outbound')
    .where('is_automatic', '=', 0)
    .where('status', '!=', 'cancelled')
    .limit(1)
    .executeTakeFirst()
  return later !== undefined
}
