import type { MessageHeaders } from '../../conversation/table.ts'
import type { Db } from '../../db/schema.ts'
import { authorOf } from './author.ts'
import type { MessageEntry } from './entry.ts'
import { listFailureCodes } from './failure-code.ts'
import { listFiles } from './listed-file.ts'
import { listQuoted } from './quoted.ts'
import { listReactions } from './reaction.ts'
import { listRelays } from './relay.ts'
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
  const [rows, files, relays, reactions] = await Promise.all([
    selectRows(db, ids),
    listFiles(db, ids),
    listRelays(db, ids),
    listReactions(db, ids)
  ])
  const [quoted, codes] = await Promise.all([
    rows.some(row => row.quoted_id !== null) ? listQuoted(db, ids) : new Map<number, never>(),
    listFailureCodes(
      db,
      rows.filter(row => row.status_reason !== null).map(row => row.id)
    )
  ])
  return rows.map(row =>
    entryOf(row, {
      attachments: files.get(row.id) ?? [],
      relays: relays.get(row.id) ?? [],
      reactions: reactions.get(row.id) ?? [],
      quote: quoted.get(row.quoted_id ?? 0) ?? null,
      failureCode: codes.get(row.id) ?? null
    })
  )
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

type Beside = Pick<MessageEntry, 'attachments' | 'relays' | 'reactions' | 'quote' | 'failureCode'>

function entryOf(row: Row, beside: Beside): MessageEntry {
  const isGone = row.deleted_at !== null
  return {
    type: 'message',
    id: row.id,
    kind: row.kind,
    channel: row.channel,
    accountId: row.account_id,
    author: authorOf(row),
    subject: row.subject,
    text: isGone ? '' : row.text,
    isRich: !isGone && row.has_html === 1,
    hasQuote: !isGone && row.has_quote === 1,
    hasRemoteImages: row.has_remote_images === 1,
    isAutomatic: row.is_automatic === 1,
    isVerified: row.is_verified === 1,
    headers: isGone ? {} : (JSON.parse(row.headers) as MessageHeaders),
    status: row.status,
    statusReason: row.status_reason,
    sendAfter: row.send_after,
    remoteId: row.remote_id,
    journalId: row.journal_id,
    editedAt: row.edited_at,
    deletedAt: row.deleted_at,
    ...beside,
    ...(isGone && { attachments: [], quote: null }),
    at: row.at
  }
}
