import type { ColumnType, Generated, Selectable } from 'kysely'
import type { MessageCard } from '../plugin-api/event.ts'
import type { Choice } from '../plugin-api/outbound.ts'
import type { FilledTemplate } from '../plugin-api/template.ts'

export type Status = 'open' | 'pending' | 'snoozed' | 'closed'
/** Which list a conversation stands in; the database derives it: pending stands with the open ones. */
export type Queue = 'open' | 'snoozed' | 'closed' | 'spam'
export type Priority = 'low' | 'normal' | 'high' | 'urgent'

/** `id` is the reference number (#1042). `version` grows with every change. */
export interface ConversationTable {
  id: Generated<number>
  customer_id: number
  account_id: number | null
  channel: string
  thread_key: string | null
  reply_token: string
  subject: Generated<string>
  status: Generated<Status>
  priority: Generated<Priority>
  assignee_id: number | null
  team_id: number | null
  is_spam: Generated<number>
  queue: ColumnType<Queue, never, never>
  preview: Generated<string>
  preview_kind: Generated<MessageKind>
  /** What the newest message is, when it has no words to show. */
  preview_what: PreviewWhat | null
  message_count: Generated<number>
  unanswered_count: Generated<number>
  waiting_since: number | null
  snoozed_until: number | null
  last_message_id: number | null
  last_message_at: number
  last_inbound_at: number | null
  last_outbound_at: number | null
  closed_at: number | null
  version: Generated<number>
  created_at: number
}

export type PreviewWhat =
  | Attachment['kind']
  | MessageCard['kind']
  | 'unsupported'
  /** Taken back. */
  | 'removed'

export interface ParticipantTable {
  conversation_id: number
  identity_id: number
  role: Generated<'customer' | 'copy'>
  added_at: number
}

export interface TagTable {
  id: Generated<number>
  name: string
}

export interface ConversationTagTable {
  conversation_id: number
  tag_id: number
}

export type MessageKind = 'inbound' | 'outbound' | 'note'

/** `received` is inbound and notes; the rest is the ratchet of outbound messages. */
export type MessageStatus =
  | 'received'
  | 'queued'
  | 'sending'
  | 'accepted'
  | 'sent'
  | 'delivered'
  | 'read'
  | 'partly'
  | 'failed'
  | 'unknown'
  | 'cancelled'

export interface MessageTable {
  id: Generated<number>
  conversation_id: number
  account_id: number | null
  channel: string | null
  identity_id: number | null
  agent_id: number | null
  kind: MessageKind
  subject: string | null
  text: Generated<string>
  has_html: Generated<number>
  has_quote: Generated<number>
  is_automatic: Generated<number>
  is_verified: Generated<number>
  remote_id: string | null
  client_key: string | null
  /** JSON `MessageHeaders`. */
  headers: Generated<string>
  status: Generated<MessageStatus>
  status_reason: string | null
  send_after: number | null
  journal_id: number | null
  /** The chat that it came by; null for mail and for what we write. */
  thread_key: string | null
  album_key: string | null
  /** The message that this one answers, when it is known. */
  quoted_id: number | null
  edited_at: number | null
  deleted_at: number | null
  at: number
  created_at: number
}

