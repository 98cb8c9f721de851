import { sql } from 'kysely'
import type { Db } from '../../db/schema.ts'
import { inTransaction } from '../../db/transaction.ts'
import { mirrorStep } from '../relay/mirror.ts'
import type { Account, OutboxStepRow } from '../table.ts'

export interface Claim {
  row: OutboxStepRow
  attemptId: number
}

/** Accounts that have something due, with a line that may carry it. */
export function listDueAccounts(
  db: Db,
  now: Date
): Promise<Pick<Account, 'id' | 'capabilities'>[]> {
  return db
    .selectFrom('account')
    .select(['id', 'capabilities'])
    .where('is_enabled', '=', 1)
    .where('state', '!=', 'needs_attention')
    .where(eb =>
      eb.exists(
        eb
          .selectFrom('outbox')
          .select('outbox.id')
          .whereRef('outbox.account_id', '=', 'account.id')
          .where('outbox.state', '=', sql.lit('queued'))
          .where('outbox.send_after', '<=', now.getTime())
      )
    )
    .execute()
}

/** When the next step becomes due; null when nothing waits. */
export async function nextDueAt(db: Db, after: Date): Promise<number | null> {
  const row = await db
    .selectFrom('outbox')
    .select(eb => eb.fn.min('send_after').as('at'))
    .where('state', '=', sql.lit('queued'))
    .where('send_after', '>', after.getTime())
    .executeTakeFirst()
  return row?.at ?? null
}

/**
 * Takes up to `limit` due steps of an account, the first of each thread. When it returns, their
 * state `sending` and a row for each attempt are on the disk: whatever happens now is known to have begun.
 */
export async function claimSteps(
  db: Db,
  accountId: number,
  limit: number,
  now: Date
): Promise<Claim[]> {
  return inTransaction(db, async trx => {
    const rows = await selectHeads(trx, accountId, limit, now)
    const claims: Claim[] = []
    for (const row of rows) claims.push(await claim(trx, row, now))
    return claims
  })
}

function selectHeads(
  trx: Db,
  accountId: number,
  limit: number,
  now: Date
): Promise<OutboxStepRow[]> {
  return trx
    .selectFrom('outbox as step')
    .selectAll()
    .where('step.account_id', '=', accountId)
    .where('step.state', '=', sql.lit('queued'))
    .where('step.send_after', '<=', now.getTime())
    .where(eb =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('outbox as other')
            .select('other.id')
            .whereRef('other.account_id', '=', 'step.account_id')
            .whereRef('other.thread', '=', 'step.thread')
            // Literals, because SQLite matches a partial index only by its own words.
            .where(sql<boolean>`other.state in ('queued', 'sending')`)
            .where(or =>
              or.or([or('other.id', '<', or.ref('step.id')), or('other.state', '=', 'sending')])
            )
        )
      )
    )
    .orderBy('step.send_after')
    .orderBy('step.id')
    .limit(limit)
    .execute()
}

async function claim(trx: Db, row: OutboxStepRow, now: Date): Promise<Claim> {
  const at = now.getTime()
  const claimed = {
    state: 'sending' as const,
    claimed_at: at,
    begun_at: null,
    attempts: row.attempts + 1
  }
  await trx.updateTable('outbox').set(claimed).where('id', '=', row.id).execute()
  const attempt = await trx
    .insertInto('outbox_attempt')
    .values({ outbox_id: row.id, started_at: at })
    .returning('id')
    .executeTakeFirstOrThrow()
  await mirrorStep(trx, row)
  return { row: { ...row, ...claimed }, attemptId: attempt.id }
}
