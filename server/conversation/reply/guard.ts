import type { Db } from '../../db/schema.ts'
import type { FilterName, Filters, OutboundFacts } from '../../plugin-api/hooks.ts'
import type { Choice } from '../../plugin-api/outbound.ts'
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

interface GuardedReply extends Written, Wanted {
  conversationId: number
  agentId: number | null
  template?: FilledTemplate | undefined
  choices?: Choice[] | undefined
}

/** `guardText` for a reply in a conversation that is there. */
export async function guardReply<Reply extends GuardedReply>(
  filtering: Filtering,
  db: Db,
  reply: Reply,
  now: Date
): Promise<Reply> {
  if (!filtering.hasFilter('message.outbound')) return reply
  const conversation = await findConversation(db, reply.conversationId)
  const { account } = await findWay(db, conversation, reply, now)
  const { template, choices = [] } = reply
  const text = template
    ? (await fillTemplate(db, account, template)).text
    : withTitles(reply.text, choices)
  const guarded = await guardText(
    filtering,
    { ...reply, text },
    {
      conversation: conversation.id,
      customer: conversation.customer_id,
      channel: account.type,
      account: account.id,
      agent: reply.agentId
    }
  )
  // What the provider has approved word for word can be held back, but not changed.
  if (template) return reply
  if (guarded.text === text) return { ...guarded, text: reply.text }
  return choices.length > 0 ? { ...guarded, ...withoutTitles(guarded.text, choices) } : guarded
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
