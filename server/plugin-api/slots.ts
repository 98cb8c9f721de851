import type { MaybePromise } from './hooks.ts'
import type { Text } from './manifest.ts'
import type { Dispose } from './plugin.ts'

/** All places in Sapa's pages into which a plugin can put something, and what it is told there. */
export interface Slots {
  /** A card in the customer pane beside a conversation and on the customer's page. Lazy unless said otherwise. */
  'customer.sidebar': CustomerProps
  /** A short line or chip under the customer's name. */
  'customer.header': CustomerProps
  /** Links and buttons, each an entry in the menu of a conversation. */
  'conversation.actions': ConversationProps
  /** A button beside the composer's tools; `data-insert="text"` puts text at the cursor. */
  'composer.toolbar': ConversationProps
  /** A chip in a row of the inbox list. Called once for all rows of a page, see `RowSlot`. */
  'inbox.row.meta': { rows: { conversation: number; customer: number }[] }
  /** A card on the page Reports, part Today. */
  'dashboard.cards': Record<string, never>
  /** A card on the page Reports for a stretch of days. */
  'report.cards': { from: number; to: number }
}

export interface CustomerProps {
  customer: number
  /** Null on the customer's own page. */
  conversation: number | null
}

export interface ConversationProps {
  conversation: number
  customer: number
  channel: string | null
}

export interface SlotRule {
  /** Whether it is drawn with the page (150 ms for all inline slots together) or fetched after it. */
  mode: 'inline' | 'lazy'
  since: string
}

export const slotRules: { readonly [Name in keyof Slots]: SlotRule } = {
  'customer.sidebar': { mode: 'lazy', since: '1.0' },
  'customer.header': { mode: 'inline', since: '1.0' },
  'conversation.actions': { mode: 'inline', since: '1.0' },
  'composer.toolbar': { mode: 'inline', since: '1.0' },
  'inbox.row.meta': { mode: 'inline', since: '1.0' },
  'dashboard.cards': { mode: 'lazy', since: '1.0' },
  'report.cards': { mode: 'lazy', since: '1.0' }
}

export type SlotName = keyof Slots

/** Markup made by `sapa.html`: what stands in its holes is escaped. */
export interface Html {
  readonly html: string
}

/** Who looks, for texts and formats. */
export interface SlotViewer {
  agent: number
  role: string
  locale: string
  timeZone: string
}

export interface Slot<Name extends SlotName> {
  /** Unique in the plugin. */
  id: string
  title: Text
  icon?: string
  /** Low first, default 10; then by plugin id. */
  priority?: number
  mode?: 'inline' | 'lazy'
  /** Height of the placeholder while a lazy slot is fetched, pixels. Default 96. */
  minHeight?: number
  /** Least role that sees it. Default `agent`. */
  role?: 'guest' | 'agent' | 'supervisor' | 'admin' | 'owner'
  /** A permission of this plugin instead of a role. */
  permission?: string
  /**
   * Null shows nothing. Has 3 s. What comes back is cleaned: no scripts, no styles, no handlers;
   * links, forms and `hx-…` only to this plugin's own routes and to pages of Sapa.
   */
  render(
    props: Slots[Name],
    viewer: SlotViewer,
    signal: AbortSignal
  ): MaybePromise<Name extends 'inbox.row.meta' ? RowSlot : Html | null>
}

/** Markup by conversation. */
export type RowSlot = Record<number, Html>

/** What `sapa` offers for slots. */
export interface SlotContext {
  /** Puts something into a page of Sapa. Open pages take it over at once. */
  slot<Name extends SlotName>(name: Name, slot: Slot<Name>): Dispose
  /** Tagged template: holes are escaped, nested `Html` and lists of it are taken as they are. */
  html(parts: TemplateStringsArray, ...holes: unknown[]): Html
}
