import { randomBytes } from 'node:crypto'
import type { OutboundStep, SapaContext, SendResult } from 'sapa/plugin-api'
import { isTaken, outcomeOf, type Ack } from './ack.ts'
import { notePeople } from './people.ts'
import { findStep, keepLeases, markTaken, type Lease } from './steps.ts'
import type { RemoteDb } from './table.ts'

/** Core takes twelve minutes of silence for an unknown outcome; before that a step is handed back. */
const holdMs = 9 * 60_000

export interface LeasedStep {
  step: OutboundStep
  lease: string
  until: number
}

interface Waiting {
  step: OutboundStep
  /** False until it is known who holds it from before. */
  isReady: boolean
  lease: string
  until: number
  end(work: () => SendResult): void
}

/** The steps of one account that wait for its program. */
export class Queue {
  readonly #db: RemoteDb
  readonly #account: number
  readonly #fail: SapaContext['failure']
  readonly #waiting = new Map<string, Waiting>()
  readonly #sleepers = new Set<() => void>()
  #isClosed = false

  constructor(db: RemoteDb, account: number, fail: SapaContext['failure']) {
    this.#db = db
    this.#account = account
    this.#fail = fail
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  get figures(): { waiting: number; leased: number } {
    const all = [...this.#waiting.values()]
    const leased = all.filter(({ until }) => until > Date.now()).length
    return { waiting: all.length - leased, leased }
  }

  /** Ends when the program has said what became of it, or when it is handed back to core unsent. */
  async send(step: OutboundStep): Promise<SendResult> {
    const { clientRef } = step
    const { promise, resolve } = later<() => SendResult>()
    const waiting: Waiting = { step, isReady: false, lease: '', until: 0, end: resolve }
    const handBack = () => resolve(() => this.#handBack())
    const timer = setTimeout(handBack, holdMs)
    const signals = [step.signal, ...(step.ending ? [step.ending] : [])]
    for (const signal of signals) signal.addEventListener('abort', handBack, { once: true })
    try {
      if (this.#isClosed || signals.some(signal => signal.aborted)) return this.#handBack()
      this.#waiting.set(clientRef, waiting)
      await this.#recall(waiting)
      return (await promise)()
    } finally {
      clearTimeout(timer)
      for (const signal of signals) signal.removeEventListener('abort', handBack)
      if (this.#waiting.get(clientRef) === waiting) this.#waiting.delete(clientRef)
    }
  }

  /** Up to `most` steps that nobody else holds, the oldest first. */
  async lease(most: number, leaseMs: number): Promise<LeasedStep[]> {
    const now = Date.now()
    const free = [...this.#waiting.values()].filter(one => one.isReady && one.until <= now)
    const taken = free.slice(0, most)
    if (taken.length === 0) return []
    // Marked before anything is awaited: no other poller can get them.
    for (const one of taken) {
      one.lease = randomBytes(12).toString('base64url')
      one.until = now + leaseMs
    }
    const leases = taken.map(({ step, lease, until }) => ({
      clientRef: step.clientRef,
      lease,
      until
    }))
    try {
      const people = taken.map(({ step: { clientRef: ref, to } }) => ({ ref, ...to }))
      await notePeople(this.#db, this.#account, 'step', people, now)
      await keepLeases(this.#db, this.#account, leases, now)
    } catch (error) {
      this.release(leases)
      throw error
    }
    return taken.map(({ step, lease, until }) => ({ step, lease, until }))
  }

  /** Nobody got them after all. */
  release(leases: readonly Pick<Lease, 'clientRef' | 'lease'>[]): void {
    for (const { clientRef, lease } of leases) {
      const waiting = this.#waiting.get(clientRef)
      if (waiting?.lease === lease) waiting.until = 0
    }
    this.#wake()
  }

  /** Until there may be something to lease, but no longer than `ms`. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#isClosed || signal.aborted) return
    const now = Date.now()
    const ends = [...this.#waiting.values()]
      .map(({ until }) => until - now)
      .filter(left => left > 0)
    const { promise, resolve: wake } = later<void>()
    const timer = setTimeout(wake, Math.max(1, Math.min(ms, ...ends)))
    this.#sleepers.add(wake)
    const stop = () => wake()
    signal.addEventListener('abort', stop, { once: true })
    await promise
    clearTimeout(timer)
    this.#sleepers.delete(wake)
    signal.removeEventListener('abort', stop)
  }

  /** A step that somebody holds just now, for its files. */
  leased(clientRef: string): OutboundStep | undefined {
    const waiting = this.#waiting.get(clientRef)
    return waiting && waiting.until > Date.now() ? waiting.step : undefined
  }

  /** Tells core what the program said. False: core does not ask at the moment, and will be told later. */
  async settle(clientRef: string, ack: Ack): Promise<boolean> {
    const waiting = this.#waiting.get(clientRef)
    if (!waiting) return false
    this.#waiting.delete(clientRef)
    // Nothing is known to have happened before the program says so. If Sapa ends now, before core has
    // noted it, core asks `findSent` instead of offering the step again.
    if (isTaken(ack)) await waiting.step.begin().catch(() => undefined)
    await markTaken(this.#db, this.#account, clientRef)
    waiting.end(() => outcomeOf(ack, this.#fail))
    return true
  }

  /** Ends every poll and hands every step back. */
  close(): void {
    this.#isClosed = true
    for (const waiting of this.#waiting.values()) waiting.end(() => this.#handBack())
    this.#waiting.clear()
    this.#wake()
  }

  /** What a former process, or an ack while nobody asked, has left behind. */
  async #recall(waiting: Waiting): Promise<void> {
    const { clientRef } = waiting.step
    const known = await findStep(this.#db, this.#account, clientRef)
    if (this.#waiting.get(clientRef) !== waiting) return
    if (known && known.ack !== null && known.is_taken === 0) {
      await this.settle(clientRef, JSON.parse(known.ack) as Ack)
      return
    }
    waiting.lease = known?.lease ?? ''
    waiting.until = known?.leased_until ?? 0
    waiting.isReady = true
    this.#wake()
  }

  /** It was not sent, or its program folds the repeat: core asks again, and no attempt is counted. */
  #handBack(): never {
    throw this.#fail('rate_limited', 'The program has not answered yet', {
      ...{ retryAfterMs: 1_000, scope: 'thread' }
    })
  }

  #wake(): void {
    for (const wake of this.#sleepers) wake()
  }
}

function later<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>(done => (resolve = done))
  return { promise, resolve }
}
