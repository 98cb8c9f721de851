import type { Db } from '../../db/schema.ts'
import { announce } from '../../db/transaction.ts'
import { mirrorSteps } from './mirror.ts'

/** What was unknown turns out to have arrived: parts of it that surely never left go out now. */
export async function resumeRest(trx: Db, messageId: number, now: Date): Promise<void> {
  const rest = await trx
    .updateTable('outbox')
    .set({ state: 'queued', send_after: now.getTime(), finished_at: null })
    .where('message_id', '=', messageId)
    .where('state', '=', 'cancelled')
    .returning('account_id')
    .execute()
  await mirrorSteps(trx, messageId)
  const [first] = rest
  if (first) announce(trx, { topic: 'outbox.added', account: first.account_id })
}
