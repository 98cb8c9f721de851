import type { MessageHeaders } from '../../conversation/table.ts'
import type { Db } from '../../db/schema.ts'
import type { EventName, Events } from '../../plugin-api/hooks.ts'

/** Something that has happened, as it lies in the database. */
export interface Recent {
  /** The row's id: the cursor after it. */
  id: number
  name: EventName
  at: number
  facts: Events[EventName]
  /** The plugin that did it. */
  by: string | null
}

/** The two tables that remember what has happened. Ids grow with the commits: there is one writer. */
export type Source = 'message' | 'event'

const kinds = { inbound: 'message.received', outbound: 'message.sent', note: 'note.added' } as const

const actions: Record<string, EventName> = {
  opened: 'conversation.opened',
  assigned: 'conversation.assigned',
  unassigned: 'conversation.assigned',
  closed: 'conversation.closed',
  reopened: 'conversation.reopened',
  woken: 'conversation.reopened',
  tagged: 'conversation.tagged',
  merged: 'customer.merged'
}

export function sourceOf(name: EventName): Source {
  return Object.values<string>(kinds).includes(name) ? 'message' : 'event'
}

/** What is newest now. */
export async function newestId(db: Db, source: Source): Promise<number> {
  const row = await db
    .selectFrom(source)
    .select(eb => eb.fn.max('id').as('id'))
    .executeTakeFirst()
  return row?.id ?? 0
}

/**
 * What came after `cursor`, oldest first, without what an import brought. `until` is how far was
 * looked: the rest of what lies before it has no event of these names.
 */
export async function readRecent(
  db: Db,
  source: Source,
  names: readonly EventName[],
  cursor: number,
  limit: number
): Promise<{ events: Recent[]; until: number }> {
  const until = await newestId(db, source)
  if (until <= cursor) return { events: [], until: cursor }
  const events =
    source === 'message'
      ? await readMessages(db, names, cursor, until, limit)
      : await readEvents(db, names, cursor, until, limit)
  const last = events.at(-1)
  return { events, until: events.length < limit || !last ? until : last.id }
}

async function readMessages(
  db: Db,
  names: readonly EventName[],
  cursor: number,
  until: number,
  limit: number
): Promise<Recent[]> {
  const wanted = Object.entries(kinds).filter(([, name]) => names.includes(name))
  const rows = await db
    .selectFrom('message')
    .innerJoin('conversation', 'conversation.id', 'message.conversation_id')
    .leftJoin('journal', 'journal.id', 'message.journal_id')
    .select([
      ...(['message.id', 'message.kind', 'message.created_at', 'message.agent_id'] as const),
      ...(['message.conversation_id', 'message.account_id', 'message.channel'] as const),
      ...(['message.headers', 'message.thread_key'] as const),
      ...(['message.is_automatic', 'conversation.customer_id'] as const)
    ])
    .where('message.id', '>', cursor)
    .where('message.id', '<=', until)
    .where(
      'message.kind',
      'in',
      wanted.map(([kind]) => kind as keyof typeof kinds)
    )
    .where(eb => eb.or([eb('journal.is_history', 'is', null), eb('journal.is_history', '=', 0)]))
    .orderBy('message.id')
    .limit(limit)
    .execute()
  return rows.map(row => ({
    id: row.id,
    name: kinds[row.kind],
    at: row.created_at,
    by: row.kind === 'note' ? writerOf(row.headers) : null,
    facts: factsOfMessage(row)
  }))
}

/** The plugin that wrote a note: it need not be told. */
const writerOf = (headers: string) => (JSON.parse(headers) as MessageHeaders).plugin?.id ?? null

type MessageRow = {
  id: number
  kind: keyof typeof kinds
  conversation_id: number
  customer_id: number
  account_id: number | null
  channel: string | null
  agent_id: number | null
  thread_key: string | null
  is_automatic: number
}

function factsOfMessage(row: MessageRow): Events[EventName] {
  const { conversation_id: conversation, id: message, agent_id: agent } = row
  if (row.kind === 'note') return { conversation, message, agent }
  const facts = {
    ...{ conversation, message, customer: row.customer_id },
    channel: row.channel ?? '',
    account: row.account_id ?? 0,
    isAutomatic: row.is_automatic === 1
  }
  return row.kind === 'inbound' ? { ...facts, thread: row.thread_key } : { ...facts, agent }
}

async function readEvents(
  db: Db,
  names: readonly EventName[],
  cursor: number,
  until: number,
  limit: number
): Promise<Recent[]> {
  const wanted = Object.keys(actions).filter(action =>
    names.includes(actions[action] ?? 'message.status')
  )
  const rows = await db
    .selectFrom('event')
    .leftJoin('conversation', 'conversation.id', 'event.conversation_id')
    .select([
      ...(['event.id', 'event.action', 'event.at', 'event.particulars'] as const),
      ...(['event.actor_kind', 'event.actor_id', 'event.conversation_id'] as const),
      'event.customer_id as merged_id',
      'conversation.customer_id'
    ])
    .where('event.id', '>', cursor)
    .where('event.id', '<=', until)
    .where('event.action', 'in', wanted)
    // What an import brought is silent.
    .where(eb =>
      eb.or([
        eb('event.action', '!=', 'opened'),
        eb.not(
          eb.exists(
            eb
              .selectFrom('message')
              .innerJoin('journal', 'journal.id', 'message.journal_id')
              .select('message.id')
              .whereRef('message.conversation_id', '=', 'event.conversation_id')
              .where('journal.is_history', '=', 1)
          )
        )
      ])
    )
    .orderBy('event.id')
    .limit(limit)
    .execute()
  return rows.flatMap(row => {
    const name = actions[row.action]
    const facts = name && factsOfEvent(name, row)
    if (!name || !facts) return []
    const by = row.actor_kind === 'plugin' ? row.actor_id : null
    return [{ id: row.id, name, at: row.at, by, facts }]
  })
}

interface EventRow {
  action: string
  particulars: string
  actor_kind: 'agent' | 'customer' | 'system' | 'plugin'
  actor_id: string | null
  conversation_id: number | null
  customer_id: number | null
  merged_id: number | null
}

function factsOfEvent(name: EventName, row: EventRow): Events[EventName] | null {
  const particulars = JSON.parse(row.particulars) as Record<string, unknown>
  if (name === 'customer.merged') {
    if (row.merged_id === null) return null
    return { customer: row.merged_id, from: Number(particulars['customer']) }
  }
  if (row.conversation_id === null || row.customer_id === null) return null
  const facts = {
    conversation: row.conversation_id,
    customer: row.customer_id,
    by: { kind: row.actor_kind, id: row.actor_id }
  }
  if (name === 'conversation.tagged') return { ...facts, tag: String(particulars['tag']) }
  if (name !== 'conversation.assigned') return facts
  return { ...facts, agent: row.action === 'assigned' ? Number(particulars['agent']) : null }
}
