import pino from 'pino'
import t, { type Test } from 'tap'
import { openDb } from '../../server/db/open.ts'
import { inTransaction } from '../../server/db/transaction.ts'
import { claimJob } from '../../server/jobs/claim.ts'
import { listDeadJobs, retryJob } from '../../server/jobs/dead.ts'
import { createJobs, type JobsOptions } from '../../server/jobs/jobs.ts'
import { openTestDb } from '../support/database.ts'
import { until } from '../support/until.ts'

const noon = new Date('2026-11-20T12:00:00Z')
const later = (ms: number) => new Date(noon.getTime() + ms)
const hour = 3_600_000

async function setup(t: Test, options: Partial<JobsOptions> = {}) {
  const { db, file } = await openTestDb(t)
  const log = pino({ enabled: false })
  const jobs = createJobs(db, { clock: () => noon, log, ...options })
  t.teardown(() => jobs.stop())
  return { db, file, jobs }
}

t.test('a job runs after its transaction, and only then', async t => {
  const { db, jobs } = await setup(t)
  const sent: unknown[] = []
  jobs.handle('core', 'send-notice', async payload => void sent.push(payload))

  await inTransaction(db, async trx => {
    await jobs.add(trx, 'core', 'send-notice', { to: 'rina@toko.example' })
    throw new Error('dibatalkan')
  }).catch(() => {})
  await jobs.tick(noon)
  t.same(sent, [])

  await inTransaction(db, trx => jobs.add(trx, 'core', 'send-notice', { to: 'budi@toko.example' }))
  await jobs.tick(noon)
  t.same(sent, [{ to: 'budi@toko.example' }])
  await jobs.tick(later(hour))
  t.equal(sent.length, 1)
  t.same(await db.selectFrom('job').selectAll().execute(), [])
})

t.test('started, it wakes by the commit and by the clock', async t => {
  const { db, jobs } = await setup(t, { clock: () => new Date() })
  const ran: unknown[] = []
  jobs.handle('core', 'wake-conversation', async payload => void ran.push(payload))
  jobs.start()

  await jobs.add(db, 'core', 'wake-conversation', 1042)
  await until(() => ran.length === 1)
  await jobs.add(db, 'core', 'wake-conversation', 1043, { runAt: Date.now() + 150 })
  t.same(ran, [1042])
  await until(() => ran.length === 2)
})

t.test('no wake-up is lost while the queue goes to sleep', async t => {
  const { db, jobs } = await setup(t, { clock: () => new Date() })
  let ran = 0
  jobs.handle('core', 'send-notice', async () => void followUp(++ran))
  // Each comes a little later after the one before, to meet the queue at every step of its round.
  const followUp = async (turns: number) => {
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    if (turns < 200) await jobs.add(db, 'core', 'send-notice', turns)
  }
  jobs.start()

  await jobs.add(db, 'core', 'send-notice', 0)

  await until(() => ran === 200, { what: 'the last of 200 jobs' })
})

t.test('a failing job is tried again with a growing wait, then it is dead', async t => {
  const { db, jobs } = await setup(t)
  let attempts = 0
  jobs.handle('core', 'fetch-media', async () => {
    attempts += 1
    throw new Error('Server tidak menjawab')
  })
  await jobs.add(db, 'core', 'fetch-media', null, { maxAttempts: 3 })

  await jobs.tick(noon)
  t.equal(attempts, 1)
  await jobs.tick(later(3_000))
  t.equal(attempts, 1, 'not before its time')
  await jobs.tick(later(6_500))
  t.equal(attempts, 2)
  await jobs.tick(later(60_000))
  t.equal(attempts, 3)
  await jobs.tick(later(10 * hour))

  t.equal(attempts, 3)
  const [dead] = await listDeadJobs(db)
  t.match(dead, { name: 'fetch-media', attempts: 3, error: 'Server tidak menjawab' })
})

t.test('a dead job gets all its attempts again', async t => {
  const { db, jobs } = await setup(t)
  let isUp = false
  let runs = 0
  jobs.handle('core', 'fetch-media', async () => {
    if (!isUp) throw new Error('Server tidak menjawab')
    runs += 1
  })
  await jobs.add(db, 'core', 'fetch-media', null, { maxAttempts: 1 })
  await jobs.tick(noon)
  const [dead] = await listDeadJobs(db)

  isUp = true
  await retryJob(db, dead?.id ?? 0, noon)
  await jobs.tick(noon)

  t.equal(runs, 1)
  t.same(await listDeadJobs(db), [])
  await t.rejects(retryJob(db, 999, noon), { code: 'not_found' })
})

