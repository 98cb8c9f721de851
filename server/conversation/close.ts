import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { changeConversation } from './change.ts'
import type { Actor } from './event.ts'
import { findConversation } from './find.ts'
import type { Conversation } from './table.ts'

/** Closing twice is a no-op, so a retry from a flaky phone stays harmless. */
export async function closeConversation(
  db: Db,
  id: number,
  actor: Actor,
  now: Date
): Promise<Conversation> {
  return inTransaction(db, async trx => {
    const conversation = await findConversation(trx, id)
    if (conversation.status === 'closed') return conversation
    const changes = {
      status: 'closed' as const,
      closed_at: now.getTime(),
      snoozed_until: null,
      waiting_since: null,
      unanswered_count: 0
    }
    return changeConversation(trx, id, changes, { action: 'closed', actor }, now)
  })
}
