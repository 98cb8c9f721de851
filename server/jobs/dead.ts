import type { Db } from '../db/schema.ts'
import { announce, inTransaction } from '../db/transaction.ts'
import { notFound } from '../errors.ts'
import type { Job } from './table.ts'

/** Jobs that have used up their attempts, newest first, without their payloads. */
export async function listDeadJobs(db: Db, limit = 50): Promise<Omit<Job, 'payload'>[]> {
  return db
    .selectFrom('job')
    .select(['id', 'owner', 'name', 'key', 'state', 'attempts', 'max_attempts', 'run_at'])
    .select(['lease_until', 'error', 'created_at', 'finished_at'])
    .where('state', '=', 'dead')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** Gives a dead job all its attempts again. */
export async function retryJob(db: Db, id: number, now: Date): Promise<void> {
  await inTransaction(db, async trx => {
    const job = await findDead(trx, id)
    const waiting = await trx
      .selectFrom('job')
      .select('id')
      .where('state', '=', 'waiting')
      .where('owner', '=', job.owner)
      .where('name', '=', job.name)
      .where('key', '=', job.key)
      .executeTakeFirst()
    if (waiting) await trx.deleteFrom('job').where('id', '=', id).execute()
    else await revive(trx, id, now)
    announce(trx, { topic: 'job.added', owner: job.owner, name: job.name })
  })
}

async function findDead(db: Db, id: number): Promise<Job> {
  const job = await db
    .selectFrom('job')
    .selectAll()
    .where('id', '=', id)
    .where('state', '=', 'dead')
    .executeTakeFirst()
  if (!job) throw notFound('job')
  return job
}

async function revive(db: Db, id: number, now: Date): Promise<void> {
  await db
    .updateTable('job')
    .set({ state: 'waiting', attempts: 0, error: null, finished_at: null, run_at: now.getTime() })
    .where('id', '=', id)
    .execute()
}
