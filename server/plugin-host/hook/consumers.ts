import type { Logger } from 'pino'
import type { Db } from '../../db/schema.ts'
import { onCommit } from '../../db/transaction.ts'
import type { Delivery, EventName } from '../../plugin-api/hooks.ts'
import type { Calls } from '../call/call.ts'
import { beginConsumer, callConsumer, feedConsumer, type Consumer } from './consumer.ts'

export interface ConsumersParts {
  db: Db
  calls: Calls
  log: Logger
  clock: () => Date
}

const afterTroubleMs = 30_000

/** Keeps every durable consumer of the active plugins fed; woken by commits and by the clock. */
export class Consumers {
  readonly #parts: ConsumersParts
  readonly #running = new Map<Consumer, Promise<void>>()
  readonly #woken = new Set<Consumer>()
  readonly #timers = new Map<Consumer, NodeJS.Timeout>()
  readonly #all = new Set<Consumer>()
  readonly #begun = new WeakSet<Consumer>()
  readonly #ignore: () => void

  constructor(parts: ConsumersParts) {
    this.#parts = parts
    this.#ignore = onCommit(parts.db, () => this.wake())
  }

  /** The returned function waits until the one in hand has ended. */
  add(consumer: Consumer): () => Promise<void> {
    this.#all.add(consumer)
    this.#wake(consumer)
    return async () => {
      this.#all.delete(consumer)
      this.#woken.delete(consumer)
      clearTimeout(this.#timers.get(consumer))
      this.#timers.delete(consumer)
      await this.#running.get(consumer)
    }
  }

  /** Everything may have something new. */
  wake(): void {
    for (const consumer of this.#all) this.#wake(consumer)
  }

  find(plugin: string, key: string): Consumer | undefined {
    return [...this.#all].find(one => one.plugin === plugin && one.key === key)
  }

  /** One delivery out of turn. Throws what the plugin threw. */
  bring(consumer: Consumer, delivery: Delivery<EventName>): Promise<void> {
    return callConsumer(this.#parts.calls, consumer, delivery)
  }

  /** Resolves when nobody has anything in hand. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values())
  }

  stop(): void {
    this.#ignore()
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    this.#all.clear()
  }

  #wake(consumer: Consumer): void {
    this.#woken.add(consumer)
    if (this.#running.has(consumer)) return
    this.#running.set(consumer, this.#run(consumer))
  }

  async #run(consumer: Consumer): Promise<void> {
    const { db, calls, clock, log } = this.#parts
    while (this.#woken.delete(consumer) && this.#all.has(consumer)) {
      try {
        await this.#begin(consumer)
        const nextAt = await feedConsumer(db, calls, consumer, clock)
        if (nextAt !== null) this.#later(consumer, nextAt - clock().getTime())
      } catch (error) {
        log.error({ err: error, plugin: consumer.plugin }, 'a consumer could not be fed')
        this.#later(consumer, afterTroubleMs)
      }
    }
    this.#running.delete(consumer)
  }

  async #begin(consumer: Consumer): Promise<void> {
    if (this.#begun.has(consumer)) return
    await beginConsumer(this.#parts.db, consumer)
    this.#begun.add(consumer)
  }

  #later(consumer: Consumer, ms: number): void {
    clearTimeout(this.#timers.get(consumer))
    if (!this.#all.has(consumer)) return
    const timer = setTimeout(() => this.#wake(consumer), Math.max(ms, 10)).unref()
    this.#timers.set(consumer, timer)
  }
}
