import type { Db } from '../db/schema.ts'
import type { SapaContext } from '../plugin-api/plugin.ts'

/** Small values of one plugin, each with its time to live. */
export function valuesOf(db: Db, plugin: string, clock: () => Date): SapaContext['values'] {
  const own = { plugin_id: plugin }
  return {
    async get(key) {
      const row = await db
        .selectFrom('plugin_value')
        .select(['value', 'expires_at'])
        .where('plugin_id', '=', plugin)
        .where('key', '=', key)
        .executeTakeFirst()
      if (!row || (row.expires_at !== null && row.expires_at <= clock().getTime())) return null
      return row.value
    },
    async set(key, value, ttlMs) {
      const row = { value, expires_at: ttlMs === undefined ? null : clock().getTime() + ttlMs }
      await db
        .insertInto('plugin_value')
        .values({ ...own, key, ...row })
        .onConflict(conflict => conflict.columns(['plugin_id', 'key']).doUpdateSet(row))
        .execute()
    },
    async delete(key) {
      await db
        .deleteFrom('plugin_value')
        .where('plugin_id', '=', plugin)
        .where('key', '=', key)
        .execute()
    }
  }
}

/** Throws away what has expired. */
export async function removeExpiredValues(db: Db, now: Date): Promise<void> {
  await db.deleteFrom('plugin_value').where('expires_at', '<=', now.getTime()).execute()
}
