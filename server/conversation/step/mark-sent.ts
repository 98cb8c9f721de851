import type { Db } from '../../db/schema.ts'
import { inTransaction } from '../../db/transaction.ts'
import { conflict } from '../../errors.ts'
import { findMessage } from '../find-message.ts'
import { resumeRest } from './resume.ts'
import type { Message } from '../table.ts'

/** A human knows that it has arrived. Parts of it that surely never left go out now. */
export async function markSent(db: Db, messageId: number, now: Date): Promise<Message> {
  return inTransaction(db, async trx => {
    const message = await findMessage(trx, messageId)
    if (message.status === 'sent') return message
    if (message.status !== 'unknown') throw conflict('not_unknown')
    await trx
      .updateTable('outbox')
      .set({ state: 'sent', error_kind: null, error_code: null, error_text: null })
      .where('message_id', '=', messageId)
      .where('state', '=', 'unknown')
      .execute()
    await resumeRest(trx, messageId, now)
    return findMessage(trx, messageId)
  })
}
