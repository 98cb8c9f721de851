import type { AccountContext, AccountFacts, RawItem } from './account.ts'
import type { InboundEvent } from './event.ts'
import type { Text } from './manifest.ts'
import type { OutboundStep, Recipient, SendResult } from './outbound.ts'
import type { SettingsSchema, SettingsValues } from './settings.ts'
import type { MessageTemplate } from './template.ts'

export interface ChannelDefinition {
  /** Unique over all plugins, such as `email`. Stored with each account. */
  type: string
  /** As agents and owners read it. */
  label: Text
  /** Icon name of the sprite, or a file of the plugin's `public/`. */
  icon: string
  /** `#rrggbb` of its mark in the light theme. */
  colorLight: string
  /** The same in the dark theme. */
  colorDark: string
  /** How its people are known. A phone number is written in any way, Sapa makes it one. */
  identityKinds: readonly ('email' | 'phone' | 'external')[]
  /** The form of one account. */
  settings: SettingsSchema
  /** What the provider can do. Sapa cuts answers to it, so that `send` never gets what cannot be sent. */
  capabilities(settings: SettingsValues): ChannelCapabilities
  /** Its provider calls Sapa: then each account shows the address to be told to the provider. */
  hasWebhook?: boolean
  /** Fills in what can be known from what was typed (servers from an address). */
  suggest?(settings: SettingsValues, signal: AbortSignal): Promise<SettingsValues>
  /** Buttons that sign a saved account in at its provider; core adds `?account=<id>`. */
  connect?: ConnectLink[]
  /** "Test connection": every step with its own outcome; never throws, never tells a secret. */
  probe?(
    settings: SettingsValues,
    signal: AbortSignal,
    report: (step: ProbeStep) => void
  ): Promise<ProbeResult>
  /** Pure: no I/O, no clock, replayable. A throw sets the item aside; it loses nothing. */
  parse(raw: RawItem, account: AccountFacts): InboundEvent[] | Promise<InboundEvent[]>
  /** File URL of a module that exports the same `parse`; then core runs it in a worker with a time limit. */
  parseModule?: string
  /**
   * One account that Sapa makes by itself the first time the channel is there, for channels that need
   * nothing from outside. Once: what the owner removes stays away.
   */
  firstAccount?: { name: Text; settings: SettingsValues }
  /** What each code of the provider means and what to do about it, in words: shown where a message has failed. */
  reasons?: Record<string, Text>
  /** What agents call the contents that `parse` names in `unsupported.what`: a noun. What is not here stands as named. */
  kinds?: Record<string, Text>
  /** What an owner has to copy to the provider, such as a callback address: shown on the account's page. */
  guide?(account: GuideContext): GuideItem[]
  /** How an owner sends the first message; the account's page shows it until one has come. */
  firstMessage?(account: AccountFacts): { text: Text; url?: string }
  /** A page of the plugin that takes the place of the account's form; Sapa adds `?account=<id>`. Such as `/widget`. */
  accountPage?: string
  /** A page of the plugin where an owner talks with Sapa as a customer would; Sapa links to it with `?account=<id>`. Such as `/try`. */
  tryPage?: string
  /** A link that opens this channel at the customer's with `code` in what they send, see `hints.inviteCode`. Null: not this account. */
  inviteUrl?(account: AccountFacts, code: string): string | null
  /** Begins the line of one account. Throw `sapa.failure('auth', …)` when it is not let in. */
  open(account: AccountContext): Promise<ChannelSession>
  /**
   * The account was removed, switched off or given other settings; `account` is as it was. Undoes what was set up
   * at the provider, such as a webhook. After `close`, until `account.signal` ends it in 5 s.
   * What it throws is tried again for three days, also after a restart, unless it is `auth`, `permanent` or `blocked`.
   */
  leave?(account: AccountContext): Promise<void>
}

export interface ConnectLink {
  label: Text
  /** A route of the plugin itself, such as `/oauth/start`. */
  path: string
  /** Only while a field of the form has one of these values. */
  when?: { field: string; is: (string | boolean)[] }
}

export interface ChannelSession {
  /**
   * Brings what came after `cursor`. May wait up to some minutes for news (IDLE, long poll) and must end
   * within 2 s after `signal`. Core stores items and cursor in one transaction, then calls again.
   */
  poll?(cursor: string | null, signal: AbortSignal): Promise<PollResult>
  /** Older things, for the choice "last N days". Core repeats with the returned cursor until `isDone`. */
  history?(sinceAt: number, cursor: string | null, signal: AbortSignal): Promise<HistoryResult>
  /** Synchronous and cheap: signature check, cut into items. */
  webhook?(request: RawRequest): WebhookVerdict
  /** One request to the provider. Resolves when it was taken; throws `sapa.failure(kind, …)` when not. */
  send(step: OutboundStep): Promise<SendResult>
  /** Brings a file that `parse` named by `ref`, as a stream. */
  media?(ref: string, signal: AbortSignal): Promise<MediaStream>
  /** Answers "did it go out?" for a step whose outcome is unknown. Null: not found. */
  findSent?(clientRef: string, signal: AbortSignal): Promise<{ remoteId: string } | null>
  /** Says whether the line works. The conformance kit asks; Sapa itself goes by polls and sends. */
  health?(signal: AbortSignal): Promise<{ isOk: boolean; detail?: string }>
  /** An agent writes to this customer just now, or has stopped. Said at most every 3 s; nothing depends on it. */
  typing?(thread: TypedThread, isTyping: boolean, signal: AbortSignal): Promise<void>
  /** An agent has read the customer's messages up to this one. Said once for each; what fails is not said again. */
  markRead?(thread: ThreadOf & { remoteId: string }, signal: AbortSignal): Promise<void>
  /** The messages that the provider has approved for this account. Asked daily, after a change and on request. */
  templates?(signal: AbortSignal): Promise<MessageTemplate[]>
  /** Looks at everything an owner may have got wrong at the provider's; a failing step names its remedy. Never throws. */
  checks?(signal: AbortSignal, report: (step: ProbeStep) => void): Promise<void>
  /** Ends timers and connections of the line. Has 10 s. */
  close(): Promise<void>
}

