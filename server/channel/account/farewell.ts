import type { Db } from '../../db/schema.ts'
import { announce } from '../../db/transaction.ts'
import { addJob } from '../../jobs/add.ts'
import type { Job } from '../../jobs/table.ts'
import type { Account } from '../table.ts'

export const farewellJob = { owner: 'core', name: 'leave' } as const

/** How long a provider that does not answer is asked, with the secrets kept for it. */
const patienceMs = 3 * 86_400_000
/** The line itself tells it at once: this is for when it cannot. */
const graceMs = 60_000

/** What has to be told to a provider, with all that is needed for it once the account is gone. */
export interface Farewell {
  account: Account
  /** Given up then, milliseconds UTC. */
  until: number
}

/** An account is switched off, removed or another's: its provider is told, though it may take days. */
export async function keepFarewell(trx: Db, account: Account, now: Date): Promise<void> {
  const farewell: Farewell = { account, until: now.getTime() + patienceMs }
  const job = { ...farewellJob, key: keyOf(account), payload: farewell, maxAttempts: 1000 }
  await addJob(trx, { ...job, runAt: now.getTime() + graceMs }, now)
}

/** It has been told. */
export async function dropFarewell(db: Db, account: Account): Promise<void> {
  await waiting(db).where('key', '=', keyOf(account)).execute()
}

const waiting = (db: Db) =>
  db
    .deleteFrom('job')
    .where('owner', '=', farewellJob.owner)
    .where('name', '=', farewellJob.name)
    .where('state', '=', 'waiting')

/** A channel is there again: what waits for it goes now. */
export async function hastenFarewells(db: Db, now: Date): Promise<void> {
  const moved = await db
    .updateTable('job')
    .set({ run_at: now.getTime() })
    .where('owner', '=', farewellJob.owner)
    .where('name', '=', farewellJob.name)
    .where('state', '=', 'waiting')
    .where('attempts', '>', 0)
    .returning('id')
    .execute()
  if (moved.length > 0) announce(db, { topic: 'job.added', ...farewellJob })
}

/** A line for the owner on the page of health; the secrets are gone. */
export async function noteUntold(
  db: Db,
  { name }: Account,
  reason: string | null,
  now: Date
): Promise<void> {
  const at = now.getTime()
  await db
    .insertInto('job')
    .values({
      ...{ ...farewellJob, key: null, payload: 'null', state: 'dead', attempts: 1 },
      ...{ max_attempts: 1, run_at: at, created_at: at, finished_at: at },
      error: JSON.stringify({ name, reason } satisfies Untold)
    })
    .execute()
}

export interface Untold {
  /** What the account was called. */
  name: string
  /** The provider's words; null: the plugin was off all the time. */
  reason: string | null
}

/** What such a line says; null for those of other jobs. */
export function untoldIn(job: Pick<Job, 'owner' | 'name' | 'error'>): Untold | null {
  if (job.owner !== farewellJob.owner || job.name !== farewellJob.name) return null
  try {
    return JSON.parse(job.error ?? 'null') as Untold | null
  } catch {
    // It has died like any other job, and can be tried again.
    return null
  }
}

/** Another bot of the same account is another farewell. */
const keyOf = ({ id, external_id }: Account) => `${id}.${external_id}`
