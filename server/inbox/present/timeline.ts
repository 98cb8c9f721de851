import type { Translator } from '../../i18n/words.ts'
import type { ChannelCapabilities } from '../../plugin-api/channel.ts'
import type { Entry } from '../timeline/entry.ts'
import { legsOf, type Leg } from './leg.ts'
import { foldEvents, type ShownFold } from './fold.ts'
import { presentEvent, type ShownEvent } from './event.ts'
import { presentMessage, type ShownMessage } from './message.ts'
import type { TimelinePage } from '../timeline/timeline.ts'

export interface ShownLeg {
  key: string
  channel: string | null
  label: string
  account: string
  day: string
  at: string
  /** Goes on where the open page ended: no head of its own. */
  isContinued: boolean
  entries: (ShownMessage | ShownEvent | ShownFold)[]
}

export interface ShownTimeline {
  conversationId: number
  legs: ShownLeg[]
  before: string | null
  lastMessageId: number
  lastEventId: number
  /** Names the leg at the end; what comes next may continue it. */
  lastLeg: string
}

export interface TimelineContext {
  words: Translator
  now: Date
  conversationId: number
  /** What a channel is called, and whether its messages have subjects. */
  channel(type: string): { label: string; hasSubject: boolean }
  account(id: number | null): string
  /** What can be done to messages of this account; null when its channel is off. */
  capabilities(accountId: number | null): ChannelCapabilities | null
  /** What a code of the provider means and what to do, in the reader's language. */
  reason(channel: string | null, code: string): string | null
  /** What content that cannot be shown is called in the reader's language. */
  kind(channel: string | null, what: string): string
  /** Who reads, and whether they may answer and see raw items. */
  reader: { id: number; canReply: boolean; canReadRaw: boolean }
  /** `lastLeg` of what the reader has already. */
  after?: string
  /** Up to which message the reader had read before. */
  seenId?: number
}

export function presentTimeline(page: TimelinePage, context: TimelineContext): ShownTimeline {
  const { words, now } = context
  const cut = legsOf(page.entries, at => words.day(at))
  const firstNew = firstNewOf(page.entries, context.seenId)
  const legs = cut.map((leg, index) => ({
    isContinued: index === 0 && continues(leg, context.after),
    key: leg.key,
    channel: leg.channel,
    label: leg.channel === null ? '' : context.channel(leg.channel).label,
    account: leg.channel === null ? '' : context.account(leg.accountId),
    day: leg.day === words.day(now.getTime()) ? words.t('time.today') : words.date(leg.at, now),
    at: new Date(leg.at).toISOString(),
    entries: foldEvents<ShownMessage>(
      leg.entries.map((entry, at) => {
        const shown = presentEntry(entry, context, leg.entries[at - 1])
        return entry === firstNew && shown.type === 'message'
          ? { ...shown, isFirstNew: true }
          : shown
      }),
      words
    )
  }))
  return {
    conversationId: context.conversationId,
    legs,
    before: page.before,
    lastMessageId: page.lastMessageId,
    lastEventId: page.lastEventId,
    lastLeg: lastLegOf(cut, context.after)
  }
}

/** Nothing is new to somebody who opens the conversation for the first time, or who has read it all. */
function firstNewOf(entries: Entry[], seenId = 0): Entry | undefined {
  if (seenId <= 0) return undefined
  const messages = entries.filter(entry => entry.type === 'message')
  return messages.find(entry => entry.id > seenId && entry.kind === 'inbound')
}

const legName = (leg: Leg) => `${leg.day} ${leg.channel ?? ''} ${leg.accountId ?? ''}`

/** Notes and events of the same day belong to whatever leg is there. */
function continues(leg: Leg, after: string | undefined): boolean {
  if (!after) return false
  return legName(leg) === after || (leg.channel === null && after.startsWith(`${leg.day} `))
}

function lastLegOf(legs: Leg[], after: string | undefined): string {
  const last = legs.at(-1)
  if (!last) return after ?? ''
  return last.channel === null && continues(last, after) && after ? after : legName(last)
}

function presentEntry(entry: Entry, context: TimelineContext, before: Entry | undefined) {
  if (entry.type === 'event') return presentEvent(entry, context.words)
  const isSameWriter =
    before?.type === 'message' &&
    before.author.kind === entry.author.kind &&
    before.author.id === entry.author.id &&
    (entry.author.id !== null || before.author.name === entry.author.name)
  return presentMessage(entry, context, isSameWriter)
}
