import { maxText } from '../../conversation/rewrite.ts'
import { prepared } from '../../db/prepared.ts'
import type { Db } from '../../db/schema.ts'
import type { MessageChange } from '../event/inbound.ts'

/** What is said about a message may overtake it; it waits this long. */
const parkedMs = 10 * 60_000

/** Keeps a change until its message comes. */
export async function park(
  trx: Db,
  accountId: number,
  change: MessageChange,
  now: Date
): Promise<void> {
  const event = change.type === 'edit' ? { ...change, text: change.text.slice(0, maxText) } : change
  await trx
    .insertInto('parked_event')
    .values({
      account_id: accountId,
      remote_id: change.remoteId,
      event: JSON.stringify(event),
      created_at: now.getTime()
    })
    .execute()
}

/** What waited for a message with this id, in the order in which it came. */
export async function takeParked(
  trx: Db,
  accountId: number,
  remoteId: string
): Promise<MessageChange[]> {
  const wanted = { accountId, remoteId }
  const rows = await selectParked(trx, wanted)
  if (rows.length === 0) return []
  await trx
    .deleteFrom('parked_event')
    .where('account_id', '=', accountId)
    .where('remote_id', '=', remoteId)
    .execute()
  return rows.map(row => JSON.parse(row.event) as MessageChange)
}

const selectParked = prepared<{ accountId: number; remoteId: string }>()((db, value) =>
  db
    .selectFrom('parked_event')
    .select('event')
    .where('account_id', '=', value('accountId'))
    .where('remote_id', '=', value('remoteId'))
    .orderBy('id')
)

/** Changes of messages that never came. Returns how many. */
export async function dropParkedChanges(db: Db, now: Date): Promise<number> {
  const result = await db
    .deleteFrom('parked_event')
    .where('created_at', '<', now.getTime() - parkedMs)
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}
