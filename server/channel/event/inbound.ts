import type {
  AccountNews,
  Activity,
  DeliveryReceipt,
  IdentityChange,
  InboundAttachment,
  InboundMessage,
  MessageDeletion,
  MessageEdit,
  Reachability,
  Reaction,
  TemplateChange,
  Unsupported
} from '../../plugin-api/event.ts'
import type { MailedText } from './filter.ts'
import type { Account } from '../table.ts'

/** Where an event came from, and by which rules it is placed. */
export interface Inbound {
  account: Account
  journalId: number
  isHistory: boolean
  rules: InboundRules
}

/** The owner's choices that decide where messages belong. */
export interface InboundRules {
  /** Two letters; how a phone number without country code is read. */
  country: string
  continuityMs: number
  reopenMs: number
}

/** What is said about a message. */
export type MessageChange = MessageEdit | MessageDeletion | Reaction

/** What is said about something that is there already. */
export type Change = MessageChange | Reachability | TemplateChange | AccountNews

/** An event whose files are on the disk and whose HTML is harmless: ready for the transaction. */
export type ReadyEvent =
  | { type: 'message'; message: ReadyMessage }
  | { type: 'delivery'; receipt: DeliveryReceipt }
  | { type: 'unsupported'; unsupported: Unsupported }
  | { type: 'activity'; activity: Activity }
  | { type: 'identity'; change: IdentityChange }
  | { type: 'change'; event: Change }

export interface ReadyMessage {
  event: InboundMessage
  files: ReadyFile[]
  html?: string
  fullHtml?: string
  /** The page of the forwarded message alone. */
  forwardedHtml?: string
  hasRemoteImages: boolean
  /** What plugins say, should it be an agent's answer to a customer. */
  mailed?: MailedText
}

export interface ReadyFile {
  token: string
  blob: { hash: string; size: number } | null
  ref: string | null
  filename: string
  mime: string
  size: number
  kind: InboundAttachment['kind']
  inlineId: string | null
  isHidden: boolean
}

/** `ignored`: a repeat, or nothing that belongs in a timeline. */
export type Outcome = 'stored' | 'ignored'
