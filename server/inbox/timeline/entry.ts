import type { Title } from '../../conversation/event.ts'
import type { MessageHeaders, MessageKind, MessageStatus } from '../../conversation/table.ts'
import type { ListedAttachment } from './listed-file.ts'
import type { ListedQuote } from './quoted.ts'
import type { ListedReaction } from './reaction.ts'
import type { ListedRelay } from './relay.ts'

/** One entry of a timeline as the database knows it; the presenter makes words and times of it. */
export type Entry = MessageEntry | EventEntry

export interface MessageEntry {
  type: 'message'
  id: number
  kind: MessageKind
  channel: string | null
  accountId: number | null
  author: Author
  subject: string | null
  text: string
  isRich: boolean
  hasQuote: boolean
  hasRemoteImages: boolean
  isAutomatic: boolean
  isVerified: boolean
  headers: MessageHeaders
  status: MessageStatus
  statusReason: string | null
  sendAfter: number | null
  attachments: ListedAttachment[]
  relays: ListedRelay[]
  /** The provider's number of it: without one nothing can be done to it. */
  remoteId: string | null
  /** The raw item that it came in. */
  journalId: number | null
  editedAt: number | null
  /** Taken back: then nothing of its content is in here. */
  deletedAt: number | null
  reactions: ListedReaction[]
  /** The message that this one answers, when it is known and of this conversation. */
  quote: ListedQuote | null
  /** What the provider calls the trouble. */
  failureCode: string | null
  at: number
}

export interface EventEntry {
  type: 'event'
  id: number
  action: string
  author: Author
  particulars: Record<string, unknown>
  at: number
}

export interface Author {
  kind: 'agent' | 'customer' | 'system' | 'plugin'
  id: number | null
  name: string
  address: string | null
  /** A plugin's name in both languages. */
  title?: Title
}
