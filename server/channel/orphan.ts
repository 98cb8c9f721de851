import type { Db } from '../db/schema.ts'
import type { Claim } from './claim.ts'

/** Steps that are `sending` although nobody sends them, each with its open attempt. */
export async function listOrphans(db: Db): Promise<Claim[]> {
  const rows = await db
    .selectFrom('outbox')
    .selectAll()
    .select(eb =>
      eb
        .selectFrom('outbox_attempt')
        .select(e => e.fn.max('outbox_attempt.id').as('id'))
        .whereRef('outbox_attempt.outbox_id', '=', 'outbox.id')
        .as('attempt_id')
    )
    .where('state', '=', 'sending')
    .execute()
  return rows.map(({ attempt_id, ...row }) => ({ row, attemptId: attempt_id ?? 0 }))
}
