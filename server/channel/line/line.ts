import type { AccountContext, AccountState } from '../../plugin-api/account.ts'
import type { ChannelDefinition, ChannelSession } from '../../plugin-api/channel.ts'
import { dropFarewell, keepFarewell } from '../account/farewell.ts'
import { setAccountState, noteSuccess } from '../account/state.ts'
import { openSettings } from '../account/settings.ts'
import { backoff } from '../outbox/backoff.ts'
import { accountContext, type LineTools } from './context.ts'
import { failureOf, type Failure } from '../failure.ts'
import { leaveProvider } from './leave.ts'
import { pollOnce } from './poll.ts'
import type { Account } from '../table.ts'
import { pause, within } from '../timing.ts'

const openLimitMs = 15_000
const closeLimitMs = 10_000
/** Longer than any sign-in takes to be refused. */
const quietMs = 60_000
/** After so many failed polls the session itself is opened anew. */
const pollsPerSession = 3

/** What the supervisor hears of a line. */
export interface LineNews {
  changed(accountId: number, before: AccountState, account: Account): void
  opened(): void
}

export interface Condition {
  state: AccountState
  reason: string | null
}

export interface LineEnd {
  /** The account is gone, off or another: its provider is told. */
  isLeft?: boolean
}

/** One account's connection: opens it, polls it, brings it back. Its trouble is nobody else's. */
export class AccountLine {
  readonly definition: ChannelDefinition
  session: ChannelSession | null = null
  #tools: LineTools
  #account: Account
  #news: LineNews
  #end = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #writing: Promise<void> = Promise.resolve()
  #receiving: Condition
  #sending: Condition | null = null
  #failures = 0
  #refusals = 0
  #isChannelsWord = false

  constructor(tools: LineTools, definition: ChannelDefinition, account: Account, news: LineNews) {
    this.#tools = tools
    this.definition = definition
    this.#account = account
    this.#news = news
    this.#receiving = { state: account.state, reason: account.state_reason }
  }

