import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { conflict, notFound } from '../../errors.ts'
import { extractRows, type Extract } from '../../db/extract.ts'
import type { Db } from '../../db/schema.ts'
import { announce, inTransaction } from '../../db/transaction.ts'
import { changePlugin, type PluginRow } from '../state.ts'
import { dropOwnTables } from './copy.ts'
import { ledgerOf, listOwnTables } from './own-tables.ts'
import { dropZone } from './place.ts'
import type { Hand } from './hand.ts'
import { removeAllVersions } from './version.ts'

export interface Uninstalled {
  /** The file with everything that was deleted; null when it was kept. */
  backup: string | null
}

/**
 * Removes a plugin. `keep`: only its code, so that a later install finds settings and tables.
 * `delete`: also everything that it has stored, after a copy of it. Accounts and the history of its
 * channels always stay. A bundled plugin keeps its code and may only be emptied while it is off.
 */
export async function uninstallPlugin(
  hand: Hand,
  id: string,
  mode: 'keep' | 'delete'
): Promise<Uninstalled> {
  const { installs, running } = hand
  const isBundled = installs.isBundled(id)
  const row = await installs.row(id)
  if (!row) throw notFound('plugin')
  if (isBundled && mode === 'keep') throw conflict('plugin_bundled', { id })
  if (isBundled && row.is_active === 1) throw conflict('plugin_on', { id })
  await running.end(id)
  if (row.activated_at !== null && row.state !== 'broken') {
    await running.sayGoodbye(id, mode === 'keep')
  }
  const backup = mode === 'delete' ? await deleteStored(hand, row, isBundled) : null
  if (mode === 'keep') await keepStored(hand, row)
  if (!isBundled) await removeCode(hand, id)
  return { backup }
}

async function keepStored({ tools }: Hand, row: PluginRow): Promise<void> {
  await changePlugin(tools.db, row.id, {
    ...{ is_active: 0, state: 'installed', reason: null, folder: null, hash: null, origin: null },
    ...{ dropped_mark: null, dropped_hash: null, offered: null },
    // Whoever has something stored is not forgotten.
    ...{ update_error: null, activated_at: row.activated_at ?? tools.clock().getTime() }
  })
}

async function deleteStored({ tools }: Hand, row: PluginRow, isBundled: boolean): Promise<string> {
  const { db, dataDir, clock } = tools
  const { id } = row
  const stamp = clock().toISOString().replaceAll(/[:.]/g, '-')
  const file = join(dataDir, 'backups', `plugin-${id}-${stamp}.sqlite`)
  const hosts = await hostTables(db)
  await extractRows(db, file, await everythingOf(db, id, hosts))
  await inTransaction(db, async trx => {
    await sql`pragma defer_foreign_keys = on`.execute(trx)
    await dropOwnTables(trx, id)
    for (const { name, column } of hosts) {
      if (name === 'plugin' && isBundled) continue
      if (isBundled && name === 'plugin_version') continue
      await sql`delete from ${sql.id(name)} where ${sql.id(column)} = ${id}`.execute(trx)
    }
    if (isBundled) await emptyRow(trx, id)
    announce(trx, { topic: 'plugin.changed', plugin: id })
  })
  return file
}

async function emptyRow(trx: Db, id: string): Promise<void> {
  const empty = { settings: '{}', secrets: '{}', reason: null, state: 'installed' } as const
  await trx.updateTable('plugin').set(empty).where('id', '=', id).execute()
}

async function everythingOf(db: Db, id: string, hosts: HostTable[]): Promise<Extract[]> {
  const ledger = await existing(db, ledgerOf(id))
  const own = (await listOwnTables(db, id)).map(({ name }) => name)
  return [
    ...[...own, ...ledger].map(from => ({ from })),
    ...hosts.map(({ name, column }) => ({ from: name, where: { column, value: id } }))
  ]
}

interface HostTable {
  name: string
  column: 'id' | 'plugin_id' | 'owner'
}

/** Where Sapa keeps things for plugins: the tables `plugin_…`, its jobs and its row, which goes last. */
async function hostTables(db: Db): Promise<HostTable[]> {
  const { rows } = await sql<{ name: string }>`
    select list.name from pragma_table_list list, pragma_table_info(list.name) col
    where list.schema = 'main' and list.type = 'table' and col.name = 'plugin_id'
      and list.name like 'plugin\\_%' escape '\\' order by list.name`.execute(db)
  return [
    ...rows.map(({ name }) => ({ name, column: 'plugin_id' as const })),
    { name: 'job', column: 'owner' },
    { name: 'schedule', column: 'owner' },
    { name: 'plugin', column: 'id' }
  ]
}

async function existing(db: Db, names: string[]): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from sqlite_master where type = 'table'`.execute(db)
  return rows.flatMap(({ name }) => (names.includes(name) ? [name] : []))
}

async function removeCode({ tools }: Hand, id: string): Promise<void> {
  const { db, dataDir } = tools
  for (const name of [id, `${id}.js`, `${id}.ts`]) {
    await rm(join(dropZone(dataDir), name), { recursive: true, force: true })
  }
  await removeAllVersions(db, dataDir, id)
}
