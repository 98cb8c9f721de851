import type { Db } from '../../db/schema.ts'
import { onCommit } from '../../db/transaction.ts'
import { conflict } from '../../errors.ts'
import type { Logger } from '../../plugin-api/account.ts'
import { capabilitiesOf, findAccount, listAccounts } from '../account/find.ts'
import { failureOf } from '../failure.ts'
import type { Supervisor } from '../line/supervisor.ts'
import { within, type Timing } from '../timing.ts'
import { storeTemplates } from './store.ts'

const dayMs = 24 * 3_600_000
/** After a failure the provider is left alone for so long. */
const restMs = 15 * 60_000
const lookMs = 3_600_000
const limitMs = 60_000

export interface KeeperTools {
  db: Db
  supervisor: Pick<Supervisor, 'session' | 'onOpen'>
  timing: Timing
  log: Logger
}

/**
 * Keeps the templates of all accounts as their providers list them: asked for when an account is connected,
 * after a change, and daily. What cannot be asked for now stays as it was.
 */
export class TemplateKeeper {
  #tools: KeeperTools
  #asking = new Map<number, Promise<number>>()
  #failedAt = new Map<number, number>()
  #deaf: (() => void)[] = []
  #end = new AbortController()
  #looking: Promise<void> | null = null
  #isAsked = false
  #cancelTick = () => {}

  constructor(tools: KeeperTools) {
    this.#tools = tools
  }

  start(): void {
    const { db, supervisor } = this.#tools
    this.#end = new AbortController()
    this.#deaf = [
      supervisor.onOpen(() => this.#look()),
      onCommit(db, news => {
        if (news.some(item => item.topic === 'account.changed')) this.#look()
      })
    ]
    this.#tick()
  }

  async stop(): Promise<void> {
    this.#end.abort()
    this.#cancelTick()
    for (const end of this.#deaf) end()
    await this.#looking
    await Promise.allSettled(this.#asking.values())
  }

  /** Asks now. Returns how many there are. Throws `no_templates`, `account_off`, `templates_failed`. */
  async sync(accountId: number): Promise<number> {
    const { db, supervisor, log } = this.#tools
    const account = await findAccount(db, accountId)
    if (!capabilitiesOf(account).templates) throw conflict('no_templates', { name: account.name })
    if (!supervisor.session(accountId)?.templates) {
      throw conflict('account_off', { name: account.name })
    }
    try {
      return await this.#ask(accountId)
    } catch (error) {
      log.warn({ account: accountId, reason: failureOf(error).text }, 'templates')
      throw conflict('templates_failed', { name: account.name, reason: failureOf(error).text })
    }
  }

  /** Twice at once is once. */
  #ask(accountId: number): Promise<number> {
    const known = this.#asking.get(accountId)
    if (known) return known
    const asking = this.#fetch(accountId).finally(() => this.#asking.delete(accountId))
    this.#asking.set(accountId, asking)
    return asking
  }

  async #fetch(accountId: number): Promise<number> {
    const { db, supervisor, timing } = this.#tools
    const session = supervisor.session(accountId)
    if (!session?.templates) throw new Error('The account is not connected')
    const late = new AbortController()
    const signal = AbortSignal.any([late.signal, this.#end.signal])
    try {
      const listing = session.templates(signal)
      const listed = await within(timing, limitMs, listing, () => new Error('No answer in time'))
      this.#failedAt.delete(accountId)
      return await storeTemplates(db, accountId, listed, timing.now())
    } catch (error) {
      this.#failedAt.set(accountId, timing.now().getTime())
      throw error
    } finally {
      late.abort()
    }
  }

  #tick(): void {
    if (this.#end.signal.aborted) return
    this.#look()
    this.#cancelTick = this.#tools.timing.after(lookMs, () => this.#tick())
  }

  #look(): void {
    if (this.#end.signal.aborted) return
    this.#isAsked = true
    this.#looking ??= this.#lookAround().finally(() => (this.#looking = null))
  }

  async #lookAround(): Promise<void> {
    const { db, supervisor, timing, log } = this.#tools
    while (this.#isAsked && !this.#end.signal.aborted) {
      this.#isAsked = false
      try {
        const now = timing.now().getTime()
        for (const account of await listAccounts(db)) {
          const isDue = (account.templates_at ?? 0) <= now - dayMs
          const isResting = (this.#failedAt.get(account.id) ?? -Infinity) > now - restMs
          if (!isDue || isResting || !capabilitiesOf(account).templates) continue
          if (!supervisor.session(account.id)?.templates || this.#asking.has(account.id)) continue
          this.#ask(account.id).catch((error: unknown) =>
            log.warn({ account: account.id, reason: failureOf(error).text }, 'templates')
          )
        }
      } catch (error) {
        log.error({ reason: failureOf(error).text }, 'templates')
      }
    }
  }
}
