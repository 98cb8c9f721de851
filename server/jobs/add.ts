import { sql } from 'kysely'
import type { Db } from '../db/schema.ts'
import { announce } from '../db/transaction.ts'

export interface NewJob {
  owner: string
  name: string
  payload: unknown
  runAt: number
  key?: string | undefined
  maxAttempts?: number | undefined
}

/**
 * Queues a job with the transaction that `db` may be. A job with a `key` that already waits takes
 * the new payload and the earlier time.
 */
export async function addJob(db: Db, job: NewJob, now: Date): Promise<void> {
  await db
    .insertInto('job')
    .values({
      owner: job.owner,
      name: job.name,
      key: job.key ?? null,
      payload: JSON.stringify(job.payload ?? null),
      run_at: job.runAt,
      max_attempts: job.maxAttempts ?? 8,
      created_at: now.getTime()
    })
    .onConflict(conflict =>
      conflict
        .columns(['owner', 'name', 'key'])
        // Literals, because SQLite matches a partial index only by its own words.
        .where(sql<boolean>`key is not null and state = 'waiting'`)
        .doUpdateSet(row => ({
          payload: row.ref('excluded.payload'),
          run_at: sql<number>`min(job.run_at, excluded.run_at)`
        }))
    )
    .execute()
  announce(db, { topic: 'job.added', owner: job.owner, name: job.name })
}
