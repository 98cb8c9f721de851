import type { Db } from '../db/schema.ts'
import { onCommit } from '../db/transaction.ts'
import type { Dispose } from '../plugin-api/plugin.ts'
import { addJob } from './add.ts'
import { claimJob, kindOf, nextDue, renewLeases } from './claim.ts'
import { failJob, finishJob, recoverJobs, releaseJob } from './finish.ts'
import type { JobOptions, Jobs, JobsOptions } from './jobs.ts'
import { nextRun, runSchedule, type Schedule } from './schedule.ts'
import type { Job } from './table.ts'
import { within } from './within.ts'

/** `signal` is aborted when the job takes too long, its plugin is switched off, or Sapa stops. */
export type Work = (payload: unknown, signal: AbortSignal) => Promise<void>

interface Running {
  kind: string
  stop: AbortController
  ended: Promise<void>
}

/** Why a job was aborted: given back, not failed. */
const givenBack = new Error('The job was given back')

export function createRunner(db: Db, options: Required<JobsOptions>): Jobs {
  return new Runner(db, options)
}

class Runner implements Jobs {
  readonly #db: Db
  readonly #options: Required<JobsOptions>
  readonly #works = new Map<string, Work>()
  readonly #schedules = new Map<string, { schedule: Schedule; nextAt: number }>()
  readonly #running = new Map<number, Running>()
  #isStarted = false
  #pumping: Promise<void> | null = null
  #isWoken = false
  #timer: NodeJS.Timeout | undefined
  #renewal: NodeJS.Timeout | undefined
  #unlisten: (() => void) | undefined

  constructor(db: Db, options: Required<JobsOptions>) {
    this.#db = db
    this.#options = options
  }