  /** Changes with what needs a new session. */
  get fingerprint(): string {
    return fingerprint(this.#account)
  }

  open(): void {
    // That it worked before says nothing about now.
    if (this.#receiving.state === 'connected')
      this.#setCondition({ state: 'starting', reason: null })
    this.#running = this.#run()
  }

  /** Ends within 10 s, whatever the channel does. */
  async close({ isLeft = false }: LineEnd = {}): Promise<void> {
    this.#end.abort()
    if (isLeft) await this.#promiseToLeave()
    const late = () => new Error('The session did not end in time')
    const leaving = new AbortController()
    const ending = isLeft ? this.#running.then(() => this.#leave(leaving)) : this.#running
    await within(this.#tools.timing, closeLimitMs, ending, late).catch((error: unknown) =>
      this.#tools.log.warn({ account: this.#account.id, reason: failureOf(error).text }, 'late end')
    )
    // From now on it would undo what the next line sets up.
    leaving.abort()
    this.session = null
    await this.#writing
  }

  /** What the dispatcher learned about the way out. Null: it works. */
  setSending(condition: Condition | null): void {
    this.#sending = condition
    this.#write()
  }

  /** The provider itself says that somebody must look after the account. */
  complain(reason: string): void {
    if (!this.#end.signal.aborted) this.#setReceiving('needs_attention', reason)
  }

  async #run(): Promise<void> {
    while (!this.#end.signal.aborted) {
      try {
        await this.#step()
      } catch (error) {
        if (this.#end.signal.aborted) break
        const wait = await this.#fail(failureOf(error))
        if (wait === null) return
        await pause(this.#tools.timing, wait, this.#end.signal)
      }
    }
    await this.#closeSession()
  }

  /** One poll, or for a channel that is called from outside: everything until the end. */
  async #step(): Promise<void> {
    const session = this.session ?? (await this.#openSession())
    if (!session.poll) return aborted(this.#end.signal)
    const poll = session.poll.bind(session)
    // A mailbox without news may hold its poll for minutes: silence proves the line too.
    const cancel = this.#tools.timing.after(quietMs, () => this.#thrive())
    await pollOnce(this.#tools, this.#account.id, poll, this.#end.signal).finally(cancel)
    await this.#succeed()
  }

  async #openSession(): Promise<ChannelSession> {
    await this.#learnCapabilities()
    const context = await this.#context(this.#end.signal)
    const session = await this.#inTime(this.definition.open(context))
    this.session = session
    if (!session.poll) await this.#succeed()
    this.#news.opened()
    return session
  }

  #context(signal: AbortSignal): Promise<AccountContext> {
    return accountContext(this.#tools, this.definition, this.#account, {
      signal,
      state: (state, reason) => this.#setReceiving(state, reason ?? null),
      saved: account => (this.#account = account)
    })
  }

  #inTime(opening: Promise<ChannelSession>): Promise<ChannelSession> {
    const late = () => {
      opening.then(session => session.close()).catch(() => undefined)
      return new Error('The channel did not open in time')
    }
    return within(this.#tools.timing, openLimitMs, opening, late)
  }

  /** Kept with the row, so that replies can be cut while the plugin is off. */
  async #learnCapabilities(): Promise<void> {
    const { db, secrets } = this.#tools
    const opened = openSettings(this.definition, this.#account, secrets)
    const capabilities = JSON.stringify(this.definition.capabilities(opened))
    if (capabilities === this.#account.capabilities) return
    this.#account = { ...this.#account, capabilities }
    await db
      .updateTable('account')
      .set({ capabilities })
      .where('id', '=', this.#account.id)
      .execute()
  }

  async #succeed(): Promise<void> {
    this.#failures = 0
    this.#refusals = 0
    const { db, timing } = this.#tools
    await noteSuccess(db, this.#account.id, 'last_success_at', timing.now())
    this.#thrive()
  }

  /** What the channel itself called refused credentials stays so until it says otherwise. */
  #thrive(): void {
    if (this.#isChannelsWord && this.#receiving.state === 'needs_attention') return
    this.#setCondition({ state: 'connected', reason: null })
  }

  /** How long to wait before the next try; null when only a human can help. */
  async #fail(failure: Failure): Promise<number | null> {
    const { log, random } = this.#tools
    this.#failures += 1
    this.#refusals = failure.kind === 'auth' ? this.#refusals + 1 : 0
    if (failure.isUnexpected) log.warn({ account: this.#account.id, reason: failure.text }, 'fault')
    if (this.#refusals >= 2) {
      await this.#closeSession()
      this.#setCondition({ state: 'needs_attention', reason: failure.text })
      return null
    }
    if (this.#failures % pollsPerSession === 0) await this.#closeSession()
    if (failure.kind === 'rate_limited') return failure.detail.retryAfterMs ?? 30_000
    // A first refusal waits for the second before anybody is alarmed, also after a restart.
    if (this.#receiving.state !== 'needs_attention') {
      this.#setCondition({ state: 'delayed', reason: failure.text })
    }
    const wait = backoff(this.#failures, 2_000, 300_000, random)
    return Math.max(wait, failure.detail.retryAfterMs ?? 0)
  }

  async #closeSession(): Promise<void> {
    const session = this.session
    this.session = null
    if (!session) return
    const late = () => new Error('The session did not close in time')
    await within(this.#tools.timing, closeLimitMs, session.close(), late).catch((error: unknown) =>
      this.#tools.log.warn({ account: this.#account.id, reason: failureOf(error).text }, 'close')
    )
  }

  /** On the disk first: neither an end of Sapa nor a provider that is away loses it. */
  async #promiseToLeave(): Promise<void> {
    if (!this.definition.leave) return
    const { db, timing } = this.#tools
    await keepFarewell(db, this.#account, timing.now())
  }

  /** What the channel has set up at its provider goes; if the provider does not answer, later. */
  async #leave(end: AbortController): Promise<void> {
    const { db, log } = this.#tools
    const account = this.#account
    if (end.signal.aborted) return
    try {
      await leaveProvider(this.#tools, this.definition, account, end)
      await dropFarewell(db, account)
    } catch (error) {
      log.warn({ account: account.id, reason: failureOf(error).text }, 'not left yet')
    }
  }

  #setReceiving(state: AccountState, reason: string | null): void {
    this.#isChannelsWord = true
    this.#setCondition({ state, reason })
  }

  #setCondition(condition: Condition): void {
    if (condition.state !== 'needs_attention') this.#isChannelsWord = false
    this.#receiving = condition
    this.#write()
  }

  /** One after the other, so that the last word is the one that stays. */
  #write(): void {
    const { db, timing, log } = this.#tools
    const { state, reason } = worse(this.#receiving, this.#sending)
    this.#writing = this.#writing
      .then(() => setAccountState(db, this.#account.id, state, reason, timing.now()))
      .then(change => {
        if (change) this.#news.changed(this.#account.id, change.before, change.account)
      })
      .catch((error: unknown) =>
        log.error({ account: this.#account.id, reason: failureOf(error).text }, 'state not kept')
      )
  }
}

/** Changes with what needs a new session. */
export function fingerprint(account: Account): string {
  return JSON.stringify([account.type, account.address, account.settings, account.secrets])
}

function worse(receiving: Condition, sending: Condition | null): Condition {
  if (!sending) return receiving
  return rank[sending.state] > rank[receiving.state] ? sending : receiving
}

const rank: Record<AccountState, number> = {
  connected: 0,
  starting: 1,
  delayed: 2,
  needs_attention: 3
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
