import { Cron } from 'croner'
import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { addJob } from './add.ts'

export interface Schedule {
  owner: string
  name: string
  cron: string
  timeZone: string
}

/** Throws when `cron` or the time zone make no sense. */
export function nextRun(schedule: Schedule, after: Date): number {
  const cron = new Cron(schedule.cron, { timezone: schedule.timeZone })
  const next = cron.nextRun(after)
  if (!next) throw new Error(`The schedule ${schedule.cron} has no next run`)
  return next.getTime()
}

/**
 * Queues the job of a schedule that is due, once however many runs were missed,
 * and remembers when it is due next. The first call only remembers. Returns when it is due next.
 */
export async function runSchedule(db: Db, schedule: Schedule, now: Date): Promise<number> {
  return inTransaction(db, async trx => {
    const { owner, name, cron, timeZone } = schedule
    const known = await findSchedule(trx, schedule)
    const isSame = known?.cron === cron && known.time_zone === timeZone
    if (isSame && known.next_at > now.getTime()) return known.next_at
    const isDue = known !== undefined && known.next_at <= now.getTime()
    if (isDue) {
      const job = { owner, name, payload: null, runAt: now.getTime(), key: 'schedule' }
      await addJob(trx, job, now)
    }
    const last_at = isDue ? now.getTime() : (known?.last_at ?? null)
    const next = nextRun(schedule, now)
    const row = { cron, time_zone: timeZone, next_at: next, last_at }
    await trx
      .insertInto('schedule')
      .values({ owner, name, ...row })
      .onConflict(conflict => conflict.columns(['owner', 'name']).doUpdateSet(row))
      .execute()
    return next
  })
}

function findSchedule(db: Db, schedule: Schedule) {
  return db
    .selectFrom('schedule')
    .selectAll()
    .where('owner', '=', schedule.owner)
    .where('name', '=', schedule.name)
    .executeTakeFirst()
}
