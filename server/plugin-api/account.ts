import type { Text } from './manifest.ts'
import type { SettingsValues } from './settings.ts'

/** One raw thing from a provider: a mail's source, a webhook's body. Kept before it is read. */
export interface RawItem {
  /** Unique per account, stable over refetching: the same thing has the same key. */
  key: string
  headers?: Record<string, string>
  body: Uint8Array
  /** Only from `webhook`: another account of the same channel that this is for, when one address serves several. */
  account?: number
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
  /** Something to do soon while all still works, such as a token to renew. Shown beside the account until `null`. */
  notice(text: Text | null): void
  /** Store rotated secrets or learned settings. */
  save(patch: SettingsValues): Promise<void>
  /** Journal items outside `poll`, for streams. Resolves after the commit. */
  ingest(items: RawItem[], cursor?: string): Promise<void>
  fetch(url: string, options?: RequestInit & { timeoutMs?: number }): Promise<Response>
  /** The customer of a thread writes just now, or has stopped. Shown to agents for 6 s unless said again, never kept. */
  typing(threadKey: string, isTyping: boolean): void
  /**
   * Ways to go on with the thread's conversation on other channels: a link for each account whose channel has
   * `inviteUrl`. The code in it is good once and for a day. Empty without a conversation.
   */
  invite(threadKey: string): Promise<Invitation[]>
  /**
   * Sends replies that went out by this account once more, to an address that the customer has confirmed, by
   * an account that can begin with it. They stay the same messages of the timeline; an answer continues the
   * conversation. Repeats for the same reply and address do nothing. False: no account can, or it must not:
   * a blocked customer, an address that bounced, replies that were taken back.
   */
  relay(clientRefs: string[], to: { kind: 'email'; value: string }): Promise<boolean>
}

/** A link that leads the customer to another channel. */
export interface Invitation {
  account: number
  /** Type of the channel, such as `whatsapp`. */
  channel: string
  label: Text
  url: string
}

/** One account of a channel of the plugin itself, also while its line is closed. */
export interface OwnAccount {
  id: number
  type: string
  name: string
  isEnabled: boolean
  state: AccountState
  stateReason: string | null
  /** Form values, secrets in clear. */
  settings: SettingsValues
  createdAt: number
}

/** What `sapa` offers of the plugin's own accounts. */
export interface AccountsContext {
  readonly accounts: {
    /** Of all channels of the plugin, by number. */
    list(): Promise<OwnAccount[]>
    /**
     * Changes fields of an account's form, and its name. Checked like the form itself: what is wrong is
     * answered by field, in words for `locale`, and nothing is stored then. An empty secret is forgotten.
     */
    save(
      id: number,
      patch: SettingsValues,
      options?: { name?: string; locale?: string }
    ): Promise<{ isOk: true } | { isOk: false; fields: Record<string, string> }>
  }
}

export type AccountState = 'starting' | 'connected' | 'delayed' | 'needs_attention'

/** Structured log without secrets or message text. */
export interface Logger {
  debug(facts: object, text?: string): void
  info(facts: object, text?: string): void
  warn(facts: object, text?: string): void
  error(facts: object, text?: string): void
}
