import type { Test } from 'tap'
import { openDb } from '../../server/db/open.ts'
import { databaseFile } from '../../server/db/prepare.ts'
import { dropPlugin } from './plugin.ts'
import { layPrepared } from './prepared.ts'
import { temporaryFolder } from './temporary.ts'

const neighbour = `sapa.route({ method: 'GET', path: '/salam', access: 'public',
  handle: async () => ({ body: 'Halo' }) })`

/** A data folder whose owner has switched these plugins on, and a neighbour that works. */
export async function folderWith(t: Test, plugins: Record<string, string>): Promise<string> {
  const dataDir = temporaryFolder(t)
  await layPrepared(dataDir)
  const db = openDb(databaseFile(dataDir))
  for (const [id, code] of Object.entries({ tetangga: neighbour, ...plugins })) {
    dropPlugin(dataDir, id, code)
    const row = { id, version: '1.2.0', is_active: 1, state_since: 0 }
    await db.insertInto('plugin').values(row).execute()
  }
  await db.destroy()
  return dataDir
}

export async function pluginRow(dataDir: string, id: string) {
  const db = openDb(databaseFile(dataDir), { isReadOnly: true })
  const row = await db.selectFrom('plugin').selectAll().where('id', '=', id).executeTakeFirst()
  await db.destroy()
  return row
}

/** The plugin's log of errors, the oldest first. */
export async function faultsOf(dataDir: string, id: string): Promise<string[]> {
  const db = openDb(databaseFile(dataDir), { isReadOnly: true })
  const rows = await db
    .selectFrom('plugin_fault')
    .select('text')
    .where('plugin_id', '=', id)
    .orderBy('id')
    .execute()
  await db.destroy()
  return rows.map(row => row.text)
}
