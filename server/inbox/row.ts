import type { Viewer } from '../conversation/access.ts'
import type { MessageKind, PreviewWhat, Priority, Status } from '../conversation/table.ts'
import { inJson, prepared } from '../db/prepared.ts'
import type { Db } from '../db/schema.ts'

/** What one row of the list shows, before words and times are made of it. */
export interface ListedConversation {
  id: number
  subject: string
  channel: string
  status: Status
  priority: Priority
  preview: string
  previewKind: MessageKind
  previewWhat: PreviewWhat | null
  unanswered: number
  waitingSince: number | null
  snoozedUntil: number | null
  lastMessageId: number | null
  at: number
  customer: { id: number; name: string; isVip: boolean; address: string | null }
  assignee: { id: number; name: string } | null
  tags: string[]
  hasDraft: boolean
  seenMessageId: number
}

/** Rows in the order of `ids`. The caller has checked that the viewer may see them. */
export async function listRows(
  db: Db,
  ids: number[],
  viewer: Viewer
): Promise<ListedConversation[]> {
  if (ids.length === 0) return []
  const [rows, tags] = await Promise.all([
    selectRows(db, { ids: JSON.stringify(ids), viewerId: viewer.id }),
    tagsOf(db, ids)
  ])
  const byId = new Map(rows.map(row => [row.id, row]))
  return ids.flatMap(id => {
    const row = byId.get(id)
    return row ? [shape(row, tags.get(id) ?? [])] : []
  })
}

/** `ids` as JSON, so that it is one statement for any number of them. */
const selectRows = prepared<{ ids: string; viewerId: number }>()((db, value) =>
  db
    .selectFrom('conversation as c')
    .innerJoin('customer', 'customer.id', 'c.customer_id')
    .leftJoin('agent', 'agent.id', 'c.assignee_id')
    .leftJoin('seen', join =>
      join.onRef('seen.conversation_id', '=', 'c.id').on('seen.agent_id', '=', value('viewerId'))
    )
    .select([
      'c.id',
      'c.subject',
      'c.channel',
      'c.status',
      'c.priority',
      'c.preview',
      'c.preview_kind',
      'c.preview_what',
      'c.unanswered_count',
      'c.waiting_since',
      'c.snoozed_until',
      'c.last_message_id',
      'c.last_message_at',
      'customer.id as customer_id',
      'customer.name as customer_name',
      'customer.is_vip',
      'agent.id as agent_id',
      'agent.name as agent_name',
      'seen.message_id as seen_id'
    ])
    .select(eb => [
      eb
        .selectFrom('identity')
        .select('identity.value')
        .whereRef('identity.customer_id', '=', 'c.customer_id')
        .orderBy('identity.id')
        .limit(1)
        .as('address'),
      eb
        .selectFrom('draft')
        .select('draft.agent_id')
        .whereRef('draft.conversation_id', '=', 'c.id')
        .where('draft.agent_id', '=', value('viewerId'))
        .limit(1)
        .as('drafted_by')
    ])
    .where('c.id', 'in', inJson<number>(value('ids')))
)

type Row = Awaited<ReturnType<typeof selectRows>>[number]

/** The tags of each conversation. */
export async function tagsOf(db: Db, ids: number[]): Promise<Map<number, string[]>> {
  const rows = await selectTags(db, { ids: JSON.stringify(ids) })
  const tags = new Map<number, string[]>()
  for (const row of rows) tags.set(row.id, [...(tags.get(row.id) ?? []), row.name])
  return tags
}

const selectTags = prepared<{ ids: string }>()((db, value) =>
  db
    .selectFrom('conversation_tag')
    .innerJoin('tag', 'tag.id', 'conversation_tag.tag_id')
    .select(['conversation_tag.conversation_id as id', 'tag.name'])
    .where('conversation_tag.conversation_id', 'in', inJson<number>(value('ids')))
    .orderBy('tag.name')
)

function shape(row: Row, tags: string[]): ListedConversation {
  return {
    id: row.id,
    subject: row.subject,
    channel: row.channel,
    status: row.status,
    priority: row.priority,
    preview: row.preview,
    previewKind: row.preview_kind,
    previewWhat: row.preview_what,
    unanswered: row.unanswered_count,
    waitingSince: row.waiting_since,
    snoozedUntil: row.snoozed_until,
    lastMessageId: row.last_message_id,
    at: row.last_message_at,
    customer: {
      id: row.customer_id,
      name: row.customer_name,
      isVip: row.is_vip === 1,
      address: row.address
    },
    assignee: row.agent_id && row.agent_name ? { id: row.agent_id, name: row.agent_name } : null,
    tags,
    hasDraft: row.drafted_by !== null,
    seenMessageId: row.seen_id ?? 0
  }
}
