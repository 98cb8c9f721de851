import type { MessageHeaders } from '../conversation/table.ts'
import type { Db } from '../db/schema.ts'
import type { Author, ListedAttachment, MessageEntry } from './entry.ts'
import { listRelays, type ListedRelay } from './relay.ts'
import type { Key } from './timeline.ts'

/** Ids of the newest messages before `before`, oldest first. */
export async function newestMessages(
  db: Db,
  conversationId: number,
  before: Key | null,
  limit: number
): Promise<number[]> {
  let query = db
    .selectFrom('message')
    .select('id')
    .where('conversation_id', '=', conversationId)
    .where('status', '!=', 'cancelled')
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
  if (before) {
    query = query.where(eb => eb(eb.refTuple('at', 'id'), '<', eb.tuple(before.at, before.id)))
  }
  return (await query.execute()).map(row => row.id).toReversed()
}

/** When the newest message that a page has was written. */
export function findShown(
  db: Db,
  conversationId: number,
  newestId: number
): Promise<{ at: number } | undefined> {
  return db
    .selectFrom('message')
    .select('at')
    .where('conversation_id', '=', conversationId)
    .where('id', '<=', newestId)
    .where('status', '!=', 'cancelled')
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Messages that were added after `afterId`, at most 200. */
export async function listMessages(
  db: Db,
  conversationId: number,
  afterId: number
): Promise<MessageEntry[]> {
  const rows = await db
    .selectFrom('message')
    .select('id')
    .where('conversation_id', '=', conversationId)
    .where('id', '>', afterId)
    .where('status', '!=', 'cancelled')
    .orderBy('id')
    .limit(200)
    .execute()
  return messagesOf(
    db,
    rows.map(row => row.id)
  )
}

/** The messages with these ids, in order of time. */
export async function messagesOf(db: Db, ids: number[]): Promise<MessageEntry[]> {
  if (ids.length === 0) return []
  const [rows, attachments, relays] = await Promise.all([
    selectRows(db, ids),
    selectAttachments(db, ids),
    listRelays(db, ids)
  ])
  return rows.map(row => entryOf(row, attachments.get(row.id) ?? [], relays.get(row.id) ?? []))
}

function selectRows(db: Db, ids: number[]) {
  return db
    .selectFrom('message')
    .leftJoin('agent', 'agent.id', 'message.agent_id')
    .leftJoin('identity', 'identity.id', 'message.identity_id')
    .leftJoin('customer', 'customer.id', 'identity.customer_id')
    .leftJoin('message_body', 'message_body.message_id', 'message.id')
    .selectAll('message')
    .select([
      'agent.name as agent_name',
      'identity.name as identity_name',
      'identity.value as identity_value',
      'customer.name as customer_name',
      'message_body.has_remote_images'
    ])
    .where('message.id', 'in', ids)
    .orderBy('message.at')
    .orderBy('message.id')
    .execute()
}

type Row = Awaited<ReturnType<typeof selectRows>>[number]

async function selectAttachments(db: Db, ids: number[]): Promise<Map<number, ListedAttachment[]>> {
  const rows = await db
    .selectFrom('attachment')
    .select(['message_id', 'token', 'filename', 'mime', 'size', 'state'])
    .where('message_id', 'in', ids)
    .where('is_hidden', '=', 0)
    .where('inline_id', 'is', null)
    .orderBy('id')
    .execute()
  const lists = new Map<number, ListedAttachment[]>()
  for (const { message_id, ...file } of rows) {
    if (message_id === null) continue
    const listed = { ...file, isImage: shownImages.has(file.mime) }
    lists.set(message_id, [...(lists.get(message_id) ?? []), listed])
  }
  return lists
}

const shownImages = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

function entryOf(row: Row, attachments: ListedAttachment[], relays: ListedRelay[]): MessageEntry {
  return {
    type: 'message',
    id: row.id,
    kind: row.kind,
    channel: row.channel,
    accountId: row.account_id,
    author: authorOf(row),
    subject: row.subject,
    text: row.text,
    isRich: row.has_html === 1,
    hasQuote: row.has_quote === 1,
    hasRemoteImages: row.has_remote_images === 1,
    isAutomatic: row.is_automatic === 1,
    isVerified: row.is_verified === 1,
    headers: JSON.parse(row.headers) as MessageHeaders,
    status: row.status,
    statusReason: row.status_reason,
    sendAfter: row.send_after,
    attachments,
    relays,
    at: row.at
  }
}

function authorOf(row: Row): Author {
  if (row.kind === 'inbound') {
    const name = row.identity_name ?? row.customer_name ?? row.identity_value ?? ''
    return { kind: 'customer', id: row.identity_id, name, address: row.identity_value }
  }
  if (row.agent_id !== null) {
    return { kind: 'agent', id: row.agent_id, name: row.agent_name ?? '', address: null }
  }
  const { plugin } = JSON.parse(row.headers) as MessageHeaders
  if (plugin) {
    const { title } = plugin
    return { kind: 'plugin', id: null, name: title.en, address: null, title }
  }
  return { kind: 'system', id: null, name: '', address: null }
}
