import type { Generated, Selectable } from 'kysely'

/**
 * `owner` is `core` or a plugin's id. `key` keeps one waiting job of its kind, and never two of them
 * run at once. A job that is done is deleted.
 */
export interface JobTable {
  id: Generated<number>
  owner: string
  name: string
  key: string | null
  payload: Generated<string>
  state: Generated<'waiting' | 'running' | 'dead'>
  attempts: Generated<number>
  max_attempts: Generated<number>
  run_at: number
  lease_until: number | null
  error: string | null
  created_at: number
  finished_at: number | null
}

export interface ScheduleTable {
  owner: string
  name: string
  cron: string
  time_zone: Generated<string>
  next_at: number
  last_at: number | null
}

export type Job = Selectable<JobTable>

declare module '../db/schema.ts' {
  interface Tables {
    job: JobTable
    schedule: ScheduleTable
  }
}

declare module '../db/transaction.ts' {
  interface News {
    'job.added': { owner: string; name: string }
  }
}
