import type { SelectQueryBuilder } from 'kysely'
import type { Agent } from '../agent/table.ts'
import type { Queue, Status } from '../conversation/table.ts'
import type { Tables } from '../db/schema.ts'
import { notFound } from '../errors.ts'

/** A list of conversations with an address of its own: `/inbox/<slug>`. */
export interface InboxView {
  slug: string
  queue: Queue
  assigneeId?: number | null
  teamId?: number
  accountId?: number
  /** Only these of the queue: waiting ones stand with the open ones. */
  status?: Status
  /** Word of the fixed views; team and account views carry their own names. */
  word?: string
}

/** Reads the slug of an address: `mine`, `unassigned`, `all`, `snoozed`, `closed`, `spam`, `team-3`, `ch-7`. */
export function viewOf(slug: string, agent: Pick<Agent, 'id'>): InboxView {
  const fixed = fixedViews(agent.id).find(view => view.slug === slug)
  if (fixed) return fixed
  const [, kind, id] = /^(team|ch)-(\d{1,9})$/.exec(slug) ?? []
  if (kind === 'team') return { slug, queue: 'open', teamId: Number(id) }
  if (kind === 'ch') return { slug, queue: 'open', accountId: Number(id) }
  throw notFound('view')
}

export function fixedViews(agentId: number): InboxView[] {
  return [
    { slug: 'mine', queue: 'open', assigneeId: agentId, word: 'inbox.mine' },
    { slug: 'unassigned', queue: 'open', assigneeId: null, word: 'inbox.unassigned' },
    { slug: 'all', queue: 'open', word: 'inbox.all' },
    { slug: 'snoozed', queue: 'snoozed', word: 'inbox.snoozed' },
    { slug: 'closed', queue: 'closed', word: 'inbox.closed' },
    { slug: 'spam', queue: 'spam', word: 'inbox.spam' }
  ]
}

type ConversationQuery<Row> = SelectQueryBuilder<Tables, 'conversation', Row>

/** Narrows a query on `conversation` to what stands in the view. */
export function inView<Row>(
  query: ConversationQuery<Row>,
  view: InboxView
): ConversationQuery<Row> {
  let narrowed = query.where('conversation.queue', '=', view.queue)
  if (view.assigneeId === null) narrowed = narrowed.where('conversation.assignee_id', 'is', null)
  else if (view.assigneeId)
    narrowed = narrowed.where('conversation.assignee_id', '=', view.assigneeId)
  if (view.teamId) narrowed = narrowed.where('conversation.team_id', '=', view.teamId)
  if (view.accountId) narrowed = narrowed.where('conversation.account_id', '=', view.accountId)
  if (view.status) narrowed = narrowed.where('conversation.status', '=', view.status)
  return narrowed
}
