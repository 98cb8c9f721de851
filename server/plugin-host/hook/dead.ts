import type { Db } from '../../db/schema.ts'
import { conflict, notFound } from '../../errors.ts'
import type { Delivery, EventName, Events } from '../../plugin-api/hooks.ts'
import type { Consumers } from './consumers.ts'
import { sourceOf } from './recent.ts'

export interface DeadEvent {
  id: number
  key: string
  event: string
  facts: string
  error: string
  happened_at: number
  at: number
}

/** What a plugin's durable consumers could not take, newest first. */
export function listDeadEvents(
  db: Db,
  plugin: string,
  range: { limit: number; before?: number | undefined }
): Promise<DeadEvent[]> {
  let query = db
    .selectFrom('plugin_dead_event')
    .select(['id', 'key', 'event', 'facts', 'error', 'happened_at', 'at'])
    .where('plugin_id', '=', plugin)
    .orderBy('id', 'desc')
    .limit(range.limit)
  if (range.before !== undefined) query = query.where('id', '<', range.before)
  return query.execute()
}

/** Brings it to its consumer once more; it leaves the list when that goes well. Throws what the plugin threw. */
export async function replayDeadEvent(
  db: Db,
  consumers: Consumers,
  plugin: string,
  id: number
): Promise<void> {
  const row = await find(db, plugin, id)
  const consumer = consumers.find(plugin, row.key)
  if (!consumer) throw conflict('plugin_off', { id: plugin })
  const name = row.event as EventName
  const delivery: Delivery<EventName> = {
    ...{ id: `${sourceOf(name)}-${row.source_id}`, name, at: row.happened_at, attempt: 1 },
    facts: JSON.parse(row.facts) as Events[EventName]
  }
  await consumers.bring(consumer, delivery)
  await dropDeadEvent(db, plugin, id)
}

/** Forgets it. */
export async function dropDeadEvent(db: Db, plugin: string, id: number): Promise<void> {
  await find(db, plugin, id)
  await db.deleteFrom('plugin_dead_event').where('id', '=', id).execute()
}

async function find(db: Db, plugin: string, id: number) {
  const row = await db
    .selectFrom('plugin_dead_event')
    .selectAll()
    .where('id', '=', id)
    .where('plugin_id', '=', plugin)
    .executeTakeFirst()
  if (!row) throw notFound('plugin_dead_event')
  return row
}
