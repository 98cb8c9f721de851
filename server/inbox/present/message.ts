import type { Translator } from '../../i18n/words.ts'
import { avatarOf, type Avatar } from '../avatar.ts'
import type { MessageEntry } from '../timeline/entry.ts'
import { piecesOf, type Piece } from './link.ts'
import { presentCard, type ShownCard } from './card.ts'
import { markedPiecesOf } from './marked.ts'
import { nameOf } from './event.ts'
import { presentFiles, type ShownFiles } from './file.ts'
import { marksOf, type ShownMark } from './mark.ts'
import { presentQuote, type ShownQuote } from './quote.ts'
import { presentReactions, type ShownReactions } from './reaction.ts'
import { presentRelay, type ShownRelay } from './relay.ts'
import { presentStatus, type ShownStatus } from './status.ts'
import type { TimelineContext } from './timeline.ts'

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
  /** Who of a group wrote. */
  member: string | null
  marks: ShownMark[]
  quote: ShownQuote | null
  pieces: Piece[]
  isRich: boolean
  hasQuote: boolean
  hasRemoteImages: boolean
  isAutomatic: boolean
  warning: string | null
  /** Who wrote, when the entry before was somebody else's. */
  showsPeople: boolean
  copies: string | null
  files: ShownFiles
  cards: ShownCard[]
  /** Answers that we offered below it. */
  choices: { title: string; hint: string | null }[]
  /** Name of the approved message that it was made of. */
  template: string | null
  unsupported: { what: string; original: string | null } | null
  reactions: ShownReactions
  /** In words, when it was taken back; then there is nothing else to see. */
  gone: string | null
  /** When it was changed, in words. */
  edited: string | null
  hasMenu: boolean
  status: ShownStatus | null
  relays: ShownRelay[]
  time: string
  fullTime: string
  at: string
  /** The first that this reader has not seen: a line stands above it. */
  isFirstNew?: boolean
}

/** `isSameWriter`: the message before was by the same person. */
export function presentMessage(
  entry: MessageEntry,
  context: TimelineContext,
  isSameWriter = false
): ShownMessage {
  const { words, now } = context
  const { headers } = entry
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
    member: headers.member ?? null,
    marks: marksOf(entry, words),
    quote: presentQuote(entry, words),
    pieces: headers.isMarked ? markedPiecesOf(entry.text) : piecesOf(entry.text),
    isRich: entry.isRich,
    hasQuote: entry.hasQuote,
    hasRemoteImages: entry.hasRemoteImages,
    isAutomatic: entry.isAutomatic,
    warning: headers.isSuspicious ? words.t('message.suspicious') : null,
    showsPeople: !isSameWriter || entry.isAutomatic || copiesOf(entry, words) !== null,
    copies: copiesOf(entry, words),
    files: presentFiles(entry, words),
    cards: (headers.cards ?? []).map(card => presentCard(card, words)),
    choices: (headers.choices ?? []).map(({ title, hint }) => ({ title, hint: hint ?? null })),
    template: headers.template?.name ?? null,
    unsupported: unsupportedOf(entry, context),
    reactions: presentReactions(entry, context),
    gone: goneOf(entry, words),
    edited: editedOf(entry, words, now),
    hasMenu: entry.deletedAt === null,
    status: entry.deletedAt === null ? presentStatus(entry, context) : null,
    relays: entry.relays.map(relay => presentRelay(relay, words)),
    time: words.time(entry.at),
    fullTime: words.full(entry.at),
    at: new Date(entry.at).toISOString()
  }
}

function goneOf({ deletedAt, kind }: MessageEntry, words: Translator): string | null {
  if (deletedAt === null) return null
  return words.t(kind === 'inbound' ? 'message.gone' : 'message.gone_ours')
}

function editedOf(entry: MessageEntry, words: Translator, now: Date): string | null {
  if (entry.editedAt === null || entry.deletedAt !== null) return null
  return words.t('message.edited', { time: words.dateTime(entry.editedAt, now) })
}

function unsupportedOf(entry: MessageEntry, { reader, kind }: TimelineContext) {
  const { headers, journalId, channel } = entry
  if (headers.unsupported === undefined) return null
  const isThere = reader.canReadRaw && journalId !== null
  const original = isThere ? `/settings/health/items/${journalId}/raw` : null
  return { what: kind(channel, headers.unsupported), original }
}

function copiesOf({ headers }: MessageEntry, words: Translator): string | null {
  const names = (list: { value: string; name?: string }[] = []) =>
    list.map(copy => copy.name ?? copy.value).join(', ')
  const parts = [
    headers.cc?.length ? words.t('message.cc', { names: names(headers.cc) }) : null,
    headers.bcc?.length ? words.t('message.bcc', { names: names(headers.bcc) }) : null
  ]
  return parts.filter(part => part !== null).join(' · ') || null
}