t.test('a crash between claim and finish runs the job again when its lease ends', async t => {
  const { db, file, jobs } = await setup(t)
  await jobs.add(db, 'core', 'export-customers', { customer: 7 })
  const lost = openDb(file)
  await claimJob(lost, ['core:export-customers'], 60_000, noon)
  await lost.destroy()
  const ran: unknown[] = []
  jobs.handle('core', 'export-customers', async payload => void ran.push(payload))

  await jobs.tick(later(59_000))
  t.same(ran, [], 'the lease still holds')
  await jobs.tick(later(61_000))
  t.same(ran, [], 'a wait after the lost attempt')
  await jobs.tick(later(70_000))
  t.same(ran, [{ customer: 7 }])
})

t.test('a job that kills its process every time ends on the dead list', async t => {
  const { db, jobs } = await setup(t)
  await jobs.add(db, 'core', 'export-customers', null, { maxAttempts: 2 })
  jobs.handle('core', 'send-notice', async () => {})
  for (const day of [1, 2]) {
    await claimJob(db, ['core:export-customers'], 60_000, later(day * 24 * hour))
    await jobs.tick(later(day * 24 * hour + 60_000))
  }

  t.match(await listDeadJobs(db), [{ attempts: 2, error: /stopped while this job was running/ }])
})

t.test('jobs without a handler wait for their plugin', async t => {
  const { db, jobs } = await setup(t)
  await jobs.add(db, 'telegram', 'sync', null)
  await jobs.tick(noon)
  let runs = 0

  const dispose = jobs.handle('telegram', 'sync', async () => void (runs += 1))
  t.throws(() => jobs.handle('telegram', 'sync', async () => {}), /already has a handler/)
  await jobs.tick(noon)
  await dispose()
  await jobs.add(db, 'telegram', 'sync', null)
  await jobs.tick(noon)

  t.equal(runs, 1)
})

t.test('a key keeps one waiting job with the newest payload and the earliest time', async t => {
  const { db, jobs } = await setup(t)
  const ran: unknown[] = []
  jobs.handle('core', 'recount', async payload => void ran.push(payload))
  const add = (payload: string, ms: number) =>
    jobs.add(db, 'core', 'recount', payload, { key: 'tim-gudang', runAt: noon.getTime() + ms })

  await add('pertama', 1_000)
  await add('kedua', 9_000)
  await jobs.add(db, 'core', 'recount', 'lain', { key: 'tim-toko' })
  await jobs.tick(later(1_000))

  t.same(ran, ['lain', 'kedua'])
})

t.test(
  'news that come while a keyed job runs are not lost, and it never runs twice at once',
  async t => {
    const { db, jobs } = await setup(t)
    const ran: unknown[] = []
    let atOnce = 0
    let most = 0
    jobs.handle('core', 'recount', async payload => {
      most = Math.max(most, ++atOnce)
      ran.push(payload)
      if (payload === 'pertama') await jobs.add(db, 'core', 'recount', 'kedua', { key: 'tim' })
      atOnce -= 1
      if (payload === 'pertama') throw new Error('gagal di tengah')
    })

    await jobs.add(db, 'core', 'recount', 'pertama', { key: 'tim' })
    await jobs.tick(noon)
    await jobs.tick(later(hour))

    t.same(ran, ['pertama', 'kedua'], 'the newer job stands for the failed one')
    t.equal(most, 1)
  }
)

t.test('no more jobs at once than the limit', async t => {
  const { db, jobs } = await setup(t, { concurrency: 2 })
  let atOnce = 0
  let most = 0
  jobs.handle('core', 'thumbnail', async () => {
    most = Math.max(most, ++atOnce)
    await new Promise(setImmediate)
    atOnce -= 1
  })
  for (let photo = 0; photo < 7; photo++) await jobs.add(db, 'core', 'thumbnail', photo)

  await jobs.tick(noon)

  t.equal(most, 2)
  t.same(await db.selectFrom('job').select('id').execute(), [])
})

t.test('a job that takes too long is aborted and makes room', async t => {
  const { db, jobs } = await setup(t, { timeoutMs: 30, concurrency: 1 })
  const signals: AbortSignal[] = []
  jobs.handle('core', 'stuck', (_, signal) => {
    signals.push(signal)
    return new Promise(() => {})
  })
  let isNext = false
  jobs.handle('core', 'next', async () => void (isNext = true))
  await jobs.add(db, 'core', 'stuck', null, { maxAttempts: 1 })
  await jobs.add(db, 'core', 'next', null)

  await jobs.tick(noon)

  t.ok(signals[0]?.aborted)
  t.ok(isNext)
  t.match(await listDeadJobs(db), [{ error: /longer than 30 ms/ }])
})

t.test('stopping gives running jobs back without counting the attempt', async t => {
  const { db, jobs } = await setup(t, { graceMs: 20 })
  let begun = 0
  jobs.handle('core', 'stuck', (_, signal) => {
    begun += 1
    return new Promise((resolve, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason))
    )
  })
  jobs.start()
  await jobs.add(db, 'core', 'stuck', null)
  await until(() => begun === 1)

  await jobs.stop()

  const row = await db.selectFrom('job').selectAll().executeTakeFirstOrThrow()
  t.match(row, { state: 'waiting', attempts: 0, lease_until: null, error: null })
})
