import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { changeConversation } from './change.ts'
import type { Actor } from './event.ts'
import { findConversation } from './find.ts'
import type { Conversation } from './table.ts'

/** Moves the conversation to the spam view, or back to where it was. */
export async function markSpam(
  db: Db,
  id: number,
  isSpam: boolean,
  actor: Actor,
  now: Date
): Promise<Conversation> {
  return inTransaction(db, async trx => {
    const conversation = await findConversation(trx, id)
    if (conversation.is_spam === Number(isSpam)) return conversation
    const action = isSpam ? 'marked_spam' : 'marked_not_spam'
    return changeConversation(trx, id, { is_spam: Number(isSpam) }, { action, actor }, now)
  })
}
