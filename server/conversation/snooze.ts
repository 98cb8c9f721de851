import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { InvalidInput } from '../errors.ts'
import { changeConversation } from './change.ts'
import type { Actor } from './event.ts'
import { findConversation } from './find.ts'
import type { Conversation } from './table.ts'

const longestMs = 366 * 24 * 3_600_000

/** Out of sight until `until`, milliseconds UTC, or until the customer writes. */
export async function snoozeConversation(
  db: Db,
  id: number,
  until: number,
  actor: Actor,
  now: Date
): Promise<Conversation> {
  const isUsable = until > now.getTime() && until <= now.getTime() + longestMs
  if (!isUsable) throw new InvalidInput({ until: 'error.field.future' })
  return inTransaction(db, async trx => {
    const conversation = await findConversation(trx, id)
    const isSame = conversation.status === 'snoozed' && conversation.snoozed_until === until
    if (isSame) return conversation
    const changes = { status: 'snoozed' as const, snoozed_until: until, closed_at: null }
    const fact = { action: 'snoozed', actor, particulars: { until } }
    return changeConversation(trx, id, changes, fact, now)
  })
}
