import type { Db } from '../db/schema.ts'
import type { Logger } from '../plugin-api/account.ts'
import type { Dispose } from '../plugin-api/plugin.ts'
import { createRunner, type Work } from './runner.ts'

/**
 * Work that survives a crash, kept in the database. A job runs at least once: its handler must bear
 * a repetition. `owner` is `core` or a plugin's id.
 */
export interface Jobs {
  /** Names the work for jobs of this kind. Undoing it aborts those that run; they wait for the next handler. */
  handle(owner: string, name: string, work: Work): Dispose
  /** Queues a job in the transaction that `db` may be; it starts after the commit. */
  add(db: Db, owner: string, name: string, payload: unknown, options?: JobOptions): Promise<void>
  /** Queues the job by the clock. Missed runs are made up for once. */
  every(owner: string, name: string, cron: string, timeZone?: string): Dispose
  start(): void
  /** Lets running jobs end, then aborts and gives them back. */
  stop(): Promise<void>
  /** Runs everything that is due at `now` and waits for it. For tests and commands. */
  tick(now: Date): Promise<void>
}

export interface JobOptions {
  runAt?: number
  /** One waiting job of its kind per key; two of the same key never run at once. */
  key?: string
  maxAttempts?: number
}

export interface JobsOptions {
  clock: () => Date
  log: Logger
  concurrency?: number
  /** How long a crashed process keeps its jobs from the next one. */
  leaseMs?: number
  /** How long one job may take. */
  timeoutMs?: number
  /** How long `stop` lets jobs go on before it aborts them. */
  graceMs?: number
}

export function createJobs(db: Db, options: JobsOptions): Jobs {
  return createRunner(db, {
    concurrency: 4,
    leaseMs: 60_000,
    timeoutMs: 15 * 60_000,
    graceMs: 5_000,
    ...options
  })
}
