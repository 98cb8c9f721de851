import type { Translator } from '../i18n/words.ts'
import { avatarOf, type Avatar } from './avatar.ts'
import type { Entry, MessageEntry } from './entry.ts'
import { legsOf, type Leg } from './leg.ts'
import { piecesOf, type Piece } from './link.ts'
import { foldEvents, type ShownFold } from './fold.ts'
import { nameOf, presentEvent, type ShownEvent } from './present-event.ts'
import { presentRelay, type ShownRelay } from './present-relay.ts'
import { presentStatus, type ShownStatus } from './present-status.ts'
import type { TimelinePage } from './timeline.ts'

/** View data of a message. `mail` cards carry a subject, `bubble`s do not. */
export interface ShownMessage {
  type: 'message'
  id: number
  conversationId: number
  shape: 'bubble' | 'mail' | 'note'
  isOurs: boolean
  author: string
  avatar: Avatar
  address: string | null
  subject: string | null
  pieces: Piece[]
  isRich: boolean
  hasQuote: boolean
  hasRemoteImages: boolean
  isAutomatic: boolean
  warning: string | null
  /** Who wrote, when the entry before was somebody else's. */
  showsPeople: boolean
  copies: string | null
  attachments: { token: string; filename: string; size: string; state: string; isImage: boolean }[]
  status: ShownStatus | null
  relays: ShownRelay[]
  time: string
  fullTime: string
  at: string
  /** The first that this reader has not seen: a line stands above it. */
  isFirstNew?: boolean
}

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

/** `isSameWriter`: the message before was by the same person. */
export function presentMessage(
  entry: MessageEntry,
  context: TimelineContext,
  isSameWriter = false
): ShownMessage {
  const { words, now } = context
  const isMail = entry.channel !== null && context.channel(entry.channel).hasSubject
  return {
    type: 'message',
    id: entry.id,
    conversationId: context.conversationId,
    shape: entry.kind === 'note' ? 'note' : isMail ? 'mail' : 'bubble',
    isOurs: entry.kind !== 'inbound',
    author: nameOf(entry.author, words),
    avatar: avatarOf(entry.author.name),
    address: entry.author.address,
    subject: entry.subject,
    pieces: piecesOf(entry.text),
    isRich: entry.isRich,
    hasQuote: entry.hasQuote,
    hasRemoteImages: entry.hasRemoteImages,
    isAutomatic: entry.isAutomatic,
    warning: warningOf(entry, words),
    showsPeople: !isSameWriter || entry.isAutomatic || copiesOf(entry, words) !== null,
    copies: copiesOf(entry, words),
    attachments: entry.attachments.map(file => ({ ...file, size: words.bytes(file.size) })),
    status: presentStatus(entry, words, now),
    relays: entry.relays.map(relay => presentRelay(relay, words)),
    time: words.time(entry.at),
    fullTime: words.full(entry.at),
    at: new Date(entry.at).toISOString()
  }
}

function warningOf(entry: MessageEntry, words: Translator): string | null {
  if (entry.headers.isSuspicious) return words.t('message.suspicious')
  return null
}

function copiesOf(entry: MessageEntry, words: Translator): string | null {
  const names = (list: { value: string; name?: string }[] = []) =>
    list.map(copy => copy.name ?? copy.value).join(', ')
  const parts = [
    entry.headers.cc?.length ? words.t('message.cc', { names: names(entry.headers.cc) }) : null,
    entry.headers.bcc?.length ? words.t('message.bcc', { names: names(entry.headers.bcc) }) : null
  ]
  return parts.filter(part => part !== null).join(' · ') || null
}
