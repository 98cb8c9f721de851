import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Db } from '../../db/schema.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { Jobs } from '../../jobs/jobs.ts'
import type { CustomerRecord } from '../../plugin-api/records.ts'
import type { HostTools } from '../tools.ts'
import type { PluginErasureTable } from './table.ts'

/** No plugin's own job can have this name: the host names it first. */
const jobName = 'sapa:erase'

export interface ErasureRequest {
  plugins: string[]
  customer: CustomerRecord
  /** The agent who asked. */
  by: number
}

/** One durable job for each plugin. One that waits already is asked for once, not twice. */
export async function requestErasure(
  { db, jobs }: { db: Db; jobs: Jobs },
  { plugins, customer, by }: ErasureRequest,
  now: Date
): Promise<void> {
  if (plugins.length === 0) return
  await inTransaction(db, async trx => {
    const whole = JSON.stringify(await withEarlier(trx, customer))
    const facts = { customer_id: customer.id, customer: whole, requested_by: by }
    const row = { ...facts, requested_at: now.getTime() }
    const rows = await trx
      .insertInto('plugin_erasure')
      .values(plugins.map(plugin => ({ plugin_id: plugin, ...row })))
      .onConflict(conflict =>
        conflict
          .columns(['plugin_id', 'customer_id'])
          // A literal, because SQLite matches a partial index only by its own words.
          .where(sql<boolean>`state = 'waiting'`)
          .doUpdateSet({ customer: whole })
      )
      .returning(['id', 'plugin_id'])
      .execute()
    for (const { id, plugin_id: plugin } of rows) {
      const options = { key: String(customer.id), maxAttempts: 1_000_000 }
      await jobs.add(trx, plugin, jobName, { erasure: id }, options)
    }
  })
}

/** With the addresses of requests that wait still: they may have been taken off the customer since. */
async function withEarlier(trx: Db, customer: CustomerRecord): Promise<CustomerRecord> {
  const waiting = await trx
    .selectFrom('plugin_erasure')
    .select('customer')
    .where('customer_id', '=', customer.id)
    .where('state', '=', 'waiting')
    .execute()
  const all = [...waiting.map(row => JSON.parse(row.customer) as CustomerRecord), customer]
  const known = all.flatMap(({ identities }) => identities)
  const byAddress = new Map(known.map(one => [`${one.kind} ${one.value}`, one]))
  return { ...customer, identities: [...byAddress.values()] }
}

/** Does what waits while the plugin runs; what is asked for while it is off waits for it. */
export function handleErasures({ db, jobs, clock, offers, calls }: Tools, plugin: string) {
  return jobs.handle(plugin, jobName, async (payload, signal) => {
    const { erasure: id } = payload as { erasure: number }
    const waiting = await db
      .selectFrom('plugin_erasure')
      .select(['id', 'customer'])
      .where('id', '=', id)
      .where('plugin_id', '=', plugin)
      .where('state', '=', 'waiting')
      .executeTakeFirst()
    if (!waiting) return
    try {
      const customer = JSON.parse(waiting.customer) as CustomerRecord
      await offers.personal.erase(plugin, customer, signal)
    } catch (error) {
      if (!signal.aborted) await change(db, id, { error: calls.faults.textOf(plugin, error) })
      throw error
    }
    const end = { state: 'done' as const, customer: '{}', done_at: clock().getTime() }
    await change(db, id, { ...end, error: null }, waiting.customer)
  })
}

type Tools = Pick<HostTools, 'db' | 'jobs' | 'clock' | 'offers' | 'calls'>

type Erasure = Omit<Selectable<PluginErasureTable>, 'customer'>

/** Newest first. */
export async function listErasures(
  db: Db,
  customer: number,
  { limit, before }: { limit: number; before?: number | undefined }
): Promise<Erasure[]> {
  let query = db
    .selectFrom('plugin_erasure')
    .select(['id', 'plugin_id', 'customer_id', 'state', 'attempts', 'error'])
    .select(['requested_by', 'requested_at', 'done_at'])
    .where('customer_id', '=', customer)
    .orderBy('id', 'desc')
    .limit(limit)
  if (before !== undefined) query = query.where('id', '<', before)
  return query.execute()
}

async function change(
  db: Db,
  id: number,
  columns: Pick<Erasure, 'error'> & Partial<Selectable<PluginErasureTable>>,
  customer?: string
): Promise<void> {
  let query = db
    .updateTable('plugin_erasure')
    .set(eb => ({ ...columns, attempts: eb('attempts', '+', 1) }))
    .where('id', '=', id)
  if (customer !== undefined) query = query.where('customer', '=', customer)
  const { numUpdatedRows } = await query.executeTakeFirstOrThrow()
  // Tried again with what was asked for meanwhile.
  if (customer !== undefined && numUpdatedRows === 0n) throw new Error('Asked for more meanwhile')
}
