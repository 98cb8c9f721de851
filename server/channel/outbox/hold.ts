import type { Db } from '../../db/schema.ts'
import { inTransaction } from '../../db/transaction.ts'
import { mirrorOwners } from '../relay/mirror.ts'

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
      .returning(['message_id', 'relay_id'])
      .execute()
    await mirrorOwners(trx, held)
    return new Set(held.flatMap(step => step.message_id ?? [])).size
  })
}
