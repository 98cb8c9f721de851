import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { changeConversation } from './change.ts'
import type { Actor } from './event.ts'
import { findConversation } from './find.ts'
import type { Conversation } from './table.ts'

/** Brings a conversation back to the open ones, from wherever it is. */
export async function reopenConversation(
  db: Db,
  id: number,
  actor: Actor,
  now: Date
): Promise<Conversation> {
  return inTransaction(db, async trx => {
    const conversation = await findConversation(trx, id)
    if (conversation.status === 'open') return conversation
    const changes = { status: 'open' as const, closed_at: null, snoozed_until: null }
    return changeConversation(trx, id, changes, { action: 'reopened', actor }, now)
  })
}
