import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { changeConversation } from './change.ts'
import { system } from './event.ts'
import { findConversation } from './find.ts'

/** Opens what has slept long enough. Runs every minute; answers how many woke. */
export async function wakeConversations(db: Db, now: Date): Promise<number> {
  const due = await db
    .selectFrom('conversation')
    .select('id')
    .where('snoozed_until', '<=', now.getTime())
    .orderBy('snoozed_until')
    .limit(500)
    .execute()
  let woken = 0
  for (const { id } of due) woken += Number(await wake(db, id, now))
  return woken
}

function wake(db: Db, id: number, now: Date): Promise<boolean> {
  return inTransaction(db, async trx => {
    const { status, snoozed_until } = await findConversation(trx, id)
    if (snoozed_until === null || snoozed_until > now.getTime()) return false
    const changes = { status: 'open' as const, snoozed_until: null }
    const isAsleep = status === 'snoozed'
    const fact = { action: 'woken', actor: system }
    await changeConversation(
      trx,
      id,
      isAsleep ? changes : { snoozed_until: null },
      isAsleep ? fact : null,
      now
    )
    return isAsleep
  })
}
