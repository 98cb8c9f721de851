import { cleanName } from '../../customer/normalise.ts'
import type { MessageEntry } from '../timeline/entry.ts'
import type { TimelineContext } from './timeline.ts'
import type { ListedReaction } from '../timeline/reaction.ts'

/** One emoji under a message with those who chose it. */
export interface ShownReaction {
  emoji: string
  count: number
  people: string
  /** Ours: pressing it takes it back. */
  isOurs: boolean
}

export interface ShownReactions {
  list: ShownReaction[]
  /** The reader may put one and take it back. */
  canReact: boolean
}

const shownAtMost = 12
const namedAtMost = 20
/** The longest emojis are families and flags of many signs; what is longer is not one. */
const longest = 32

export function presentReactions(entry: MessageEntry, context: TimelineContext): ShownReactions {
  const emojis = [...new Set(entry.reactions.map(reaction => reaction.emoji))]
  const list = emojis.slice(0, shownAtMost).map(emoji => {
    const reactions = entry.reactions.filter(reaction => reaction.emoji === emoji)
    return {
      emoji: emoji.length > longest ? '…' : emoji,
      count: reactions.length,
      people: peopleOf(reactions, context),
      isOurs: reactions.some(reaction => reaction.actor === 'agent')
    }
  })
  return { list, canReact: canReact(entry, context) }
}

/** The provider must know the message, and its channel must take reactions to it. */
export function canReact(entry: MessageEntry, { capabilities, reader }: TimelineContext): boolean {
  const isTheirs = entry.kind === 'inbound' && entry.deletedAt === null && entry.remoteId !== null
  return isTheirs && reader.canReply && capabilities(entry.accountId)?.reactions !== undefined
}

/** Of a big group the first ones stand for all. */
function peopleOf(reactions: ListedReaction[], context: TimelineContext): string {
  const names = reactions.slice(0, namedAtMost).map(reaction => nameOf(reaction, context))
  const n = reactions.length - names.length
  return [...names, ...(n > 0 ? [context.words.t('message.reacted_more', { n })] : [])].join(', ')
}

function nameOf({ actor, actorId, name }: ListedReaction, context: TimelineContext): string {
  const { words, reader } = context
  if (actor === 'agent' && actorId === reader.id) return words.t('message.me')
  return cleanName(name) ?? words.t(`author.${actor}`)
}
