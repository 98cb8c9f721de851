import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { InvalidInput } from '../errors.ts'
import { changeConversation } from './change.ts'
import type { Actor } from './event.ts'
import { findConversation } from './find.ts'
import type { Conversation } from './table.ts'

/** Gives the conversation another subject; answers by mail carry it from now on. */
export async function renameConversation(
  db: Db,
  id: number,
  subject: string,
  actor: Actor,
  now: Date
): Promise<Conversation> {
  const line = subject
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 300)
  if (line === '') throw new InvalidInput({ subject: 'error.field.required' })
  return inTransaction(db, async trx => {
    const conversation = await findConversation(trx, id)
    if (conversation.subject === line) return conversation
    const fact = { action: 'renamed', actor, particulars: { before: conversation.subject } }
    return changeConversation(trx, id, { subject: line }, fact, now)
  })
}
