import type { Db } from '../../db/schema.ts'
import type { PluginManifest, Text } from '../../plugin-api/manifest.ts'

/** A plugin that keeps something about customers, by what it said when it was last switched on. */
export interface Keeper {
  plugin: string
  title: Text
}

/**
 * Remembers whether the plugin keeps something. It lasts while the plugin is off, and while its code
 * is gone but what it has stored is not; one that was never switched on has nothing.
 */
export async function noteKeeper(db: Db, manifest: PluginManifest): Promise<void> {
  const { id, title, personalData = false } = manifest
  if (!personalData) {
    await db.deleteFrom('plugin_keeper').where('plugin_id', '=', id).execute()
    return
  }
  const row = { title: JSON.stringify(title) }
  await db
    .insertInto('plugin_keeper')
    .values({ plugin_id: id, ...row })
    .onConflict(conflict => conflict.column('plugin_id').doUpdateSet(row))
    .execute()
}

export async function listKeepers(db: Db): Promise<Keeper[]> {
  const rows = await db
    .selectFrom('plugin_keeper')
    .select(['plugin_id', 'title'])
    .orderBy('plugin_id')
    .execute()
  return rows.map(row => ({ plugin: row.plugin_id, title: JSON.parse(row.title) as Text }))
}
