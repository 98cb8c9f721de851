import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { changeConversation } from './change.ts'
import type { Actor } from './event.ts'
import { findConversation } from './find.ts'
import type { Conversation } from './table.ts'

/** It is the customer's turn; their next message opens it again. */
export async function awaitCustomer(
  db: Db,
  id: number,
  actor: Actor,
  now: Date
): Promise<Conversation> {
  return inTransaction(db, async trx => {
    const conversation = await findConversation(trx, id)
    if (conversation.status === 'pending') return conversation
    const changes = { status: 'pending' as const, closed_at: null, snoozed_until: null }
    return changeConversation(trx, id, changes, { action: 'pending', actor }, now)
  })
}
