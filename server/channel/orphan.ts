import type { Db } from '../db/schema.ts'
import type { Claim } from './claim.ts'

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
