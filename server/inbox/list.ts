import { visibleTo, type Viewer } from '../conversation/access.ts'
import type { Db } from '../db/schema.ts'
import { listRows, type ListedConversation } from './row.ts'
import { inView, type InboxView } from './view.ts'

export interface Page<Row> {
  rows: Row[]
  /** Pass as `before` for the next page; null on the last one. */
  next: string | null
}

const pageSize = 40

/** One page of a view, newest first. Keyset paging: every page costs the same. */
export async function listConversations(
  db: Db,
  view: InboxView,
  viewer: Viewer,
  before: string | null = null
): Promise<Page<ListedConversation>> {
  const page = await listIds(db, view, viewer, before, pageSize)
  return { rows: await listRows(db, page.rows, viewer), next: page.next }
}

/** The ids of one page, for those who shape the rows in their own way. */
export async function listIds(
  db: Db,
  view: InboxView,
  viewer: Viewer,
  before: string | null,
  size: number
): Promise<Page<number>> {
  const found = await keysOf(db, view, viewer, before, size + 1)
  const shown = found.slice(0, size)
  const last = shown.at(-1)
  const hasMore = found.length > size && last !== undefined
  return {
    rows: shown.map(row => row.id),
    next: hasMore ? `${last.last_message_at}-${last.id}` : null
  }
}

async function keysOf(
  db: Db,
  view: InboxView,
  viewer: Viewer,
  before: string | null,
  limit: number
): Promise<{ id: number; last_message_at: number }[]> {
  const keys = db
    .selectFrom('conversation')
    .select(['conversation.id', 'conversation.last_message_at'])
  let query = inView(keys, view)
    .where(eb => visibleTo(eb, viewer))
    .orderBy('conversation.last_message_at', 'desc')
    .orderBy('conversation.id', 'desc')
    .limit(limit)
  const [, at, id] = /^(\d{1,15})-(\d{1,12})$/.exec(before ?? '') ?? []
  if (at && id) {
    query = query.where(eb =>
      eb(
        eb.refTuple('conversation.last_message_at', 'conversation.id'),
        '<',
        eb.tuple(Number(at), Number(id))
      )
    )
  }
  return query.execute()
}
