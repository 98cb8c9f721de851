import type { SettingsValues } from './settings.ts'

/** One raw thing from a provider: a mail's source, a webhook's body. Kept before it is read. */
export interface RawItem {
  /** Unique per account, stable over refetching: the same thing has the same key. */
  key: string
  headers?: Record<string, string>
  body: Uint8Array
}

/** What `parse` may know of the account: plain data, can be sent to a worker. */
export interface AccountFacts {
  id: number
  type: string
  /** The account's own address, such as the mailbox. */
  address: string | null
  /** Form values without secrets. */
  settings: SettingsValues
  /** Addresses that are ours: of all accounts of this type. Lower case. */
  ownAddresses: string[]
}

/** Everything a session may use of its account. */
export interface AccountContext {
  readonly facts: AccountFacts
  /** Form values with secrets decrypted. */
  readonly settings: SettingsValues
  /** `/hooks/<type>/<id>/<secret>` on the public address. */
  readonly webhookUrl: string
  readonly signal: AbortSignal
  readonly log: Logger
  /** Say how the line is. `needs_attention` only for refused credentials; a time-out is `delayed`. */
  state(state: AccountState, reason?: string): void
  /** Store rotated secrets or learned settings. */
  save(patch: SettingsValues): Promise<void>
  /** Journal items outside `poll`, for streams. Resolves after the commit. */
  ingest(items: RawItem[], cursor?: string): Promise<void>
  fetch(url: string, options?: RequestInit & { timeoutMs?: number }): Promise<Response>
}

export type AccountState = 'starting' | 'connected' | 'delayed' | 'needs_attention'

/** Structured log without secrets or message text. */
export interface Logger {
  debug(facts: object, text?: string): void
  info(facts: object, text?: string): void
  warn(facts: object, text?: string): void
  error(facts: object, text?: string): void
}
