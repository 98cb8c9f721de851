import type { Translator } from '../../i18n/words.ts'
import { unreadMark } from '../../conversation/unread.ts'
import { avatarOf, type Avatar } from '../avatar.ts'
import { previewText } from './preview-text.ts'
import type { ListedConversation } from '../row.ts'

/** View data of one row of the list. */
export interface ShownRow {
  id: number
  href: string
  name: string
  subject: string
  channel: string
  avatar: Avatar
  isVip: boolean
  isSelected: boolean
  isUnread: boolean
  time: string
  fullTime: string
  at: string
  /** "You:" or "Draft" before the preview. */
  who: string | null
  hasDraft: boolean
  preview: string
  unanswered: number
  waiting: { text: string; tone: 'plain' | 'warn' | 'danger'; since: string } | null
  state: string | null
  priority: { text: string; tone: 'warn' | 'danger' } | null
  tags: string[]
  moreTags: number
  assignee: Avatar | null
  canTake: boolean
}

export interface RowContext {
  words: Translator
  now: Date
  view: string
  selectedId: number | null
  canAssign: boolean
}

const hour = 3_600_000
const shownTags = 2

export function presentRow(row: ListedConversation, context: RowContext): ShownRow {
  const { words } = context
  const name = row.customer.name || row.customer.address || words.t('customer.unknown')
  return {
    id: row.id,
    href: `/conversations/${row.id}?view=${context.view}`,
    name,
    subject: row.subject || words.t('conversation.no_subject'),
    channel: row.channel,
    avatar: avatarOf(row.customer.name || row.customer.address || ''),
    isVip: row.customer.isVip,
    isSelected: row.id === context.selectedId,
    isUnread:
      row.seenMessageId === unreadMark ||
      (row.unanswered > 0 && (row.lastMessageId ?? 0) > row.seenMessageId),
    time: shortTime(row.at, context),
    fullTime: words.full(row.at),
    at: new Date(row.at).toISOString(),
    who: row.previewKind === 'outbound' ? words.t('inbox.we') : null,
    hasDraft: row.hasDraft,
    preview: previewText({ preview: row.preview, what: row.previewWhat }, words) || row.subject,
    unanswered: row.unanswered,
    waiting: waitingChip(row, context),
    state: stateChip(row, context),
    priority: priorityChip(row, words),
    tags: row.tags.slice(0, shownTags),
    moreTags: Math.max(0, row.tags.length - shownTags),
    assignee: row.assignee ? avatarOf(row.assignee.name) : null,
    canTake: context.canAssign && row.assignee === null && row.status !== 'closed'
  }
}

/** Today the clock, this week the weekday and date. */
function shortTime(at: number, { words, now }: RowContext): string {
  return words.day(at) === words.day(now.getTime()) ? words.time(at) : words.date(at, now)
}

function waitingChip(row: ListedConversation, { words, now }: RowContext): ShownRow['waiting'] {
  if (row.waitingSince === null || row.status === 'closed' || row.status === 'snoozed') return null
  const ms = Math.max(1000, now.getTime() - row.waitingSince)
  const tone = ms >= 24 * hour ? 'danger' : ms >= 4 * hour ? 'warn' : 'plain'
  const since = new Date(row.waitingSince).toISOString()
  return { text: words.t('inbox.waiting', { time: words.duration(ms) }), tone, since }
}

function stateChip(row: ListedConversation, { words, now }: RowContext): string | null {
  if (row.status === 'pending') return words.t('inbox.pending')
  if (row.status === 'snoozed' && row.snoozedUntil !== null) {
    return words.t('inbox.snoozed_until', { time: words.dateTime(row.snoozedUntil, now) })
  }
  return null
}

function priorityChip(row: ListedConversation, words: Translator): ShownRow['priority'] {
  if (row.priority === 'urgent') return { text: words.t('priority.urgent'), tone: 'danger' }
  if (row.priority === 'high') return { text: words.t('priority.high'), tone: 'warn' }
  return null
}
