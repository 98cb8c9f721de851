import type { Db } from '../db/schema.ts'
import { announce, inTransaction } from '../db/transaction.ts'
import type { Quarantine, Why } from './boot/why.ts'
import type { StoredForm } from './form/form.ts'
import type { Found } from './scan.ts'
import type { PluginTable } from './table.ts'

export type PluginState =
  | 'installed'
  | 'active'
  | 'waiting'
  | 'quarantined'
  | 'broken'
  | 'incompatible'

/** What the database remembers of a plugin. */
export interface PluginRow {
  id: string
  version: string
  /** What the owner wants; a broken plugin stays wanted. */
  is_active: number
  state: PluginState
  reason: string | null
  folder: string | null
  hash: string | null
  origin: PluginTable['origin']
  dropped_mark: string | null
  dropped_hash: string | null
  offered: string | null
  update_error: string | null
  activated_at: number | null
  state_since: number
  /** JSON of `Why`. */
  quarantine: string | null
}

const installColumns = [
  ...(['folder', 'hash', 'origin', 'dropped_mark', 'dropped_hash', 'offered'] as const),
  ...(['update_error', 'activated_at'] as const)
] as const

export async function listPluginRows(db: Db): Promise<Map<string, PluginRow>> {
  const rows = await db
    .selectFrom('plugin')
    .select(['id', 'version', 'is_active', 'state', 'reason', 'state_since', 'quarantine'])
    .select(installColumns)
    .execute()
  return new Map(rows.map(row => [row.id, row]))
}

/** Remembers plugins that are new here. Only bundled ones may say that they start switched on. */
export async function recordPlugins(db: Db, found: readonly Found[], now: Date): Promise<void> {
  const rows = found.map(plugin => ({
    id: plugin.id,
    version: plugin.manifest?.version ?? '',
    is_active: plugin.source.isBundled && plugin.manifest?.activeByDefault ? 1 : 0,
    state_since: now.getTime()
  }))
  if (rows.length === 0) return
  await db
    .insertInto('plugin')
    .values(rows)
    .onConflict(conflict => conflict.column('id').doNothing())
    .execute()
}

/** Changes the row and tells the pages that show it. */
export async function changePlugin(
  db: Db,
  id: string,
  change: Partial<Omit<PluginTable, 'is_active' | 'state' | 'settings' | 'secrets' | 'id'>> & {
    is_active?: number
    state?: PluginState
    settings?: string
    secrets?: string
  }
): Promise<void> {
  await inTransaction(db, async trx => {
    await trx.updateTable('plugin').set(change).where('id', '=', id).execute()
    announce(trx, { topic: 'plugin.changed', plugin: id })
  })
}

/** Null unless it is out of service. */
export function quarantineOf(
  row: Pick<PluginRow, 'state' | 'state_since' | 'quarantine'>
): Quarantine | null {
  if (row.state !== 'quarantined') return null
  const why = JSON.parse(row.quarantine ?? '{"kind":"faults"}') as Why
  return { ...why, at: row.state_since }
}

export async function findPluginForm(db: Db, id: string): Promise<StoredForm> {
  const row = await db
    .selectFrom('plugin')
    .select(['settings', 'secrets'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return {
    settings: JSON.parse(row.settings) as StoredForm['settings'],
    secrets: JSON.parse(row.secrets) as StoredForm['secrets']
  }
}
