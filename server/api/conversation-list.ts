import { Type, type Static } from '../web/type.ts'
import { visibleTo } from '../conversation/access.ts'
import type { Queue, Status } from '../conversation/table.ts'
import type { Agent } from '../agent/table.ts'
import type { Db } from '../db/schema.ts'
import { InvalidInput } from '../errors.ts'
import { listIds, type Page } from '../inbox/list.ts'
import { viewOf, type InboxView } from '../inbox/view.ts'
import { statuses } from './conversation.ts'
import { cutPage, defaultLimit, id, idOf, pageQuery } from './schema.ts'

export const listQuery = Type.Object({
  ...pageQuery,
  view: Type.Optional(
    Type.String({
      pattern: '^(mine|unassigned|all|snoozed|closed|spam|(team|ch)-[0-9]{1,9})$',
      description: 'A list of the inbox: mine, unassigned, all, snoozed, closed, spam, team-3, ch-7'
    })
  ),
  status: Type.Optional(Type.Enum([...statuses])),
  customer_id: Type.Optional(id)
})

/**
 * Without a view or a status the newest conversation is first and nothing ever moves. Those two are
 * the lists of the inbox: a conversation with a new message goes to the front.
 */
export async function pageOfIds(
  db: Db,
  agent: Agent,
  query: Static<typeof listQuery>
): Promise<Page<number>> {
  const { view, status, customer_id, cursor, limit = defaultLimit } = query
  const [first, second] = Object.entries({ view, status, customer_id }).filter(
    ([, value]) => value !== undefined
  )
  if (first && second) throw new InvalidInput({ [second[0]]: 'error.field.invalid' })
  if (view) return listIds(db, viewOf(view, agent), agent, cursor ?? null, limit)
  if (status) return listIds(db, statusView(status), agent, cursor ?? null, limit)
  let ids = db
    .selectFrom('conversation')
    .select('conversation.id')
    .where(eb => visibleTo(eb, agent))
    .orderBy('conversation.id', 'desc')
    .limit(limit + 1)
  const before = idOf(cursor)
  if (before !== undefined) ids = ids.where('conversation.id', '<', before)
  if (customer_id) ids = ids.where('conversation.customer_id', '=', customer_id)
  const { shown, next } = cutPage(await ids.execute(), limit)
  return { rows: shown.map(row => row.id), next }
}

function statusView(status: Status): InboxView {
  const queue: Queue = status === 'pending' ? 'open' : status
  return { slug: status, queue, status }
}
