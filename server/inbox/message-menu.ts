import type { Sapa } from '../sapa.ts'
import type { MessageEntry } from './timeline/entry.ts'
import { findEntry } from './message-part.ts'
import { timelineContext } from './conversation-page.ts'
import { nameOf } from './present/event.ts'
import { wordsOf } from './present/quote.ts'
import { canReact } from './present/reaction.ts'
import type { TimelineContext } from './present/timeline.ts'
import type { Reader } from './reader.ts'

/** What a reader can do with a message now. */
export interface ShownMenu {
  id: number
  conversationId: number
  emojis: { emoji: string; isOurs: boolean }[]
  /** As the composer shows what is answered. */
  quote: { author: string; text: string } | null
  text: string
  canEdit: boolean
  canRemove: boolean
  isEmpty: boolean
}

const hourMs = 3_600_000
/** Offered where a channel takes any. */
const usual = ['👍', '❤️', '😂', '😮', '😢', '🙏', '👏', '🎉', '🔥', '✅', '👀', '💯']
const sent: ReadonlySet<string> = new Set(['accepted', 'sent', 'delivered', 'read'])

export async function showMenu(
  sapa: Sapa,
  reader: Reader,
  conversationId: number,
  messageId: number
): Promise<ShownMenu> {
  const entry = await findEntry(sapa.reader, messageId)
  const context = await timelineContext(sapa, reader, conversationId)
  const menu = {
    emojis: emojisFor(entry, context),
    quote: quoteOf(entry, context),
    text: entry.text,
    ...changesOf(entry, context)
  }
  const isEmpty = menu.emojis.length === 0 && !menu.quote && !menu.text && !menu.canRemove
  return { id: messageId, conversationId, ...menu, isEmpty: isEmpty && !menu.canEdit }
}

function emojisFor(entry: MessageEntry, context: TimelineContext): ShownMenu['emojis'] {
  if (!canReact(entry, context)) return []
  const { emojis = [] } = context.capabilities(entry.accountId)?.reactions ?? {}
  const ours = entry.reactions.filter(({ actor }) => actor === 'agent').map(({ emoji }) => emoji)
  const offered = new Set([...ours, ...(emojis.length > 0 ? emojis : usual)])
  return [...offered].map(emoji => ({ emoji, isOurs: ours.includes(emoji) }))
}

function quoteOf(entry: MessageEntry, context: TimelineContext): ShownMenu['quote'] {
  const { words, reader, capabilities } = context
  const isKnown = entry.kind !== 'note' && entry.remoteId !== null && entry.deletedAt === null
  if (!isKnown || !reader.canReply || !capabilities(entry.accountId)?.quotes) return null
  const fileKind = entry.attachments[0]?.kind ?? null
  const author = entry.headers.member ?? nameOf(entry.author, words)
  return { author, text: wordsOf({ ...entry, fileKind }, words) }
}

/** What the provider still allows; whether the words are in one piece is seen when they are changed. */
function changesOf(
  entry: MessageEntry,
  { capabilities, reader, now }: TimelineContext
): Pick<ShownMenu, 'canEdit' | 'canRemove'> {
  const isOurs = entry.kind === 'outbound' && entry.remoteId !== null && sent.has(entry.status)
  if (!isOurs || entry.deletedAt !== null || !reader.canReply) {
    return { canEdit: false, canRemove: false }
  }
  const can = capabilities(entry.accountId)
  const isWithin = (limit: { withinHours: number } | undefined) =>
    limit !== undefined && now.getTime() <= entry.at + limit.withinHours * hourMs
  const { template, choices } = entry.headers
  const isPlain = entry.text !== '' && !template && !choices
  return { canEdit: isPlain && isWithin(can?.edits), canRemove: isWithin(can?.removals) }
}
