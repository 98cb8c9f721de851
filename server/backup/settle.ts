import { mirrorOwners } from '../channel/relay/mirror.ts'
import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { setValue } from '../setting/value.ts'

/**
 * What waited to be sent when the backup was taken may have left long ago: it becomes `unknown`, and
 * only a person sends it again. Sessions and links for passwords end, because some may have been
 * revoked or used since. The mark says
 * that this data was restored. Returns how many steps are unknown now.
 */
export async function settleRestored(db: Db, backupAt: number, now: Date): Promise<number> {
  return inTransaction(db, async trx => {
    const steps = await trx
      .updateTable('outbox')
      .set({
        state: 'unknown',
        error_kind: 'unknown_outcome',
        error_code: 'restored',
        error_text: 'Restored from a backup: it may have been sent since',
        finished_at: now.getTime()
      })
      .where('state', 'in', ['queued', 'sending'])
      .returning(['id', 'message_id', 'relay_id'])
      .execute()
    await mirrorOwners(trx, steps)
    await trx
      .updateTable('outbox_attempt')
      .set({ outcome: 'unknown', finished_at: now.getTime() })
      .where('finished_at', 'is', null)
      .execute()
    await trx.deleteFrom('session').execute()
    await trx.deleteFrom('invitation').execute()
    await setValue(trx, 'restore.mark', JSON.stringify({ at: now.getTime(), backupAt }), now)
    return steps.length
  })
}
