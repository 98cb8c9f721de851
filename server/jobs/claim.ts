import { sql } from 'kysely'
import type { Db } from '../db/schema.ts'
import type { Job } from './table.ts'

/** Which kinds of jobs have a handler now, as `owner:name`. Others wait for their plugin. */
export type Kinds = readonly string[]

export const kindOf = (owner: string, name: string) => `${owner}:${name}`

/** Takes the next due job, counted before it starts, so that one that kills the process is counted too. */
export async function claimJob(
  db: Db,
  kinds: Kinds,
  leaseMs: number,
  now: Date
): Promise<Job | undefined> {
  const time = now.getTime()
  const { rows } = await sql<Job>`
    update job set state = 'running', attempts = attempts + 1, lease_until = ${time + leaseMs}
    where id = (
      select id from job where state = 'waiting' and run_at <= ${time}
        and owner || ':' || name in (${sql.join([...kinds])})
        and not exists (
          select 1 from job other where other.state = 'running' and other.key is not null
            and other.key = job.key and other.owner = job.owner and other.name = job.name
        )
      order by run_at, id limit 1
    ) returning *`.execute(db)
  return rows[0]
}

/** Keeps claimed jobs ours while their handlers work. */
export async function renewLeases(db: Db, ids: readonly number[], until: number): Promise<void> {
  if (ids.length === 0) return
  await db
    .updateTable('job')
    .set({ lease_until: until })
    .where('id', 'in', [...ids])
    .where('state', '=', 'running')
    .execute()
}

/** When something falls due next: a waiting job of these kinds, or the lease of a lost one. */
export async function nextDue(db: Db, kinds: Kinds): Promise<number | null> {
  if (kinds.length === 0) return null
  const { rows } = await sql<{ at: number | null }>`
    select min(at) as at from (
      select min(run_at) as at from job
        where state = 'waiting' and owner || ':' || name in (${sql.join([...kinds])})
      union all select min(lease_until) from job where state = 'running'
    )`.execute(db)
  return rows[0]?.at ?? null
}
