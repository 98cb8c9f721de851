import { capabilitiesOf } from '../../conversation/capabilities.ts'
import type { Db } from '../../db/schema.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { Claim } from './claim.ts'
import { mirrorOwners } from '../relay/mirror.ts'

/** Steps that are `sending` although nobody sends them, each with its last attempt. */
export const listOrphans = (db: Db): Promise<Claim[]> => listClaims(db, { state: 'sending' })

/** Steps of a message of which nobody knows whether they arrived. */
export const listUnknown = (db: Db, messageId: number): Promise<Claim[]> =>
  listClaims(db, { state: 'unknown', messageId })

async function listClaims(
  db: Db,
  { state, messageId }: { state: 'sending' | 'unknown'; messageId?: number }
): Promise<Claim[]> {
  const all = db
    .selectFrom('outbox')
    .selectAll()
    .select(eb =>
      eb
        .selectFrom('outbox_attempt')
        .select(attempt => attempt.fn.max('outbox_attempt.id').as('id'))
        .whereRef('outbox_attempt.outbox_id', '=', 'outbox.id')
        .as('attempt_id')
    )
    .where('state', '=', state)
  const wanted = messageId === undefined ? all : all.where('message_id', '=', messageId)
  const rows = await wanted.orderBy('id').execute()
  return rows.map(({ attempt_id, ...row }) => ({ row, attemptId: attempt_id ?? 0 }))
}

/**
 * Puts back what the previous process had claimed and surely not sent: its channel tells when a
 * request begins, and this one had not. Returns how many.
 */
export async function releaseUnbegun(db: Db, now: Date): Promise<number> {
  return inTransaction(db, async trx => {
    const accounts = await trx.selectFrom('account').select(['id', 'capabilities']).execute()
    const telling = accounts.filter(account => capabilitiesOf(account).tellsBegin)
    if (telling.length === 0) return 0
    const steps = await trx
      .updateTable('outbox')
      .set(eb => ({ state: 'queued', attempts: eb('attempts', '-', 1), send_after: now.getTime() }))
      .where('state', '=', 'sending')
      .where('begun_at', 'is', null)
      .where(
        'account_id',
        'in',
        telling.map(account => account.id)
      )
      .returning(['id', 'message_id', 'relay_id'])
      .execute()
    if (steps.length === 0) return 0
    await trx
      .updateTable('outbox_attempt')
      .set({ outcome: 'not_begun', finished_at: now.getTime() })
      .where(
        'outbox_id',
        'in',
        steps.map(step => step.id)
      )
      .where('finished_at', 'is', null)
      .execute()
    await mirrorOwners(trx, steps)
    return steps.length
  })
}
