import type { Account } from '../../channel/table.ts'
import type { Db } from '../../db/schema.ts'
import type { FilterName, Filters, OutboundFacts } from '../../plugin-api/hooks.ts'
import type { Choice } from '../../plugin-api/outbound.ts'
import { additionTo } from '../addition.ts'
import type { FilledTemplate } from '../../plugin-api/template.ts'
import { findConversation } from '../find.ts'
import { findWay, type Wanted } from './account.ts'
import { fillTemplate } from './template.ts'
import { withTitles, withoutTitles } from './titles.ts'

/** What plugins may change on its way; see `server/plugin-api/hooks.ts`. */
export interface Filtering {
  hasFilter(name: FilterName): boolean
  filter<Name extends FilterName>(
    name: Name,
    value: Filters[Name]['value'],
    facts: Filters[Name]['facts']
  ): Promise<Filters[Name]['value']>
}

export interface Written {
  text: string
  subject?: string | undefined
  html?: string | undefined
}

export interface Guarded {
  /** What plugins have put below the words, such as a signature. */
  added?: string | undefined
}

interface GuardedWords extends Written {
  template?: FilledTemplate | undefined
  choices?: Choice[] | undefined
}

interface GuardedReply extends GuardedWords, Wanted {
  conversationId: number
  agentId: number | null
}

/** `guardText` for a reply in a conversation that is there. */
export async function guardReply<Reply extends GuardedReply>(
  filtering: Filtering,
  db: Db,
  reply: Reply,
  now: Date
): Promise<Reply & Guarded> {
  if (!filtering.hasFilter('message.outbound')) return reply
  const conversation = await findConversation(db, reply.conversationId)
  const { account } = await findWay(db, conversation, reply, now)
  return guardSaid(filtering, db, reply, {
    account,
    ...{ conversation: conversation.id, customer: conversation.customer_id, agent: reply.agentId }
  })
}

interface SaidFacts extends Omit<OutboundFacts, 'account' | 'channel'> {
  account: Account
}

/** `guardText` with the words of a template, or with the answers that can be tapped below. */
export async function guardSaid<Said extends GuardedWords>(
  filtering: Filtering,
  db: Db,
  said: Said,
  { account, ...facts }: SaidFacts
): Promise<Said & Guarded> {
  if (!filtering.hasFilter('message.outbound')) return said
  const { template, choices = [] } = said
  const text = template
    ? (await fillTemplate(db, account, template)).text
    : withTitles(said.text, choices)
  const by = { ...facts, channel: account.type, account: account.id }
  const guarded = await guardText(filtering, { ...said, text }, by)
  // What the provider has approved word for word can be held back, but not changed.
  if (template) return said
  if (guarded.text === text) return { ...guarded, text: said.text }
  const left = choices.length > 0 ? withoutTitles(guarded.text, choices) : { text: guarded.text }
  return { ...guarded, ...left, added: additionTo(said.text, left.text) }
}

/**
 * What goes out, as plugins leave it, before it is stored. Where they change the text, markup made of
 * the old text goes. Throws DomainError `refused_by_plugin` or `guard_failed`. Never inside a transaction.
 */
export async function guardText<Text extends Written>(
  filtering: Filtering,
  written: Text,
  facts: OutboundFacts
): Promise<Text> {
  if (!filtering.hasFilter('message.outbound')) return written
  const { text, subject, html } = written
  const draft = { text, ...(subject === undefined ? {} : { subject }) }
  const left = await filtering.filter('message.outbound', draft, facts)
  return { ...written, ...left, html: left.text === text ? html : undefined }
}
