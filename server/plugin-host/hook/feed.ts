import type { Logger } from 'pino'
import type { Db } from '../../db/schema.ts'
import { onCommit, type Announcement } from '../../db/transaction.ts'
import { eventRules, type EventName } from '../../plugin-api/hooks.ts'
import type { Hooks } from './hooks.ts'
import { newestId, readRecent, sourceOf, type Source } from './recent.ts'

const perTurn = 200

/** Tells listeners in memory of what commits, after it has committed. Reads nothing while nobody listens. */
export class Feed {
  readonly #db: Db
  readonly #hooks: Hooks
  readonly #log: Logger
  readonly #cursors = new Map<Source, number>()
  readonly #ignore: () => void
  #turn: Promise<void> = Promise.resolve()
  #isWoken = false

  constructor(db: Db, hooks: Hooks, log: Logger) {
    this.#db = db
    this.#hooks = hooks
    this.#log = log
    this.#ignore = onCommit(db, news => this.#hear(news))
  }

  /** From now on: what was before is not told. */
  async begin(name: EventName): Promise<void> {
    const source = sourceOf(name)
    if (!this.#cursors.has(source)) this.#cursors.set(source, await newestId(this.#db, source))
  }

  /** Resolves when everything that has committed is told. */
  async settled(): Promise<void> {
    await this.#turn
  }

  stop(): void {
    this.#ignore()
  }

  #hear(news: readonly Announcement[]): void {
    if (!this.#hooks.hasListener()) return this.#cursors.clear()
    const heard = [...news]
    this.#turn = this.#turn.then(async () => {
      try {
        await this.#tellStates(heard)
      } catch (error) {
        this.#log.error({ err: error }, 'plugins could not be told what happened')
      }
    })
    if (this.#isWoken) return
    this.#isWoken = true
    this.#turn = this.#turn.then(() => this.#tellRecent())
  }

  /** What only exists as a state: the newest one counts. */
  async #tellStates(news: readonly Announcement[]): Promise<void> {
    const accounts = news.flatMap(item => (item.topic === 'account.changed' ? [item.account] : []))
    for (const account of new Set(accounts)) this.#hooks.tell('account.changed', { account })
    if (!this.#hooks.hasListener('message.status')) return
    const ids = news.flatMap(item => (item.topic === 'message.changed' ? [item.message] : []))
    if (ids.length === 0) return
    const rows = await this.#db
      .selectFrom('message')
      .select(['id', 'conversation_id', 'status'])
      .where('id', 'in', ids)
      .where('kind', '=', 'outbound')
      .execute()
    for (const { id, conversation_id: conversation, status } of rows) {
      this.#hooks.tell('message.status', { conversation, message: id, status })
    }
  }

  async #tellRecent(): Promise<void> {
    this.#isWoken = false
    try {
      for (const source of this.#cursors.keys()) await this.#tellNew(source)
    } catch (error) {
      this.#log.error({ err: error }, 'plugins could not be told what happened')
    }
  }

  async #tellNew(source: Source): Promise<void> {
    const names = (Object.keys(eventRules) as EventName[]).filter(
      name =>
        eventRules[name].isDurable && sourceOf(name) === source && this.#hooks.hasListener(name)
    )
    const cursor = this.#cursors.get(source) ?? 0
    if (names.length === 0) return void this.#cursors.delete(source)
    const { events, until } = await readRecent(this.#db, source, names, cursor, perTurn)
    for (const { name, facts, by } of events)
      this.#hooks.tell(name, facts as never, by ?? undefined)
    this.#cursors.set(source, until)
    if (events.length === perTurn) await this.#tellNew(source)
  }
}
