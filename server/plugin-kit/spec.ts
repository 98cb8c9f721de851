import type { FailureKind } from '../plugin-api/outbound.ts'
import type { SettingsValues } from '../plugin-api/settings.ts'
import type { KitTools } from './spec-tools.ts'

/** How a channel's provider is played. Default export of a plugin's `test/conformance.ts`. */
export interface ChannelSpec {
  /** The type that the plugin registers. */
  channel: string
  /** Folder of an earlier version, beside this file or absolute: for the case of updates. */
  previous?: string
  /** Starts a stand-in of the provider. Called anew for each case; the kit calls `stop`. */
  start(kit: KitTools): Promise<Provider>
}

/** The stand-in: what the channel talks to, and how the kit makes it behave. */
export interface Provider extends Switches {
  /** A working form of account 1 or 2. Both may be connected at the same time. */
  form(account: number): SettingsValues
  /** The account's own address, where the channel has one. */
  address?(account: number): string
  /** Which people write; default: the first identity kind of the channel. */
  people?: 'email' | 'phone' | 'external'
  /** What comes in, in the provider's own words. */
  inbound: Inbound
  /**
   * An account stands, for the first time or again after a restart; `id` is Sapa's number of it. Here a
   * program that calls the plugin can be given what it needs.
   */
  stands?(account: number, id: number): void | Promise<void>
  /** Values besides the form's secrets that must never be told, such as tokens that the plugin made. */
  secrets?(): string[]
  /** For channels that are called. Items of one request are given together. */
  webhook?: WebhookSide
  /** For channels that ask: puts items where the channel finds them. */
  arrive?(items: unknown[], account: number): void | Promise<void>
  /**
   * For channels that are their own provider, such as a chat on a site: brings items as its visitors do,
   * through the routes of the plugin. Throws when a good one is not taken; answers how many were refused.
   * Between such a channel and its messages nothing lies that could fail, so cases of that do not apply.
   */
  visit?(items: unknown[], account: number): Promise<number>
  /** Has the visitors of such a channel look what is new, before the kit asks what was `sent`. */
  look?(): Promise<void>
  /** Everything that this provider has taken, oldest first. */
  sent(): Sent[]
  /** What was told of agents who write and have read, oldest first; without it the kit only sees that it does no harm. */
  told?(): KitTold[]
  /** What was done to messages, oldest first; without it the kit only sees that Sapa believes it. */
  acted?(): KitAct[]
  /** Hands out other credentials from now on and refuses the old ones, where they can rotate. */
  rotate?(): void
  stop(): Promise<void>
}

export interface Inbound {
  message(message: KitMessage): unknown
  /** What the provider tells about something that we sent; null: it never tells this. */
  receipt?(receipt: KitReceipt): unknown
  /** A message of a kind that the channel cannot show. */
  unsupported(message: KitMessage): unknown
  /** Something between good items that nobody can read. */
  broken(id: string): unknown
  /** A message that the business itself wrote elsewhere, such as on its phone. */
  echo?(echo: KitEcho): unknown
  /**
   * What the provider tells when it has learned and proven more of somebody who has written, such as a shared
   * number; null: it never tells this. At least one of `also` must be proven by it.
   */
  identity?(change: KitIdentity): unknown
  /** New words of a message that its writer has changed; null: the provider never tells this. */
  edit?(change: KitEdit): unknown
  /** A message that its writer has taken back. */
  deletion?(change: KitChange): unknown
  /** Somebody's reaction to a message of theirs or ours. */
  reaction?(change: KitReaction): unknown
  /** Messages with a picture each that were sent as one album: an item for each. */
  album?(messages: KitMessage[]): unknown[]
  /**
   * A button of a message of ours is pressed: the one with this title, with whatever the channel has hidden in it.
   * Without it a channel with `capabilities.choices` stays unchecked.
   */
  press?(press: KitPress): unknown
  /** Puts a message of account 1 where `history` finds it, before the account is connected. */
  past?(message: KitMessage): void | Promise<void>
  /** Kinds of files that `message` can carry. */
  files?: readonly FileKind[]
  /** The name that a file must get, where the provider does not pass it on; default: its own. */
  filename?(file: KitFile): string
  /** `message` heeds `answers`. */
  hasAnswers?: boolean
  /** The remote id that a message must get; default: its id. */
  remoteId?(id: string): string
  /** By which value its sender is known, where the channel gives it; default: the sender's own. */
  sender?(message: KitMessage): string
  /** The thread key that a message must get; null: none. Default: its sender's value. */
  threadKey?(message: KitMessage): string | null
}

