import { setMaxListeners } from 'node:events'
import type { BlobStore } from '../../blob/store.ts'
import { resumeRest } from '../../conversation/step/resume.ts'
import type { Db } from '../../db/schema.ts'
import { together } from '../../db/together.ts'
import { inTransaction, onCommit } from '../../db/transaction.ts'
import type { Logger } from '../../plugin-api/account.ts'
import type { ChannelSession } from '../../plugin-api/channel.ts'
import { capabilitiesOf } from '../account/find.ts'
import { backoff } from './backoff.ts'
import { claimSteps, listDueAccounts, nextDueAt, type Claim } from './claim.ts'
import { failureOf, type Failure } from '../failure.ts'
import { Lane } from './lane.ts'
import { recordFailure, recordSent } from './outcome.ts'
import { listOrphans, listUnknown, releaseUnbegun } from './orphan.ts'
import { verdict } from './retry.ts'
import { findSent, sendStep, type Outcome } from './send.ts'
import type { Supervisor } from '../line/supervisor.ts'
import { pause, type Timing } from '../timing.ts'

export interface DispatcherTools {
  db: Db
  blobs: BlobStore
  supervisor: Pick<Supervisor, 'session' | 'setSending' | 'onOpen'>
  timing: Timing
  random: () => number
  log: Logger
}

const graceMs = 10_000
/** How long a step of the previous process waits for a session that may know about it. */
const orphanPatienceMs = 60_000
const topics = new Set(['outbox.added', 'account.changed'])

/**
 * Sends what waits in the outbox. A step is claimed on disk before the network hears of it, so that
 * a crash never sends it twice; what may or may not have arrived is left for a human.
 */
export class Dispatcher {
  #tools: DispatcherTools
  #write: ReturnType<typeof together>
  #lanes = new Map<number, Lane>()
  #flights = new Set<Promise<void>>()
  #orphans: Claim[] = []
  #startedAt = 0
  #pumping: Promise<void> | null = null
  #isAsked = false
  #isRunning = false
  #cut = heardByMany()
  #ending = heardByMany()
  #cancelAlarm = () => {}
  #deaf: (() => void)[] = []

  constructor(tools: DispatcherTools) {
    this.#tools = tools
    this.#write = together(tools.db)
  }

  async start(): Promise<void> {
    const { db, timing, supervisor } = this.#tools
    this.#startedAt = timing.now().getTime()
    await releaseUnbegun(db, timing.now())
    this.#orphans = await listOrphans(db)
    this.#isRunning = true
    this.#cut = heardByMany()
    this.#ending = heardByMany()
    this.#deaf = [
      supervisor.onOpen(() => this.#wake()),
      onCommit(db, news => {
        if (news.some(item => topics.has(item.topic))) this.#wake()
      })
    ]
    this.#wake()
  }

