import type { AccountsContext, Logger } from './account.ts'
import type { ChannelDefinition } from './channel.ts'
import type { PluginDb } from './database.ts'
import type { NeighbourContext } from './neighbour.ts'
import type { Text } from './manifest.ts'
import type { EventStream } from './stream.ts'
import type { HookContext } from './hooks.ts'
import type { PageContext } from './page.ts'
import type { ChannelFailure, FailureDetail, FailureKind } from './outbound.ts'
import type { RecordContext } from './records.ts'
import type { RuleContext } from './rule.ts'
import type { SettingsSchema, SettingsValues } from './settings.ts'
import type { SlotContext } from './slots.ts'

/** Default export of a plugin. Nothing happens at import time; all of it is undone by the host. */
export interface SapaPlugin {
  /** The plugin's form on its settings page: Sapa draws, checks and keeps it, secrets sealed. */
  settings?: SettingsSchema
  /**
   * The *Test* button of the settings page: tries what is typed, before it is stored. Within 15 s; an
   * error counts as a fault of the plugin, so what the other side refuses is an answer.
   */
  test?(values: SettingsValues, tools: TestTools): TestAnswer | Promise<TestAnswer>
  /** Registers everything. Has 10 s, all or nothing: after a throw nothing of it is left. */
  setup(sapa: SapaContext): void | Promise<void>
  /**
   * Its code is about to be removed, for what lies elsewhere: webhooks at the other side, say. Within
   * 10 s; it cannot prevent it. `isKept`: settings and tables stay for a later install.
   */
  onUninstall?(sapa: SapaContext, facts: { isKept: boolean }): void | Promise<void>
}

/** What a test may use. */
export interface TestTools {
  /** As `sapa.fetch`. */
  fetch(url: string, options?: RequestInit & { timeoutMs?: number }): Promise<Response>
  signal: AbortSignal
}

/** What a test found out, for the person who pressed the button. */
export interface TestAnswer {
  isOk: boolean
  text: Text
}

/** Undoes one registration. Calling it twice is harmless. */
export type Dispose = () => void | Promise<void>

/** What a plugin may do. Every registration is undone when the plugin is switched off. */
export interface SapaContext
  extends
    AccountsContext,
    HookContext,
    NeighbourContext,
    PageContext,
    RecordContext,
    RuleContext,
    SlotContext {
  /** As in `plugin.json`. */
  readonly id: string
  /** As in `plugin.json`. */
  readonly version: string
  /** Aborted when the plugin is switched off. */
  readonly signal: AbortSignal
  /** Goes into Sapa's log with the plugin's id. Secrets of the settings are masked; message text is yours to leave out. */
  readonly log: Logger
  readonly settings: {
    /** What the owner has typed into the plugin's form, secrets in clear. Nothing of it is kept for you: ask again. */
    get(): SettingsValues
    /** Called after the owner has saved the form. */
    onChange(listener: (values: SettingsValues) => void): Dispose
  }
  /** The plugin's own tables, named `<id>_…` with `-` as `_`; made by `migrations/`. */
  readonly db: PluginDb
  readonly values: {
    /** Null when it is not there or its time is over. */
    get(key: string): Promise<string | null>
    /** Keeps up to 64 KB of text under a key, for `ttlMs` if you say so; at most 10,000 keys. Else use own tables. */
    set(key: string, value: string, ttlMs?: number): Promise<void>
    /** Deleting what is not there is harmless. */
    delete(key: string): Promise<void>
  }
  /** Adds a channel; `plugin.json` names it in `provides` as `channel:<type>`. */
  channel(definition: ChannelDefinition): Dispose
  /** `/p/<plugin>/…` */
  route(route: PluginRoute): Dispose
  readonly jobs: {
    /** Does the jobs of one name. They are on the disk and run at least once: doing one twice must be harmless. */
    handle(name: string, work: (payload: unknown, signal: AbortSignal) => Promise<void>): Dispose
    /** Puts a job into the queue, at once or `runAt` (Unix ms). A second one with the same `key` is the same job. */
    add(name: string, payload: unknown, options?: { runAt?: number; key?: string }): Promise<void>
    /** Cron in UTC; the job must have a handler. */
    every(name: string, cron: string): Dispose
  }
  /** Timeouts, size limits, no private addresses after DNS; only hosts of the manifest's `net:` scopes. */
  fetch(url: string, options?: RequestInit & { timeoutMs?: number }): Promise<Response>
  /** What the owner has said about the business. Ask again: it can change. */
  business(): Promise<Business>
  /**
   * A mail in the business's name, such as one with a link to confirm an address. Needs the scope `mail:send`.
   * The same `key` is the same mail; over 60 in an hour it throws with `failure: 'rate_limited'`. False: no
   * account can carry it.
   */
  notify(mail: PluginMail): Promise<boolean>
  /** Text of the plugin's `locales/<language>.json`. */
  t(locale: string, key: string, values?: Record<string, string | number>): string
  /** Makes the error that a channel throws when its provider refuses; the kind says what Sapa does next. */
  failure(kind: FailureKind, message: string, detail?: FailureDetail): ChannelFailure
  /** The host calls it at the end: connections, watchers. */
  own(dispose: Dispose): void
}

