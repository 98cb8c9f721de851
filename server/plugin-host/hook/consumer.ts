import type { Db } from '../../db/schema.ts'
import { inTransaction } from '../../db/transaction.ts'
import { backoff } from '../../jobs/backoff.ts'
import type { Delivery, EventName } from '../../plugin-api/hooks.ts'
import type { Calls } from '../call/call.ts'
import { newestId, readRecent, sourceOf, type Recent } from './recent.ts'

export interface Consumer {
  plugin: string
  key: string
  name: EventName
  /** Where it begins when it is new. */
  from: 'now' | 'start'
  work(delivery: Delivery<EventName>, signal: AbortSignal): Promise<void>
  /** The plugin is switched off. */
  signal: AbortSignal
}

const handlerMs = 30_000
const maxAttempts = 8
const perTurn = 50

/** Remembers where a consumer begins, once; later it goes on where it was. */
export async function beginConsumer(db: Db, { plugin, key, name, from }: Consumer): Promise<void> {
  const cursor = from === 'start' ? 0 : await newestId(db, sourceOf(name))
  await db
    .insertInto('plugin_consumer')
    .values({ plugin_id: plugin, key, event: name, cursor })
    .onConflict(conflict => conflict.columns(['plugin_id', 'key']).doNothing())
    .execute()
}

/**
 * Brings a consumer what it has not had, one after the other. Returns when the next try is due, Unix
 * ms, or null when nothing is left.
 */
export async function feedConsumer(
  db: Db,
  calls: Calls,
  consumer: Consumer,
  clock: () => Date
): Promise<number | null> {
  for (;;) {
    const state = await stateOf(db, consumer)
    if (!state || consumer.signal.aborted) return null
    if (state.next_at > clock().getTime()) return state.next_at
    const { name } = consumer
    const { events, until } = await readRecent(db, sourceOf(name), [name], state.cursor, perTurn)
    let { attempts } = state
    for (const event of events) {
      const nextAt = await deliver(db, calls, consumer, event, attempts + 1, clock)
      if (nextAt !== 'done') return nextAt
      attempts = 0
    }
    if (until > state.cursor) await move(db, consumer, until)
    if (events.length < perTurn) return null
  }
}

async function deliver(
  db: Db,
  calls: Calls,
  consumer: Consumer,
  event: Recent,
  attempt: number,
  clock: () => Date
): Promise<'done' | number | null> {
  const { plugin, name, signal } = consumer
  // Its own deeds do not come back to it.
  if (event.by === plugin) return moveOn(db, consumer, event.id)
  const delivery = {
    id: `${sourceOf(name)}-${event.id}`,
    name,
    at: event.at,
    attempt,
    facts: event.facts
  }
  // Counted before: what ends the process must not be tried for ever.
  await setState(db, consumer, { attempts: attempt })
  try {
    await callConsumer(calls, consumer, delivery)
    return await moveOn(db, consumer, event.id)
  } catch (error) {
    if (signal.aborted) {
      await setState(db, consumer, { attempts: attempt - 1 })
      return null
    }
    if (attempt >= maxAttempts) {
      return bury(db, consumer, event, calls.faults.textOf(plugin, error), clock())
    }
    const nextAt = clock().getTime() + backoff(attempt)
    await setState(db, consumer, { attempts: attempt, next_at: nextAt })
    return nextAt
  }
}

export function callConsumer(
  calls: Calls,
  { plugin, key, name, work, signal }: Consumer,
  delivery: Delivery<EventName>
): Promise<void> {
  const limits = { timeoutMs: handlerMs, signal }
  return calls.run(plugin, `consume ${name} ${key}`, stop => work(delivery, stop), limits)
}

async function moveOn(db: Db, consumer: Consumer, cursor: number): Promise<'done'> {
  await move(db, consumer, cursor)
  return 'done'
}

const move = (db: Db, consumer: Consumer, cursor: number) =>
  setState(db, consumer, { cursor, attempts: 0, next_at: 0 })

/** The next one comes; this one waits for somebody to look. */
function bury(
  db: Db,
  consumer: Consumer,
  event: Recent,
  error: string,
  now: Date
): Promise<'done'> {
  return inTransaction(db, async trx => {
    await trx
      .insertInto('plugin_dead_event')
      .values({
        plugin_id: consumer.plugin,
        key: consumer.key,
        event: consumer.name,
        source_id: event.id,
        facts: JSON.stringify(event.facts),
        error,
        happened_at: event.at,
        at: now.getTime()
      })
      .execute()
    return moveOn(trx, consumer, event.id)
  })
}

function stateOf(db: Db, { plugin, key }: Consumer) {
  return db
    .selectFrom('plugin_consumer')
    .select(['cursor', 'attempts', 'next_at'])
    .where('plugin_id', '=', plugin)
    .where('key', '=', key)
    .executeTakeFirst()
}

async function setState(
  db: Db,
  { plugin, key }: Consumer,
  state: { cursor?: number; attempts?: number; next_at?: number }
): Promise<void> {
  await db
    .updateTable('plugin_consumer')
    .set(state)
    .where('plugin_id', '=', plugin)
    .where('key', '=', key)
    .execute()
}
