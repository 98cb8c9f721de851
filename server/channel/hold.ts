import { mirrorSteps } from '../conversation/mirror.ts'
import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'

/**
 * After a backup was restored: what waited in it may have left long ago. It becomes `unknown`, so that
 * nothing is sent twice by itself. Answers how many messages are concerned.
 */
export async function holdOutbox(db: Db, now: Date): Promise<number> {
  return inTransaction(db, async trx => {
    const held = await trx
      .updateTable('outbox')
      .set({
        state: 'unknown',
        error_kind: 'unknown_outcome',
        error_code: 'restored',
        error_text: 'Restored from a backup',
        finished_at: now.getTime()
      })
      .where('state', 'in', ['queued', 'sending'])
      .returning('message_id')
      .execute()
    const messages = new Set(held.flatMap(step => step.message_id ?? []))
    for (const id of messages) await mirrorSteps(trx, id)
    return messages.size
  })
}