/** Who else is on a message. */
export interface MessageHeaders {
  to?: { kind: 'email' | 'phone' | 'external'; value: string; name?: string }[]
  cc?: { kind: 'email' | 'phone' | 'external'; value: string; name?: string }[]
  bcc?: { kind: 'email' | 'phone' | 'external'; value: string; name?: string }[]
  replyTo?: { kind: 'email' | 'phone' | 'external'; value: string; name?: string }
  /** Named by a message that is not proven: shown to the agent, never written to by itself. */
  others?: { kind: 'email' | 'phone' | 'external'; value: string; name?: string }[]
  automatic?: string
  /** The plugin that wrote this note, and what it was called then. */
  plugin?: { id: string; title: { en: string; id: string } }
  isSuspicious?: boolean
  /** What came could not be shown; the raw item has it. */
  unsupported?: string
  context?: Record<string, string>
  cards?: MessageCard[]
  /** What the customer saw above it, when it is not one of our messages. */
  quote?: string
  /** The choice that was tapped, or those that were offered. */
  choice?: string
  choices?: Choice[]
  template?: FilledTemplate
  /** Who of a group wrote. */
  member?: string
  /** The business wrote it outside of Sapa. */
  isFromOutside?: boolean
  /** Written with marks that its customer sees as bold, italics and so on, see `preview/marks.ts`. */
  isMarked?: boolean
  /** What plugins have put below its words, such as a signature. */
  added?: string[]
  /** Of an album: what each part says. `text` is all of it. */
  captions?: Caption[]
}

export interface Caption {
  remoteId: string
  text: string
}

/** HTML is sanitised before it gets here. */
export interface MessageBodyTable {
  message_id: number
  html: string | null
  full_html: string | null
  full_text: string | null
  has_remote_images: Generated<number>
}

/** `token` names the file in URLs; a row without message is an upload that waits for its reply. */
export interface AttachmentTable {
  id: Generated<number>
  message_id: number | null
  agent_id: number | null
  token: string
  blob_hash: string | null
  ref: string | null
  filename: string
  mime: string
  size: Generated<number>
  kind: Generated<'file' | 'image' | 'audio' | 'video' | 'voice' | 'sticker'>
  inline_id: string | null
  is_hidden: Generated<number>
  /** `gone`: its provider has it no longer, or never hands it over. */
  state: Generated<'ready' | 'pending' | 'failed' | 'gone'>
  /** Remote id of the album's part that brought it. */
  part_id: string | null
  created_at: number
}

export interface EventTable {
  id: Generated<number>
  conversation_id: number | null
  customer_id: number | null
  action: string
  actor_kind: 'agent' | 'customer' | 'system' | 'plugin'
  actor_id: string | null
  particulars: Generated<string>
  /** What is told with the same key is the same. */
  key: string | null
  at: number
}

/** A chat that goes on in a conversation which began elsewhere. */
export interface JoinedChatTable {
  account_id: number
  thread_key: string
  conversation_id: number
}

/** A way for the customer to another channel; the code itself is nowhere. */
export interface InviteCodeTable {
  hash: string
  conversation_id: number
  account_id: number
  created_at: number
  expires_at: number
}

export interface DraftTable {
  conversation_id: number
  agent_id: number
  mode: 'reply' | 'note'
  text: string
  particulars: Generated<string>
  updated_at: number
}

/** Up to which message an agent has read a conversation. */
export interface SeenTable {
  conversation_id: number
  agent_id: number
  message_id: number
  at: number
}

/** Kept by the transactions that change conversations; see `count.ts`. */
export interface CounterTable {
  scope: 'all' | 'assignee' | 'team' | 'account'
  owner: Generated<string>
  queue: Queue
  amount: Generated<number>
}

export type Conversation = Selectable<ConversationTable>
export type Message = Selectable<MessageTable>
export type Attachment = Selectable<AttachmentTable>

declare module '../db/schema.ts' {
  interface Tables {
    conversation: ConversationTable
    participant: ParticipantTable
    tag: TagTable
    conversation_tag: ConversationTagTable
    message: MessageTable
    message_body: MessageBodyTable
    attachment: AttachmentTable
    event: EventTable
    joined_chat: JoinedChatTable
    invite_code: InviteCodeTable
    draft: DraftTable
    seen: SeenTable
    counter: CounterTable
  }
}

declare module '../db/transaction.ts' {
  interface News {
    'conversation.changed': { conversation: number }
    'message.added': { conversation: number; message: number; kind: MessageKind; isQuiet: boolean }
    'message.changed': { conversation: number; message: number }
    /** A line of history without a change of the conversation. */
    'event.added': { conversation: number }
  }
}
