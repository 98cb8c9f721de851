import { onCommit } from '../../db/transaction.ts'
import type { AccountState } from '../../plugin-api/account.ts'
import type { ChannelSession } from '../../plugin-api/channel.ts'
import { setAccountState } from '../account/state.ts'
import type { LineTools } from './context.ts'
import { failureOf } from '../failure.ts'
import { AccountLine, fingerprint, type Condition, type LineEnd } from './line.ts'
import { leaveProvider } from './leave.ts'
import type { Channels } from '../registry.ts'
import type { Account } from '../table.ts'

export interface SupervisorTools extends LineTools {
  channels: Channels
  /** An account has come to need a human: told once until it has worked again. */
  onAttention?: (account: Account) => Promise<void>
}

/** Nobody here speaks with the provider now. */
export class ChannelOff extends Error {}

/** Keeps one line open for each enabled account of an active channel. */
export class Supervisor {
  #tools: SupervisorTools
  #lines = new Map<number, AccountLine>()
  #turns = new Map<number, Promise<void>>()
  #noticed = new Set<number>()
  #listeners = new Set<() => void>()
  #deaf: (() => void)[] = []
  #isRunning = false

  constructor(tools: SupervisorTools) {
    this.#tools = tools
  }

  async start(): Promise<void> {
    this.#isRunning = true
    const { db, channels, log } = this.#tools
    this.#deaf = [
      channels.onChange(() => {
        this.#settleAll().catch((error: unknown) => {
          log.error({ reason: failureOf(error).text }, 'accounts not settled')
        })
      }),
      onCommit(db, news => {
        for (const item of news) {
          if (item.topic === 'account.changed') void this.#settle(item.account)
          if (item.topic === 'account.problem') this.#lines.get(item.account)?.complain(item.reason)
        }
      })
    ]
    await this.#settleAll()
  }

  /** Ends within 10 s, whatever the channels do. */
  async stop(): Promise<void> {
    this.#isRunning = false
    for (const end of this.#deaf) end()
    await this.#settleAll()
  }

  /** The open session of an account; null while there is none. */
  session(accountId: number): ChannelSession | null {
    return this.#lines.get(accountId)?.session ?? null
  }

  /** Accounts whose open session can do this. */
  able(method: 'markRead'): number[] {
    const all = [...this.#lines]
    return all.flatMap(([id, line]) => (line.session?.[method] ? id : []))
  }

  /** "Reconnect": closes and opens one account, also after refused credentials. */
  async restart(accountId: number): Promise<void> {
    const { db, timing } = this.#tools
    await this.#take(accountId, async () => {
      await this.#close(accountId)
      await setAccountState(db, accountId, 'starting', null, timing.now())
    })
    await this.#settle(accountId)
  }

  /** What an account that is gone has left at its provider. Throws while the provider cannot be told. */
  async leave(account: Account): Promise<void> {
    const definition = this.#tools.channels.get(account.type)
    if (!definition) throw new ChannelOff()
    let told: Promise<void> = Promise.resolve()
    // In its turn: not beside a line that is just being opened.
    await this.#take(account.id, async () => {
      told = leaveProvider(this.#tools, definition, account)
      await told.catch(() => undefined)
    })
    await told
  }

  /** Told when a session has come, so that what waits for it can leave. */
  onOpen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** What the dispatcher has learned about an account's way out. Null: it works. */
  setSending(accountId: number, condition: Condition | null): void {
    this.#lines.get(accountId)?.setSending(condition)
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }

  async #settleAll(): Promise<void> {
    const { db } = this.#tools
    const rows = this.#isRunning ? await db.selectFrom('account').select('id').execute() : []
    const ids = new Set([...rows.map(row => row.id), ...this.#lines.keys()])
    await Promise.all([...ids].map(id => this.#settle(id)))
  }

  /** Makes the line what the row says. Turns of one account come one after the other. */
  #settle(id: number): Promise<void> {
    return this.#take(id, async () => {
      const account = await this.#enabled(id)
      const definition = account && this.#tools.channels.get(account.type)
      const line = this.#lines.get(id)
      const isSame = account && line?.fingerprint === fingerprint(account)
      if (isSame && line.definition === definition) return
      if (line) await this.#close(id, { isLeft: !isSame && this.#isOn(line) })
      if (!account || !definition || !this.#isRunning) return
      const fresh = new AccountLine(this.#tools, definition, account, {
        changed: this.#changed,
        opened: () => this.#tell()
      })
      this.#lines.set(id, fresh)
      fresh.open()
    })
  }

  async #enabled(id: number): Promise<Account | undefined> {
    if (!this.#isRunning) return undefined
    return this.#tools.db
      .selectFrom('account')
      .selectAll()
      .where('id', '=', id)
      .where('is_enabled', '=', 1)
      .executeTakeFirst()
  }

  /** Sapa is not about to stop, and the plugin has not been switched off. */
  #isOn({ definition }: AccountLine): boolean {
    return this.#isRunning && this.#tools.channels.get(definition.type) === definition
  }

  async #close(id: number, ending?: LineEnd): Promise<void> {
    const line = this.#lines.get(id)
    this.#lines.delete(id)
    await line?.close(ending)
  }

  #take(id: number, work: () => Promise<void>): Promise<void> {
    const turn = (this.#turns.get(id) ?? Promise.resolve()).then(work).catch((error: unknown) => {
      this.#tools.log.error({ account: id, reason: failureOf(error).text }, 'account not settled')
    })
    this.#turns.set(id, turn)
    return turn
  }

  #changed = (id: number, before: AccountState, account: Account): void => {
    const { log } = this.#tools
    const facts = { account: id, type: account.type, before, state: account.state }
    if (before === account.state) return
    if (account.state === 'connected') this.#noticed.delete(id)
    if (account.state === 'connected' || account.state === 'starting') {
      log.info(facts, 'account state')
      return
    }
    log.warn({ ...facts, reason: account.state_reason }, 'account state')
    if (account.state === 'needs_attention' && before !== 'needs_attention') this.#notice(account)
  }

  #notice(account: Account): void {
    if (this.#noticed.has(account.id)) return
    this.#noticed.add(account.id)
    this.#tools.onAttention?.(account).catch((error: unknown) => {
      this.#tools.log.error({ account: account.id, reason: failureOf(error).text }, 'no notice')
    })
  }
}