  handle(owner: string, name: string, work: Work): Dispose {
    const kind = kindOf(owner, name)
    if (this.#works.has(kind)) throw new Error(`The job ${kind} already has a handler`)
    this.#works.set(kind, work)
    this.#wake()
    return async () => {
      if (this.#works.get(kind) !== work) return
      this.#works.delete(kind)
      await this.#abort(running => running.kind === kind)
    }
  }

  async add(
    db: Db,
    owner: string,
    name: string,
    payload: unknown,
    options: JobOptions = {}
  ): Promise<void> {
    const now = this.#options.clock()
    const { runAt = now.getTime(), key, maxAttempts } = options
    await addJob(db, { owner, name, payload, runAt, key, maxAttempts }, now)
  }

  every(owner: string, name: string, cron: string, timeZone = 'UTC'): Dispose {
    const schedule = { owner, name, cron, timeZone }
    nextRun(schedule, this.#options.clock())
    const entry = { schedule, nextAt: 0 }
    const kind = kindOf(owner, name)
    this.#schedules.set(kind, entry)
    this.#wake()
    return () => {
      if (this.#schedules.get(kind) === entry) this.#schedules.delete(kind)
    }
  }

  start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    this.#unlisten = onCommit(this.#db, news => {
      if (news.some(item => item.topic === 'job.added')) this.#wake()
    })
    this.#renewal = setInterval(() => this.#renew(), this.#options.leaseMs / 3).unref()
    this.#wake()
  }

  async stop(): Promise<void> {
    this.#isStarted = false
    this.#unlisten?.()
    clearTimeout(this.#timer)
    await this.#pumping
    const ended = Promise.all([...this.#running.values()].map(running => running.ended))
    await within(ended, this.#options.graceMs)
    await this.#abort(() => true)
    clearInterval(this.#renewal)
  }

  async tick(now: Date): Promise<void> {
    do {
      await this.#pump(() => now)
      await Promise.all([...this.#running.values()].map(running => running.ended))
    } while (await this.#isDue(now))
  }

  async #isDue(now: Date): Promise<boolean> {
    const next = await nextDue(this.#db, [...this.#works.keys()])
    return next !== null && next <= now.getTime()
  }

  /** One round at a time; a wake-up during a round makes another one. */
  #wake(): void {
    this.#isWoken = true
    if (this.#isStarted) this.#pumping ??= this.#rounds()
  }

  async #rounds(): Promise<void> {
    let wait = 0
    try {
      do {
        this.#isWoken = false
        await this.#pump(this.#options.clock)
        wait = await this.#pauseMs()
      } while (this.#isWoken && this.#isStarted)
    } catch (error) {
      this.#options.log.error({ err: error }, 'The job queue could not be read')
      wait = 5_000
    }
    // No await between the last look at isWoken and this: a wake-up would be lost.
    this.#pumping = null
    this.#rest(wait)
  }

  async #pauseMs(): Promise<number> {
    const job = await nextDue(this.#db, [...this.#works.keys()])
    const isFull = this.#running.size >= this.#options.concurrency
    const times = [...this.#schedules.values()].map(entry => entry.nextAt)
    if (job !== null && !isFull) times.push(job)
    const wait = Math.min(...times) - this.#options.clock().getTime()
    // Never a busy loop: a due job may have to wait for a running one with the same key.
    return Math.min(Math.max(wait, 50), 60_000)
  }

  #rest(ms: number): void {
    clearTimeout(this.#timer)
    if (this.#isStarted) this.#timer = setTimeout(() => this.#wake(), ms).unref()
  }

  async #pump(clock: () => Date): Promise<void> {
    await recoverJobs(this.#db, [...this.#running.keys()], clock())
    for (const entry of this.#schedules.values()) {
      if (entry.nextAt > clock().getTime()) continue
      entry.nextAt = await runSchedule(this.#db, entry.schedule, clock())
    }
    while (this.#running.size < this.#options.concurrency && this.#works.size > 0) {
      const kinds = [...this.#works.keys()]
      const job = await claimJob(this.#db, kinds, this.#options.leaseMs, clock())
      if (!job) return
      this.#begin(job, clock)
    }
  }

  #begin(job: Job, clock: () => Date): void {
    const kind = kindOf(job.owner, job.name)
    const stop = new AbortController()
    const ended = this.#run(job, stop, clock)
      .catch(error =>
        this.#options.log.error({ err: error, job: job.id }, 'A job was not recorded')
      )
      .finally(() => {
        this.#running.delete(job.id)
        this.#wake()
      })
    this.#running.set(job.id, { kind, stop, ended })
  }

  async #run(job: Job, stop: AbortController, clock: () => Date): Promise<void> {
    const tooLong = new Error(`The job took longer than ${this.#options.timeoutMs} ms`)
    const timer = setTimeout(() => stop.abort(tooLong), this.#options.timeoutMs)
    try {
      const work = this.#works.get(kindOf(job.owner, job.name))
      if (!work) throw givenBack
      await Promise.race([work(JSON.parse(job.payload), stop.signal), aborted(stop.signal)])
      await finishJob(this.#db, job)
    } catch (error) {
      if (stop.signal.reason === givenBack || error === givenBack) {
        return await releaseJob(this.#db, job, clock())
      }
      const { id, owner, name, attempts } = job
      this.#options.log.warn({ err: error, job: id, owner, name, attempts }, 'A job failed')
      await failJob(this.#db, job, reasonOf(error), clock())
    } finally {
      clearTimeout(timer)
    }
  }

  async #abort(which: (running: Running) => boolean): Promise<void> {
    const chosen = [...this.#running.values()].filter(which)
    for (const running of chosen) running.stop.abort(givenBack)
    await Promise.all(chosen.map(running => running.ended))
  }

  #renew(): void {
    const until = this.#options.clock().getTime() + this.#options.leaseMs
    renewLeases(this.#db, [...this.#running.keys()], until).catch(error =>
      this.#options.log.error({ err: error }, 'The leases of jobs could not be renewed')
    )
  }
}

/** Rejects when the signal does, so that a job that ignores its signal keeps no place. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500)
}
