import { Type, type Static } from '../web/type.ts'
import type { Db } from '../db/schema.ts'
import { tagsOf } from '../inbox/row.ts'
import { named, nullable, nullableId, nullableMoment, moment, told } from './schema.ts'

export const statuses = ['open', 'pending', 'snoozed', 'closed'] as const
export const priorities = ['low', 'normal', 'high', 'urgent'] as const

const person = { id: Type.Integer(), name: Type.String() }

export const conversation = named('Conversation', {
  id: Type.Integer({ description: 'Also the number that people see: #1042' }),
  subject: Type.String(),
  status: Type.Enum([...statuses]),
  is_spam: Type.Boolean(),
  priority: Type.Enum([...priorities]),
  channel: Type.String(),
  account_id: nullableId,
  customer: Type.Object(person),
  assignee_id: nullableId,
  assignee: nullable(Type.Object(person)),
  team_id: nullableId,
  team: nullable(Type.Object(person)),
  tags: Type.Array(Type.String()),
  preview: Type.String(),
  message_count: Type.Integer(),
  unanswered_count: Type.Integer(),
  waiting_since: nullableMoment,
  snoozed_until: nullableMoment,
  last_message_at: moment,
  closed_at: nullableMoment,
  created_at: moment,
  version: Type.Integer({ description: 'Grows with every change' })
})

export type ToldConversation = Static<typeof conversation>

/** Conversations as the API tells them, in the order of `ids`. The caller has checked who may see them. */
export async function tellConversations(db: Db, ids: number[]): Promise<ToldConversation[]> {
  if (ids.length === 0) return []
  const [rows, tags] = await Promise.all([selectRows(db, ids), tagsOf(db, ids)])
  const byId = new Map(rows.map(row => [row.id, row]))
  return ids.flatMap(id => {
    const row = byId.get(id)
    return row ? [tell(row, tags.get(id) ?? [])] : []
  })
}

export async function tellConversation(db: Db, id: number): Promise<ToldConversation> {
  const [found] = await tellConversations(db, [id])
  if (!found) throw new Error(`Conversation ${id} is gone`)
  return found
}

function selectRows(db: Db, ids: number[]) {
  return db
    .selectFrom('conversation as c')
    .innerJoin('customer', 'customer.id', 'c.customer_id')
    .leftJoin('agent', 'agent.id', 'c.assignee_id')
    .leftJoin('team', 'team.id', 'c.team_id')
    .selectAll('c')
    .select([
      'customer.name as customer_name',
      'agent.name as assignee_name',
      'team.name as team_name'
    ])
    .where('c.id', 'in', ids)
    .execute()
}

type Row = Awaited<ReturnType<typeof selectRows>>[number]

function tell(row: Row, tags: string[]): ToldConversation {
  return {
    id: row.id,
    subject: row.subject,
    status: row.status,
    is_spam: row.is_spam === 1,
    priority: row.priority,
    channel: row.channel,
    account_id: row.account_id,
    customer: { id: row.customer_id, name: row.customer_name },
    assignee_id: row.assignee_id,
    assignee: whoIs(row.assignee_id, row.assignee_name),
    team_id: row.team_id,
    team: whoIs(row.team_id, row.team_name),
    tags,
    preview: row.preview,
    message_count: row.message_count,
    unanswered_count: row.unanswered_count,
    waiting_since: told(row.waiting_since),
    snoozed_until: told(row.snoozed_until),
    last_message_at: told(row.last_message_at),
    closed_at: told(row.closed_at),
    created_at: told(row.created_at),
    version: row.version
  }
}

function whoIs(id: number | null, name: string | null) {
  return id === null ? null : { id, name: name ?? '' }
}
