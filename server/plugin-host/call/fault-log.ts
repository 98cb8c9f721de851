import type { Logger as Pino } from 'pino'
import type { Db } from '../../db/schema.ts'
import { plainError } from '../../plain-error.ts'
import type { Logger } from '../../plugin-api/account.ts'
import { hideIn, maskedLog } from '../mask.ts'
import { veiled } from '../veil.ts'

const keptPerPlugin = 50
const waitingAtMost = 200

export interface Fault {
  entry: string
  text: string
  at: number
}

interface Waiting extends Fault {
  plugin: string
}

/** Keeps what went wrong, in the database, without making the caller wait. */
export class FaultLog {
  readonly #db: Db
  readonly #log: Pino
  readonly #clock: () => Date
  readonly #secrets = new Map<string, Map<string | symbol, () => string[]>>()
  #waiting: Waiting[] = []
  #writing: Promise<void> | undefined

  constructor(db: Db, log: Pino, clock: () => Date) {
    this.#db = db
    this.#log = log
    this.#clock = clock
  }

  /**
   * What errors of a plugin must not tell, until `from` says something else or what is returned is
   * called: an address with its key in it would stand on the page, in the log and in the mail to the owner.
   */
  hide(plugin: string, from: string | symbol, secrets: () => string[]): () => void {
    const known = this.#secrets.get(plugin) ?? new Map<string | symbol, () => string[]>()
    this.#secrets.set(plugin, known.set(from, secrets))
    return () => void (known.get(from) === secrets && known.delete(from))
  }

  /** For errors of a plugin. */
  logOf(plugin: string): Logger {
    return maskedLog(this.#log, () => this.#secretsOf(plugin))
  }

  /** What an owner reads of an error. */
  textOf(plugin: string, error: unknown): string {
    return hideIn(plainError(error).message, this.#secretsOf(plugin)).slice(0, 500)
  }

  /** The error as it may go on to whoever asked the plugin. */
  veil(plugin: string, error: unknown): unknown {
    return veiled(error, this.#secretsOf(plugin))
  }

  #secretsOf(plugin: string): string[] {
    return [...(this.#secrets.get(plugin)?.values() ?? [])].flatMap(secrets => secrets())
  }

  add(plugin: string, entry: string, thrown: unknown): void {
    const error = plainError(thrown)
    this.logOf(plugin).error({ err: error, plugin, entry }, 'a plugin failed')
    // A storm of errors is told by its first ones.
    if (this.#waiting.length >= waitingAtMost) return
    this.#waiting.push({
      plugin,
      entry,
      text: this.textOf(plugin, error),
      at: this.#clock().getTime()
    })
    this.#writing ??= this.#write()
  }

  /** Newest first. */
  async list(plugin: string): Promise<Fault[]> {
    await this.settled()
    return this.#db
      .selectFrom('plugin_fault')
      .select(['entry', 'text', 'at'])
      .where('plugin_id', '=', plugin)
      .orderBy('id', 'desc')
      .limit(keptPerPlugin)
      .execute()
  }

  /** Resolves when everything is written; for the end and for tests. */
  async settled(): Promise<void> {
    await this.#writing
  }

  async #write(): Promise<void> {
    // Several of one turn are written together.
    await new Promise(setImmediate)
    try {
      while (this.#waiting.length > 0) await this.#store(this.#waiting.splice(0))
    } catch (error) {
      this.#log.error({ err: error }, 'faults of plugins could not be kept')
    } finally {
      this.#writing = undefined
    }
  }

  async #store(faults: Waiting[]): Promise<void> {
    const rows = faults.map(({ plugin, ...fault }) => ({ plugin_id: plugin, ...fault }))
    await this.#db.insertInto('plugin_fault').values(rows).execute()
    for (const plugin of new Set(faults.map(fault => fault.plugin))) await this.#prune(plugin)
  }

  async #prune(plugin: string): Promise<void> {
    const last = await this.#db
      .selectFrom('plugin_fault')
      .select('id')
      .where('plugin_id', '=', plugin)
      .orderBy('id', 'desc')
      .offset(keptPerPlugin)
      .limit(1)
      .executeTakeFirst()
    if (!last) return
    await this.#db
      .deleteFrom('plugin_fault')
      .where('plugin_id', '=', plugin)
      .where('id', '<=', last.id)
      .execute()
  }
}
