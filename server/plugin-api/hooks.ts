import type { Dispose } from './plugin.ts'
import type { Text } from './manifest.ts'

/**
 * All hooks of Sapa, with what is promised about each. This is the one list: the host reads the
 * rules below, the reference in docs/plugins.md is made from it, and a test asks for a line of
 * documentation and a test of each.
 */
export interface Filters {
  /**
   * A message from a customer, before it is stored. Change its text or mark it as spam.
   * A handler that fails is skipped: the message is stored as the handlers before it left it.
   */
  'message.inbound': { value: InboundDraft; facts: InboundFacts }
  /**
   * An agent's reply, before it is stored and sent. Change its text, or refuse it with
   * `sapa.refuse(…)`; the agent reads why and keeps what was typed. A handler that fails stops the reply.
   * Answers to tap are numbered lines below the text. It is asked again when a sent message is changed: what
   * stands below it since the first time is kept, and nothing added a second time.
   */
  'message.outbound': { value: OutboundDraft; facts: OutboundFacts }
  /**
   * The answer that goes out by itself to the first message of a conversation. An empty text sends none.
   * A handler that fails is skipped.
   */
  'acknowledgement.text': { value: { text: string }; facts: OutboundFacts }
}

export interface InboundDraft {
  text: string
  subject?: string
  isSpam: boolean
}

export interface InboundFacts {
  channel: string
  account: number
  /** Whether the channel proved who wrote. */
  isVerified: boolean
  isAutomatic: boolean
}

export interface OutboundDraft {
  text: string
  subject?: string
}

export interface OutboundFacts {
  /** Null: it begins with this reply. */
  conversation: number | null
  customer: number | null
  channel: string
  account: number
  /** Null: written by Sapa itself. */
  agent: number | null
}

/** What has happened. Only ids and small facts: read the rest through `sapa.conversations` and `sapa.customers`. */
export interface Events {
  /** A message from a customer is in the timeline. `thread` is the `threadKey` that its channel gave. */
  'message.received': MessageFacts & { isAutomatic: boolean; thread: string | null }
  /** A reply was put into the outbox. It can still be undone for some seconds. */
  'message.sent': MessageFacts & { agent: number | null; isAutomatic: boolean }
  /** How far a reply has come. In memory only. */
  'message.status': { conversation: number; message: number; status: string }
  /** An agent or a plugin wrote an internal note. */
  'note.added': { conversation: number; message: number; agent: number | null }
  /** A new conversation began. */
  'conversation.opened': ConversationFacts
  /** Somebody took it or was given it; `agent` is who has it now. */
  'conversation.assigned': ConversationFacts & { agent: number | null }
  /** It was closed. */
  'conversation.closed': ConversationFacts
  /** It was opened again, by an agent or by a new message. */
  'conversation.reopened': ConversationFacts
  /** It got a tag. */
  'conversation.tagged': ConversationFacts & { tag: string }
  /** Two customers became one: `from` is no more, `customer` has everything. */
  'customer.merged': { customer: number; from: number }
  /** The line of an account changed: connected, delayed, needs attention. In memory only. */
  'account.changed': { account: number }
}

export interface MessageFacts {
  conversation: number
  message: number
  customer: number
  channel: string
  account: number
}

export interface ConversationFacts {
  conversation: number
  customer: number
  by: { kind: 'agent' | 'customer' | 'system' | 'plugin'; id: string | null }
}

export interface FilterRule {
  /** What a failing handler means: `skip` keeps the last good value, `abort` stops what was asked for. */
  onError: 'skip' | 'abort'
  /** For one handler, milliseconds. */
  timeoutMs: number
  since: string
}

export const filterRules: { readonly [Name in keyof Filters]: FilterRule } = {
  'message.inbound': { onError: 'skip', timeoutMs: 2_000, since: '1.0' },
  'message.outbound': { onError: 'abort', timeoutMs: 2_000, since: '1.0' },
  'acknowledgement.text': { onError: 'skip', timeoutMs: 2_000, since: '1.0' }
}

export interface EventRule {
  /** Whether `consume` can have it: it is on the disk and comes at least once. */
  isDurable: boolean
  since: string
}

export const eventRules: { readonly [Name in keyof Events]: EventRule } = {
  'message.received': { isDurable: true, since: '1.0' },
  'message.sent': { isDurable: true, since: '1.0' },
  'message.status': { isDurable: false, since: '1.0' },
  'note.added': { isDurable: true, since: '1.0' },
  'conversation.opened': { isDurable: true, since: '1.0' },
  'conversation.assigned': { isDurable: true, since: '1.0' },
  'conversation.closed': { isDurable: true, since: '1.0' },
  'conversation.reopened': { isDurable: true, since: '1.0' },
  'conversation.tagged': { isDurable: true, since: '1.0' },
  'customer.merged': { isDurable: true, since: '1.0' },
  'account.changed': { isDurable: false, since: '1.0' }
}

export type FilterName = keyof Filters
export type EventName = keyof Events

/** One event as a durable consumer gets it. */
export interface Delivery<Name extends EventName> {
  /** The same over repeats. */
  id: string
  name: Name
  at: number
  /** 1 for the first time. */
  attempt: number
  facts: Events[Name]
}

/** What `sapa` offers for hooks. */
export interface HookContext {
  /**
   * Changes something on its way. Handlers run by priority, low first (default 10), then by plugin id.
   * `value` is a frozen copy; return a changed copy, or nothing to leave it. A wrong shape counts as an error.
   */
  filter<Name extends FilterName>(
    name: Name,
    handler: (
      value: Readonly<Filters[Name]['value']>,
      facts: Readonly<Filters[Name]['facts']>,
      signal: AbortSignal
    ) => MaybePromise<Filters[Name]['value'] | void>,
    options?: { priority?: number; timeoutMs?: number }
  ): Dispose
  /** Hears of what has happened, after the commit. In memory: a crash or a stopped plugin misses it. 10 s. */
  on<Name extends EventName>(
    name: Name,
    handler: (facts: Readonly<Events[Name]>, signal: AbortSignal) => MaybePromise<void>
  ): Dispose
  /**
   * Hears of what has happened at least once, in order, also of what happened while the plugin was off.
   * `key` names the cursor and must stay the same. A handler that throws is called again with growing
   * pauses; after 8 tries the event goes to the plugin's dead list and the next one comes. 30 s.
   */
  consume<Name extends EventName>(
    name: Name,
    key: string,
    handler: (delivery: Delivery<Name>, signal: AbortSignal) => Promise<void>,
    options?: { from?: 'now' | 'start' }
  ): Dispose
  /** To be thrown by a filter: a wanted refusal, in the words for the agent. Never counted as an error. */
  refuse(why: Text): Error
}

export type MaybePromise<T> = T | Promise<T>