export interface GuideContext {
  facts: AccountFacts
  /** Form values with secrets decrypted. */
  settings: SettingsValues
  webhookUrl: string
}

/** One value with a copy button. */
export interface GuideItem {
  label: Text
  value: string
  /** Shown covered until asked for. */
  isSecret?: boolean
  hint?: Text
}

/** The thread that something is about. */
export interface ThreadOf {
  /** Where answers go. */
  to: Recipient
  threadKey?: string
  /** Sapa's number of the conversation. */
  conversation: number
}

export interface TypedThread extends ThreadOf {
  /** Who of us writes, as customers read it on messages. */
  author: { name: string }
}

export interface PollResult {
  items: RawItem[]
  cursor: string
  /** More is waiting: call again at once. */
  more: boolean
}

export interface HistoryResult extends Omit<PollResult, 'more'> {
  isDone: boolean
  done: number
  total: number
}

export interface RawRequest {
  method: string
  path: string
  query: Record<string, string>
  headers: Record<string, string>
  body: Uint8Array
}

export type WebhookVerdict =
  | { accept: RawItem[]; reply?: { status: number; type?: string; body?: string } }
  | { refuse: number }

export interface MediaStream {
  stream: AsyncIterable<Uint8Array>
  mime?: string
  filename?: string
  size?: number
}

export interface ProbeStep {
  /** Which step: a key of the plugin's locales, `probe.<step>`. */
  step: string
  state: 'running' | 'ok' | 'warning' | 'failed'
  ms?: number
  detail?: Text
  /** What to do about it. */
  remedy?: Text
  /** The form field that is to blame. */
  field?: string
}

export interface ProbeResult {
  isOk: boolean
  /** Name and id on the provider's side; the same id cannot be connected twice. */
  name?: string
  address?: string
  externalId?: string
}

/** Data, not `if (channel === …)`: core cuts, degrades and offers by this. */
export interface ChannelCapabilities {
  /**
   * Longer answers are cut into several steps; `html` also brings `step.html`. `markdown`: the channel shows
   * `**bold**`, `_italic_`, `~struck~` or `~~struck~~`, `` `code` ``, links and `> quoted` lines in its own way; they
   * are not cut in two.
   */
  text: { maxLength: number; format: 'plain' | 'html' | 'markdown' }
  /** Messages have a subject, as mails do. */
  hasSubject: boolean
  /** Answers can go to Cc and Bcc. */
  hasCopies: boolean
  /** What one request can carry; more becomes several steps, what is too large a link. */
  attachments: {
    /** How many in one request. */
    perStep: number
    /** What one request's files may weigh together. */
    maxBytes: number
    /** The text goes with the first ones. */
    withText: boolean
    /** Longer texts go in a step of their own before the files. */
    maxText?: number
  }
  /** Can write to somebody who never wrote, by these identities. */
  startsBy: readonly ('email' | 'phone' | 'external')[]
  /** Sapa's own mails (invitations, notices) may leave through this account. */
  sendsNotices: boolean
  /** Which receipts the provider sends at all. */
  receipts: { delivered: boolean; read: boolean }
  /**
   * `send` awaits `step.begin()` before anything can make the provider act. Then a step that was cut off
   * before is known not to have arrived and is sent again by itself. Default: no.
   */
  tellsBegin?: boolean
  /** The receiver folds a repeat with the same clientRef, or `findSent` can tell. */
  isIdempotent: boolean
  /** How fast Sapa may send through one account. */
  rate: { perMinute: number; parallel: number }
  /**
   * Free answers are taken only for some time after the customer's last message. Sapa ends it a little earlier,
   * and offers templates or another channel then.
   */
  window?: { hours: number; outside: 'templates' | 'nothing' }
  /** `session.templates` lists messages that may be sent outside the window. */
  templates?: boolean
  /** Answers to tap below a message. `most` of them, titles cut to `titleLength`. */
  choices?: { most: number; titleLength: number }
  /** An answer can name the message that it answers. */
  quotes?: boolean
  /** We can react to the customer's messages, with these or (empty) with any. */
  reactions?: { emojis: string[] }
  /** What we have sent can be changed, for so long after. */
  edits?: { withinHours: number }
  /** What we have sent can be taken back, for so long after. */
  removals?: { withinHours: number }
  /** Undo window when the agent has no choice of their own, seconds. */
  undoSeconds: number
}
