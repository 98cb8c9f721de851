import pino from 'pino'
import t, { type Test } from 'tap'
import { backoff } from '../../server/jobs/backoff.ts'
import { createJobs } from '../../server/jobs/jobs.ts'
import { openTestDb } from '../support/database.ts'

const noon = new Date('2026-11-20T12:00:00Z')
const later = (ms: number) => new Date(noon.getTime() + ms)
const hour = 3_600_000
const log = pino({ enabled: false })

async function setup(t: Test) {
  const { db } = await openTestDb(t)
  const jobs = createJobs(db, { clock: () => noon, log })
  t.teardown(() => jobs.stop())
  return { db, jobs }
}

t.test('a schedule runs by the clock of its zone, and missed runs run once', async t => {
  const { jobs } = await setup(t)
  const runs: string[] = []
  let now = noon
  const tick = (time: string) => jobs.tick((now = new Date(time)))
  jobs.handle('core', 'digest', async () => void runs.push(now.toISOString()))
  jobs.handle('core', 'sweep', async () => void runs.push('sweep'))
  jobs.every('core', 'digest', '0 8 * * *', 'Asia/Jakarta')
  t.throws(() => jobs.every('core', 'sweep', 'sometimes'))

  await tick('2026-11-20T12:00:00Z')
  await tick('2026-11-21T00:59:00Z')
  t.same(runs, [], 'eight in Jakarta is one in UTC')
  await tick('2026-11-21T01:00:00Z')
  await tick('2026-11-21T02:00:00Z')
  t.same(runs, ['2026-11-21T01:00:00.000Z'])
  await tick('2026-11-25T03:00:00Z')
  t.equal(runs.length, 2, 'four days off, one run')
  await tick('2026-11-25T04:00:00Z')
  t.equal(runs.length, 2)
})

t.test('a schedule that was missed while Sapa was off runs once after the start', async t => {
  const { db, jobs } = await setup(t)
  jobs.handle('core', 'sweep', async () => {})
  jobs.every('core', 'sweep', '0 * * * *')
  await jobs.tick(noon)
  await jobs.stop()
  let runs = 0
  const next = createJobs(db, { clock: () => later(5 * hour), log })
  next.handle('core', 'sweep', async () => void (runs += 1))
  next.every('core', 'sweep', '0 * * * *')

  await next.tick(later(5 * hour + 60_000))
  await next.tick(later(5 * hour + 120_000))

  t.equal(runs, 1)
})

t.test('waits grow to an hour and are never equal for all', async t => {
  t.equal(
    backoff(1, () => 0.5),
    5_000
  )
  t.equal(
    backoff(3, () => 0.5),
    80_000
  )
  t.equal(
    backoff(20, () => 0.5),
    3_600_000
  )
  t.ok(backoff(1, () => 0) < backoff(1, () => 1))
})
