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
  const found = await idsOf(db, view, viewer, before)
  const rows = await listRows(db, found.slice(0, pageSize), viewer)
  const last = rows.at(-1)
  const hasMore = found.length > pageSize && last !== undefined
  return { rows, next: hasMore ? `${last.at}-${last.id}` : null }
}

/** Rows for the given conversations, in that order; those that are not in the view are left out. */
export async function listThese(
  db: Db,
  ids: number[],
  view: InboxView,
  viewer: Viewer
): Promise<ListedConversation[]> {
  if (ids.length === 0) return []
  const visible = await inView(db.selectFrom('conversation').select('conversation.id'), view)
    .where('conversation.id', 'in', ids)
    .where(eb => visibleTo(eb, viewer))
    .execute()
  const allowed = new Set(visible.map(row => row.id))
  const shown = ids.filter(id => allowed.has(id))
  return listRows(db, shown, viewer)
}

async function idsOf(
  db: Db,
  view: InboxView,
  viewer: Viewer,
  before: string | null
): Promise<number[]> {
  let query = inView(db.selectFrom('conversation').select('conversation.id'), view)
    .where(eb => visibleTo(eb, viewer))
    .orderBy('conversation.last_message_at', 'desc')
    .orderBy('conversation.id', 'desc')
    .limit(pageSize + 1)
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
  return (await query.execute()).map(row => row.id)
}
