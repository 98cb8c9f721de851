import { sql } from 'kysely'
import type { BlobStore } from '../../blob/store.ts'
import type { Filtering } from '../../conversation/reply/guard.ts'
import type { Db } from '../../db/schema.ts'
import { onCommit } from '../../db/transaction.ts'
import { PoolError, type WorkerPool } from '../../jobs/pool.ts'
import type { Logger } from '../../plugin-api/account.ts'
import { isTrouble } from './apply.ts'
import { readBatch, type BatchMemory } from './read-batch.ts'
import type { Channels } from '../registry.ts'

export interface ReaderParts {
  db: Db
  blobs: BlobStore
  channels: Channels
  workers?: WorkerPool
  /** Reads again what was in hand when a thread or the process before this one ended. */
  outside?: WorkerPool
  clock: () => Date
  log: Logger
  /** What plugins change before it is stored. */
  filtering?: Filtering
  /** How long a channel may read one item. */
  parseMs?: number
}

/** Waits after trouble with the disk, longer each time. */
const pauseMs = [1_000, 5_000, 15_000, 60_000]

/**
 * Reads the journal: each account's items in order, accounts side by side. Woken by new items, by
 * a channel that comes, and at the start for what an earlier process has left.
 */
export class JournalReader {
  readonly #parts: ReaderParts
  readonly #memory = new Map<number, BatchMemory>()
  readonly #woken = new Set<number>()
  readonly #running = new Map<number, Promise<void>>()
  readonly #pauses = new Map<number, NodeJS.Timeout>()
  readonly #troubles = new Map<number, number>()
  #disposers: (() => void)[] = []
  #isStopping = false

  constructor(parts: ReaderParts) {
    this.#parts = parts
  }

  start(): void {
    if (this.#disposers.length > 0) return
    const { db, channels } = this.#parts
    this.#isStopping = false
    this.#disposers = [
      onCommit(db, news => {
        for (const item of news) if (item.topic === 'journal.added') this.#wake(item.account)
      }),
      channels.onChange(() => void this.#wakeAll())
    ]
    void this.#wakeAll()
  }

  /** Finishes the items in hand. */
  async stop(): Promise<void> {
    this.#isStopping = true
    for (const dispose of this.#disposers.splice(0)) dispose()
    for (const timer of this.#pauses.values()) clearTimeout(timer)
    this.#pauses.clear()
    await Promise.all(this.#running.values())
  }

  /** Reads everything that can be read now. */
  async drain(): Promise<void> {
    await this.#wakeAll()
    while (this.#running.size > 0) await Promise.all(this.#running.values())
  }

  async #wakeAll(): Promise<void> {
    try {
      const rows = await this.#parts.db
        .selectFrom('journal')
        .select('account_id')
        .distinct()
        .where('state', '=', sql.lit('pending'))
        .execute()
      for (const row of rows) this.#wake(row.account_id)
    } catch (error) {
      this.#parts.log.error({ err: error }, 'The journal could not be read')
    }
  }

  #wake(accountId: number): void {
    this.#woken.add(accountId)
    if (this.#isStopping || this.#running.has(accountId) || this.#pauses.has(accountId)) return
    this.#running.set(accountId, this.#run(accountId))
  }

  async #run(accountId: number): Promise<void> {
    await Promise.resolve()
    while (!this.#isStopping && this.#woken.delete(accountId)) {
      try {
        const memory = this.#memoryOf(accountId)
        while (!this.#isStopping && (await readBatch(this.#parts, accountId, memory)));
        this.#troubles.delete(accountId)
      } catch (error) {
        if (error instanceof PoolError && error.code === 'stopped') break
        this.#pause(accountId, error)
        break
      }
    }
    // In the same tick as the last look at `#woken`, so that no wake is lost.
    this.#running.delete(accountId)
  }

  #pause(accountId: number, error: unknown): void {
    const { log } = this.#parts
    const count = (this.#troubles.get(accountId) ?? 0) + 1
    this.#troubles.set(accountId, count)
    const facts = { account: accountId, isDisk: isTrouble(error), code: codeOf(error) }
    log.error(facts, 'Reading the journal has to wait')
    if (this.#isStopping) return
    const resume = () => {
      this.#pauses.delete(accountId)
      this.#wake(accountId)
    }
    const timer = setTimeout(resume, pauseMs[Math.min(count, pauseMs.length) - 1]).unref()
    this.#pauses.set(accountId, timer)
  }

  #memoryOf(accountId: number): BatchMemory {
    const known = this.#memory.get(accountId)
    if (known) return known
    const memory = { later: new Set<number>(), spared: new Set<number>() }
    this.#memory.set(accountId, memory)
    return memory
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error ? String(error.code) : error.name
}