export type FileKind = 'file' | 'image' | 'audio' | 'video' | 'voice' | 'sticker'

export interface KitPerson {
  kind: 'email' | 'phone' | 'external'
  value: string
  name: string
}

export interface KitIdentity {
  id: string
  of: KitPerson
  also: { phone: string; email: string }
  /** Milliseconds UTC, whole seconds. */
  at: number
}

export interface KitChange {
  id: string
  /** Remote id of the message. */
  of: string
  /** Who does it. */
  from: KitPerson
  /** Milliseconds UTC, whole seconds. */
  at: number
}

export interface KitEdit extends KitChange {
  text: string
}

export interface KitReaction extends KitChange {
  /** Null: taken back. */
  emoji: string | null
}

export interface KitMessage {
  /** The provider's id of it. */
  id: string
  from: KitPerson
  text: string
  /** Milliseconds UTC, whole seconds. */
  at: number
  files: KitFile[]
  /** Remote id of the message that this one answers. */
  answers?: string
}

export interface KitPress {
  id: string
  from: KitPerson
  /** Remote id of the message that bears the button. */
  of: string
  title: string
  at: number
}

export interface KitFile {
  kind: FileKind
  filename: string
  mime: string
  bytes: Uint8Array
}

export interface KitReceipt {
  id: string
  /** Remote id of the message of ours. */
  of: string
  to: string
  status: 'sent' | 'delivered' | 'read' | 'failed'
  at: number
  reason?: string
}

export interface KitEcho {
  id: string
  to: KitPerson
  text: string
  at: number
}

export interface WebhookSide {
  /** The body of one request with these items; default: a JSON list of them. */
  body?(items: unknown[], account: number): string
  /** How many items one request can carry; default: many. */
  most?: number
  /** The plugin's own route, such as `/p/warung/items`, which a program calls; default: the account's webhook. */
  path?: string
  /** How many items an answer with 2xx refuses by name; default: none. */
  refused?(answer: unknown): number
  /** What proves the body. */
  headers?(body: string, account: number): Record<string, string>
  /** The header that holds the signature; null: the provider signs nothing. */
  signature: string | null
  /** It proves who asks, as a token does, and nothing of the body. */
  isToken?: boolean
}

/** One request that the provider has taken. */
export interface Sent {
  remoteId: string
  /** The recipient's value. */
  to: string
  text: string
  clientRef?: string
  /** Remote id of the message that it answers. */
  answers?: string
  files?: { filename: string; size: number }[]
  /** Name of the template that it was; then `text` is what the template says, filled in. */
  template?: string
}

/** Something done to a message that is there. */
export interface KitAct {
  what: 'react' | 'edit' | 'remove'
  /** Of the message. */
  remoteId: string
  /** The new text, or the reaction. */
  text?: string
}

/** A word about an agent that is no message. */
export interface KitTold {
  what: 'typing' | 'stopped' | 'read'
  /** The recipient's value. */
  to: string
  /** The message up to which was read. */
  remoteId?: string
}

/** Ways to be difficult. `kit.http` and `kit.tcp` bring all of them. */
export interface Switches {
  /** How a request to send can fail, each with the kinds of failure that are right for it. */
  failures: Failure[]
  /** Requests get no answer until `heal`. */
  hang(): void | Promise<void>
  /** Nobody listens until `heal`. */
  down(): void | Promise<void>
  /** What comes back makes no sense until `heal`. */
  garble(): void | Promise<void>
  /** Requests are carried out, but their answers wait until `heal`. */
  hold?(): void | Promise<void>
  heal(): void | Promise<void>
  /** How often the channel has turned to the provider. */
  calls(): number
}

export interface Failure {
  name: string
  kinds: readonly FailureKind[]
  /** Lets the next request to send fail in this way, until `heal`. */
  begin(): void | Promise<void>
  /** The wait that the provider asks for. */
  retryAfterMs?: number
  /** The provider has taken the message in spite of it. */
  isTaken?: boolean
}