  /** Lets what is on its way arrive, for 10 s; the rest stays `sending` and is looked up at the next start. */
  async stop(): Promise<void> {
    this.#isRunning = false
    for (const end of this.#deaf) end()
    this.#cancelAlarm()
    await this.#pumping
    this.#ending.abort()
    const grace = new AbortController()
    const landed = Promise.all(this.#flights).then(() => grace.abort())
    await Promise.race([landed, pause(this.#tools.timing, graceMs, grace.signal)])
    this.#cut.abort()
  }

  /** Sends until nothing is due and nothing is on its way. */
  async drain(): Promise<void> {
    do {
      this.#wake()
      await this.#pumping
      await Promise.all(this.#flights)
    } while (this.#flights.size > 0 || this.#pumping)
  }

  /** "Check": asks the channel about a message that may have arrived. True when all of it is known now. */
  async check(messageId: number): Promise<boolean> {
    const { db, supervisor, timing } = this.#tools
    const unknown = await listUnknown(db, messageId)
    let found = 0
    for (const claim of unknown) {
      const session = supervisor.session(claim.row.account_id)
      const outcome = session && (await findSent(this.#tools, session, claim.row.client_ref))
      if (!outcome) continue
      await this.#record(claim, outcome)
      found += 1
    }
    const isKnown = found === unknown.length
    if (isKnown && found > 0) {
      await inTransaction(db, trx => resumeRest(trx, messageId, timing.now()))
    }
    return isKnown
  }

  #wake(): void {
    if (!this.#isRunning) return
    this.#isAsked = true
    this.#pumping ??= this.#pump().finally(() => (this.#pumping = null))
  }

  async #pump(): Promise<void> {
    while (this.#isAsked && this.#isRunning) {
      this.#isAsked = false
      try {
        this.#adoptOrphans()
        await this.#fillLanes()
      } catch (error) {
        this.#tools.log.error({ reason: failureOf(error).text }, 'outbox')
        this.#alarm(this.#now() + graceMs)
      }
    }
  }

  async #fillLanes(): Promise<void> {
    const { db, timing } = this.#tools
    const opens: number[] = []
    for (const account of await listDueAccounts(db, timing.now())) {
      const opensAt = await this.#fill(account.id, capabilitiesOf(account).rate)
      if (opensAt !== null) opens.push(opensAt)
    }
    const due = await nextDueAt(db, timing.now())
    if (due !== null) opens.push(due)
    if (this.#orphans.length > 0) opens.push(this.#startedAt + orphanPatienceMs)
    if (opens.length > 0) this.#alarm(Math.min(...opens))
  }

  /** Claims what there is room for. Answers when more room comes by time; null when something else will tell. */
  async #fill(id: number, rate: { perMinute: number; parallel: number }): Promise<number | null> {
    const session = this.#tools.supervisor.session(id)
    if (!session) return null
    const lane = this.#laneOf(id)
    const room = lane.room(rate, this.#now())
    if (room > 0) {
      const claims = await claimSteps(this.#tools.db, id, room, this.#tools.timing.now())
      lane.take(claims.length)
      for (const claim of claims) this.#launch(lane, this.#carry(lane, session, claim))
    }
    return lane.inFlight >= rate.parallel ? null : this.#openingOf(lane, rate)
  }

  #openingOf(lane: Lane, rate: { perMinute: number; parallel: number }): number | null {
    const opensAt = lane.opensAt(rate, this.#now())
    return opensAt > this.#now() ? opensAt : null
  }

  #launch(lane: Lane | null, work: Promise<void>): void {
    const flight = work
      .catch((error: unknown) =>
        this.#tools.log.error({ reason: failureOf(error).text }, 'outbox step')
      )
      .finally(() => {
        if (lane) lane.inFlight -= 1
        this.#flights.delete(flight)
        this.#wake()
      })
    this.#flights.add(flight)
  }

  async #carry(lane: Lane, session: ChannelSession, claim: Claim): Promise<void> {
    const outcome = await sendStep(this.#tools, session, claim.row, {
      cut: this.#cut.signal,
      ending: this.#ending.signal
    })
    await this.#record(claim, outcome)
    if (outcome.kind === 'sent') this.#sent(lane, claim.row.account_id)
    if (outcome.kind === 'failed') this.#failed(lane, claim.row.account_id, outcome.failure)
  }

  /** A full disk must not make us forget what the provider said: it is written as soon as it can be. */
  async #record(claim: Claim, outcome: Outcome): Promise<void> {
    const { timing, random, log } = this.#tools
    const now = timing.now()
    for (let tries = 1; outcome.kind !== 'left'; tries++) {
      try {
        if (outcome.kind === 'sent') {
          const { result } = outcome
          await this.#write(trx => recordSent(trx, claim, result, now))
        } else {
          const { failure } = outcome
          const decision = verdict(failure, claim.row.attempts, random, claim.row.kind)
          await this.#write(trx => recordFailure(trx, claim, failure, decision, now))
        }
        return
      } catch (error) {
        log.error({ step: claim.row.id, reason: failureOf(error).text }, 'outcome not kept')
        if (this.#cut.signal.aborted) return
        await pause(timing, backoff(tries, 1_000, 30_000, random), this.#cut.signal)
      }
    }
  }

  #sent(lane: Lane, accountId: number): void {
    if (lane.troubles >= 3) this.#tools.supervisor.setSending(accountId, null)
    lane.refusals = 0
    lane.troubles = 0
  }

  #failed(lane: Lane, accountId: number, failure: Failure): void {
    const { supervisor, random, log } = this.#tools
    if (failure.isUnexpected) log.warn({ account: accountId, reason: failure.text }, 'fault')
    const decision = verdict(failure, 1, random)
    if (decision.state === 'queued' && decision.pausesAccount) {
      lane.pause(this.#now() + decision.waitMs)
    }
    if (failure.kind === 'auth') {
      lane.refusals += 1
      if (lane.refusals < 2) return
      lane.refusals = 0
      supervisor.setSending(accountId, { state: 'needs_attention', reason: failure.text })
    } else if (failure.kind === 'temporary' && failure.detail.scope !== 'thread') {
      this.#troubled(lane, accountId, failure)
    }
  }

  /** From the third failure in a row it is the server, not the message: the others wait unharmed. */
  #troubled(lane: Lane, accountId: number, failure: Failure): void {
    if (!lane.noteTrouble(this.#now()) || lane.troubles < 3) return
    const { supervisor, random } = this.#tools
    lane.pause(this.#now() + backoff(lane.troubles - 2, 5_000, 300_000, random))
    supervisor.setSending(accountId, { state: 'delayed', reason: failure.text })
  }

  /** Steps that the previous process was sending when it ended. */
  #adoptOrphans(): void {
    const { supervisor } = this.#tools
    const isPatient = this.#now() < this.#startedAt + orphanPatienceMs
    const waiting: Claim[] = []
    for (const orphan of this.#orphans) {
      const session = supervisor.session(orphan.row.account_id)
      if (!session && isPatient) waiting.push(orphan)
      else this.#launch(null, this.#settleOrphan(session, orphan))
    }
    this.#orphans = waiting
  }

  async #settleOrphan(session: ChannelSession | null, orphan: Claim): Promise<void> {
    const { kind, client_ref } = orphan.row
    const isAsked = session !== null && kind !== 'action'
    const found = isAsked ? await findSent(this.#tools, session, client_ref) : null
    await this.#record(orphan, found ?? { kind: 'failed', failure: interrupted })
  }

  #laneOf(id: number): Lane {
    const lane = this.#lanes.get(id) ?? new Lane()
    this.#lanes.set(id, lane)
    return lane
  }

  #alarm(at: number): void {
    this.#cancelAlarm()
    this.#cancelAlarm = this.#tools.timing.after(Math.max(1, at - this.#now()), () => this.#wake())
  }

  #now(): number {
    return this.#tools.timing.now().getTime()
  }
}

const interrupted: Failure = {
  kind: 'unknown_outcome',
  detail: { code: 'interrupted' },
  text: 'Sapa stopped while this was being sent',
  isUnexpected: false
}

/** Every step in flight may listen; Node would warn of more than ten. */
function heardByMany(): AbortController {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  return controller
}
