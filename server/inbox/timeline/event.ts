import type { Title } from '../../conversation/event.ts'
import type { Db } from '../../db/schema.ts'
import type { EventEntry } from './entry.ts'

type Particulars = Record<string, unknown> & { actor_title?: Title }

type Range = { from: number; to: number } | { afterId: number }

/** Events of a conversation, oldest first; at most 400 a page, the newest of them: half may be activities. */
export async function listEvents(
  db: Db,
  conversationId: number,
  range: Range
): Promise<EventEntry[]> {
  const query = db
    .selectFrom('event')
    .leftJoin('agent', join =>
      join
        .on('event.actor_kind', '=', 'agent')
        .on(eb => eb('agent.id', '=', eb.cast<number>('event.actor_id', 'integer')))
    )
    .select([
      'event.id',
      'event.action',
      'event.actor_kind',
      'event.actor_id',
      'event.particulars',
      'event.at',
      'agent.name'
    ])
    .where('event.conversation_id', '=', conversationId)
    .orderBy('event.id', 'desc')
    .limit(400)
  const ranged =
    'afterId' in range
      ? query.where('event.id', '>', range.afterId)
      : query.where('event.at', '>=', range.from).where('event.at', '<', range.to)
  return (await ranged.execute()).map(entryOf).toReversed()
}

function entryOf(row: {
  id: number
  action: string
  actor_kind: EventEntry['author']['kind']
  actor_id: string | null
  particulars: string
  at: number
  name: string | null
}): EventEntry {
  const { actor_title: title, ...particulars } = JSON.parse(row.particulars) as Particulars
  return {
    type: 'event',
    id: row.id,
    action: row.action,
    author: {
      kind: row.actor_kind,
      id: row.actor_kind === 'agent' ? Number(row.actor_id) : null,
      name: row.actor_kind === 'customer' ? '' : (row.name ?? title?.en ?? row.actor_id ?? ''),
      address: null,
      ...(title && { title })
    },
    particulars,
    at: row.at
  }
}
