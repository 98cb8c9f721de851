import { sql } from 'kysely'
import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { backoff } from './backoff.ts'
import type { Job } from './table.ts'

/** A job that is done leaves no row. */
export async function finishJob(db: Db, job: Job): Promise<void> {
  await db.deleteFrom('job').where('id', '=', job.id).where(isOurs(job)).execute()
}

/** Back to the queue with a growing wait, or to the dead list after the last attempt. */
export async function failJob(db: Db, job: Job, reason: string, now: Date): Promise<void> {
  if (job.attempts < job.max_attempts) {
    await requeue(db, job, now.getTime() + backoff(job.attempts), reason)
  } else await bury(db, job, reason, now)
}

/** Gives a claimed job back untouched: its attempt does not count. */
export async function releaseJob(db: Db, job: Job, now: Date): Promise<void> {
  await requeue(db, job, now.getTime(), null, job.attempts - 1)
}

/**
 * Jobs whose process died: they run again, unless they have used up their attempts.
 * `ours` still run here, even when a stalled process was late to renew their leases.
 */
export async function recoverJobs(db: Db, ours: readonly number[], now: Date): Promise<void> {
  const lost = await db
    .selectFrom('job')
    .selectAll()
    .where('state', '=', 'running')
    .where('lease_until', '<=', now.getTime())
    .execute()
  const orphans = lost.filter(job => !ours.includes(job.id))
  for (const job of orphans) await failJob(db, job, 'Sapa stopped while this job was running', now)
}

async function requeue(
  db: Db,
  job: Job,
  runAt: number,
  error: string | null,
  attempts = job.attempts
): Promise<void> {
  await inTransaction(db, async trx => {
    // A newer one with the same key has come meanwhile: it stands for both.
    if (await isReplaced(trx, job)) return finishJob(trx, job)
    await trx
      .updateTable('job')
      .set({ state: 'waiting', lease_until: null, run_at: runAt, attempts, error })
      .where('id', '=', job.id)
      .where(isOurs(job))
      .execute()
  })
}

async function bury(db: Db, job: Job, error: string, now: Date): Promise<void> {
  await db
    .updateTable('job')
    .set({ state: 'dead', lease_until: null, error, finished_at: now.getTime() })
    .where('id', '=', job.id)
    .where(isOurs(job))
    .execute()
}

async function isReplaced(db: Db, job: Job): Promise<boolean> {
  if (job.key === null) return false
  const newer = await db
    .selectFrom('job')
    .select('id')
    .where('state', '=', 'waiting')
    .where('owner', '=', job.owner)
    .where('name', '=', job.name)
    .where('key', '=', job.key)
    .executeTakeFirst()
  return newer !== undefined
}

/** False once the lease ran out and the job was given to somebody else. */
const isOurs = (job: Job) => sql<boolean>`state = 'running' and attempts = ${job.attempts}`
