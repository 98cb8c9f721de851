import { prepared } from '../../db/prepared.ts'
import type { Db } from '../../db/schema.ts'

const minuteMs = 60_000
const maxAutomaticAnHour = 20
const maxInTenMinutes = 60

/** Whether a sender writes so much that answering by itself could go round in circles. */
export async function isFlooding(db: Db, identityId: number | null, now: Date): Promise<boolean> {
  if (identityId === null) return false
  const rows = await selectRecent(db, { identityId, since: now.getTime() - 60 * minuteMs })
  const recent = rows.filter(row => row.created_at > now.getTime() - 10 * minuteMs)
  const automatic = rows.filter(row => row.is_automatic === 1)
  return recent.length >= maxInTenMinutes || automatic.length >= maxAutomaticAnHour
}

const selectRecent = prepared<{ identityId: number; since: number }>()((db, value) =>
  db
    .selectFrom('message')
    .select(['created_at', 'is_automatic'])
    .where('identity_id', '=', value('identityId'))
    .where('kind', '=', 'inbound')
    .where('created_at', '>', value('since'))
    .orderBy('created_at', 'desc')
    .limit(maxInTenMinutes + maxAutomaticAnHour)
)