export interface Business {
  name: string
  /** Usual language of people who write: `en` or `id`. */
  locale: string
  timeZone: string
  /** Sapa's own address, without a slash at the end. */
  publicUrl: string
}

export interface PluginMail {
  to: string
  subject: string
  text: string
  key: string
}

export interface PluginRoute {
  /** A change needs one other than GET: foreign pages may then not call it. */
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS'
  /** Below `/p/<plugin>`, such as `/oauth/callback`. */
  path: string
  /**
   * Closed by default: who may call it. `api` is for programs with a token, at
   * `/api/v1/x/<plugin>/…`; everything else is at `/p/<plugin>/…`.
   */
  access: 'agent' | 'supervisor' | 'admin' | 'owner' | 'api' | 'public'
  /** For `api`: least role of the token's agent, default `agent`. */
  role?: 'guest' | 'agent' | 'supervisor' | 'admin' | 'owner'
  /** A permission of this plugin; it takes the place of the role. */
  permission?: string
  /** So many requests of one caller in this time; more are refused. */
  rate?: { max: number; perMs: number }
  /** One line for the description of the API. */
  summary?: string
  /**
   * `site`: the path stands as it is at the root of Sapa's address, below one of the `paths` of plugin.json.
   * Only for `public`: nobody is signed in there, and Sapa's cookies are not read.
   */
  mount?: 'site'
  /** Pages of other sites may call it. What they may read and frame is said by the headers of the answer. */
  isForeign?: boolean
  /** Bytes; more is refused with 413 before anything is read. Default 1 MB. */
  bodyLimit?: number
  /** How long an answer may take, 15 s unless it says so; at most 60 s, for long polls. */
  timeoutMs?: number
  /** What it throws is a fault, and a page that says so. */
  handle(request: PluginRequest): Promise<PluginReply>
}

export interface PluginRequest {
  method: string
  path: string
  params: Record<string, string>
  query: Record<string, string>
  headers: Record<string, string>
  body: Uint8Array
  /** Parsed `application/json` or form body, else null. */
  form: Record<string, unknown> | null
  /** Where it came from: an IPv4 address, or the /64 network of an IPv6 one. For limits; keep it nowhere. */
  ip: string
  agent: { id: number; name: string; role: string; locale: string; timeZone: string } | null
  /** Aborted when nobody waits for the answer any more, and when Sapa begins to stop. */
  signal: AbortSignal
}

export interface PluginReply {
  status?: number
  headers?: Record<string, string>
  /** Objects are sent as JSON, `sapa.html` as HTML. What htmx asked for is cleaned like a slot. */
  body?: string | Uint8Array | object
  redirect?: string
  /** Answers with an event stream instead of a body, see `EventStream`. What it returns is called at the end. */
  events?(stream: EventStream): Dispose | void
}
