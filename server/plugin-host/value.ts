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
      refuseUnusable(key, value)
      await refuseTooMany(db, plugin, key, clock())
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

const longestKey = 200
const largestValue = 64 * 1024
const mostKeys = 10_000

function refuseUnusable(key: unknown, value: unknown): void {
  if (typeof key !== 'string' || key === '' || key.length > longestKey) {
    throw new Error(`A key is a text of 1 to ${longestKey} characters`)
  }
  if (typeof value !== 'string') throw new Error(`The value of ${key} is not a text`)
  if (Buffer.byteLength(value) > largestValue) {
    throw new Error(`The value of ${key} is larger than 64 KB; use a table of your own`)
  }
}

/** A value that exists can always be changed. What has expired makes room. */
async function refuseTooMany(db: Db, plugin: string, key: string, now: Date): Promise<void> {
  const own = db.selectFrom('plugin_value').where('plugin_id', '=', plugin)
  const count = () => own.select(eb => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow()
  if (await own.select('key').where('key', '=', key).executeTakeFirst()) return
  if ((await count()).n < mostKeys) return
  await removeExpiredValues(db, now)
  if ((await count()).n < mostKeys) return
  throw new Error(`A plugin has at most ${mostKeys} values; use a table of your own`)
}

/** Throws away what has expired. */
export async function removeExpiredValues(db: Db, now: Date): Promise<void> {
  await db.deleteFrom('plugin_value').where('expires_at', '<=', now.getTime()).execute()
}
