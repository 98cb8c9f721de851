import { prepared } from '../db/prepared.ts'
import type { Db } from '../db/schema.ts'
import { announce } from '../db/transaction.ts'
import { changeFrom, type Changes } from './change.ts'
import { findConversation } from './find.ts'
import { glimpse } from './preview/glimpse.ts'
import type {
  Attachment,
  Conversation,
  Message,
  MessageBodyTable,
  MessageHeaders,
  MessageKind,
  MessageStatus
} from './table.ts'

export interface NewMessage {
  kind: MessageKind
  accountId?: number | null
  channel?: string
  identityId?: number | null
  agentId?: number | null
  subject?: string
  /** Visible text. */
  text: string
  /** Sanitised. */
  html?: string | undefined
  fullHtml?: string | undefined
  fullText?: string | undefined
  hasRemoteImages?: boolean
  isAutomatic?: boolean
  isVerified?: boolean
  remoteId?: string
  clientKey?: string
  headers?: MessageHeaders
  status?: MessageStatus
  sendAfter?: number
  journalId?: number
  /** The chat that it came by. */
  threadKey?: string
  albumKey?: string
  /** The message that this one answers. */
  quotedId?: number
  /** What is stored with it, for the preview. */
  files?: readonly Pick<Attachment, 'kind' | 'filename'>[]
  /** When it was written, milliseconds UTC. */
  at: number
  /** Brings no badge, no sound, no waiting time: history, automatic mail. */
  isQuiet?: boolean
}

/** The one way to add an entry to a timeline: message, body, preview, waiting time and news together. */
export async function addMessage(
  trx: Db,
  conversationId: number,
  entry: NewMessage,
  now: Date
): Promise<Message> {
  const conversation = await findConversation(trx, conversationId)
  const message = await insertMessage(trx, conversationId, entry, now)
  await insertBody(trx, message.id, entry)
  await changeFrom(trx, conversation, effects(conversation, message, entry), null, now)
  announce(trx, {
    topic: 'message.added',
    conversation: conversationId,
    message: message.id,
    kind: entry.kind,
    isQuiet: entry.isQuiet ?? false
  })
  return message
}

async function insertMessage(
  trx: Db,
  conversationId: number,
  entry: NewMessage,
  now: Date
): Promise<Message> {
  const [message] = await insert(trx, {
    conversation_id: conversationId,
    account_id: entry.accountId ?? null,
    channel: entry.channel ?? null,
    identity_id: entry.identityId ?? null,
    agent_id: entry.agentId ?? null,
    kind: entry.kind,
    subject: entry.subject ?? null,
    text: entry.text,
    has_html: entry.html ? 1 : 0,
    has_quote: entry.fullHtml || entry.fullText ? 1 : 0,
    is_automatic: entry.isAutomatic ? 1 : 0,
    is_verified: entry.isVerified ? 1 : 0,
    remote_id: entry.remoteId ?? null,
    client_key: entry.clientKey ?? null,
    headers: JSON.stringify(entry.headers ?? {}),
    status: entry.status ?? 'received',
    send_after: entry.sendAfter ?? null,
    journal_id: entry.journalId ?? null,
    thread_key: entry.threadKey ?? null,
    album_key: entry.albumKey ?? null,
    quoted_id: entry.quotedId ?? null,
    at: entry.at,
    created_at: now.getTime()
  })
  if (!message) throw new Error('The message was not stored')
  return message
}

const columns = [
  'conversation_id',
  'account_id',
  'channel',
  'identity_id',
  'agent_id',
  'kind',
  'subject',
  'text',
  'has_html',
  'has_quote',
  'is_automatic',
  'is_verified',
  'remote_id',
  'client_key',
  'headers',
  'status',
  'send_after',
  'journal_id',
  'thread_key',
  'album_key',
  'quoted_id',
  'at',
  'created_at'
] as const

type MessageRow = Pick<Message, (typeof columns)[number]>

const insert = prepared<MessageRow>()((db, value) =>
  db
    .insertInto('message')
    .values(Object.fromEntries(columns.map(name => [name, value(name)])) as unknown as MessageRow)
    .returningAll()
)

async function insertBody(trx: Db, messageId: number, entry: NewMessage): Promise<void> {
  if (!entry.html && !entry.fullHtml && !entry.fullText) return
  const body: MessageBodyRow = {
    message_id: messageId,
    html: entry.html ?? null,
    full_html: entry.fullHtml ?? null,
    full_text: entry.fullText ?? null,
    has_remote_images: entry.hasRemoteImages ? 1 : 0
  }
  await trx.insertInto('message_body').values(body).execute()
}

type MessageBodyRow = Omit<MessageBodyTable, 'has_remote_images'> & { has_remote_images: number }

function effects(conversation: Conversation, message: Message, entry: NewMessage): Changes {
  const at = Math.max(conversation.last_message_at, message.at)
  const isNewest = message.at >= conversation.last_message_at || conversation.message_count === 0
  const counted: Changes = { message_count: conversation.message_count + 1 }
  if (entry.kind !== 'note') Object.assign(counted, { last_message_at: at })
  if (isNewest) {
    Object.assign(counted, {
      last_message_id: message.id,
      ...glimpse(entry),
      preview_kind: entry.kind
    })
  }
  if (entry.channel && entry.kind !== 'note') counted.channel = entry.channel
  return { ...counted, ...waiting(conversation, message, entry) }
}

function waiting(conversation: Conversation, message: Message, entry: NewMessage): Changes {
  if (entry.kind === 'inbound') {
    const last_inbound_at = Math.max(conversation.last_inbound_at ?? 0, message.at)
    if (entry.isQuiet || entry.isAutomatic) return { last_inbound_at }
    return {
      last_inbound_at,
      unanswered_count: conversation.unanswered_count + 1,
      waiting_since: conversation.waiting_since ?? message.at
    }
  }
  if (entry.kind === 'outbound' && !entry.isAutomatic) {
    return { last_outbound_at: message.at, unanswered_count: 0, waiting_since: null }
  }
  return {}
}
