import { createHash } from 'node:crypto'
import { sendNotice } from '../../channel/notice.ts'
import type { Db } from '../../db/schema.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { PluginMail } from '../../plugin-api/plugin.ts'

const hourMs = 60 * 60_000
const mostPerHour = 60

/** Queues a plugin's mail, once for each of its keys. False: no account can carry it, and the key stays free. */
export async function sendPluginMail(
  db: Db,
  pluginId: string,
  { key, ...mail }: PluginMail,
  now: Date
): Promise<boolean> {
  const key_hash = createHash('sha256').update(key).digest('hex')
  return inTransaction(db, async trx => {
    if (await isWritten(trx, pluginId, key_hash)) return true
    await refuseFlood(trx, pluginId, now)
    if (!(await sendNotice(trx, mail, now))) return false
    const row = { plugin_id: pluginId, key_hash, created_at: now.getTime() }
    await trx.insertInto('plugin_mail').values(row).execute()
    return true
  })
}

async function isWritten(trx: Db, pluginId: string, keyHash: string): Promise<boolean> {
  const row = await trx
    .selectFrom('plugin_mail')
    .select('created_at')
    .where('plugin_id', '=', pluginId)
    .where('key_hash', '=', keyHash)
    .executeTakeFirst()
  return row !== undefined
}

/** Whoever finds a way to make a plugin write mails must not get the business's address onto block lists. */
async function refuseFlood(trx: Db, pluginId: string, now: Date): Promise<void> {
  const row = await trx
    .selectFrom('plugin_mail')
    .select('created_at')
    .where('plugin_id', '=', pluginId)
    .where('created_at', '>', now.getTime() - hourMs)
    .orderBy('created_at', 'desc')
    .offset(mostPerHour - 1)
    .limit(1)
    .executeTakeFirst()
  if (!row) return
  const retryAfterMs = row.created_at + hourMs - now.getTime()
  const error = new Error(`The plugin ${pluginId} may write ${mostPerHour} mails an hour, not more`)
  throw Object.assign(error, { failure: 'rate_limited', detail: { retryAfterMs } })
}
