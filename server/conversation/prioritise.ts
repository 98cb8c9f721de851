import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { changeConversation } from './change.ts'
import type { Actor } from './event.ts'
import { findConversation } from './find.ts'
import type { Conversation, Priority } from './table.ts'

export async function prioritiseConversation(
  db: Db,
  id: number,
  priority: Priority,
  actor: Actor,
  now: Date
): Promise<Conversation> {
  return inTransaction(db, async trx => {
    const conversation = await findConversation(trx, id)
    if (conversation.priority === priority) return conversation
    const fact = { action: 'prioritised', actor, particulars: { priority } }
    return changeConversation(trx, id, { priority }, fact, now)
  })
}
