import { recordEvent, system } from '../../conversation/event.ts'
import { suggestBoth, type Passed } from '../../customer/former.ts'
import type { Db } from '../../db/schema.ts'
import { announce } from '../../db/transaction.ts'
import { newestOpen } from './newest-open.ts'

/** Agents of the earlier owner learn that the number is somebody else's now, and both that they may be one person. */
export async function tellPassed(
  trx: Db,
  accountId: number,
  passed: readonly Passed[],
  ownerId: number,
  now: Date
): Promise<void> {
  for (const one of passed) {
    const { customerId, row } = one
    await suggestBoth(trx, one, ownerId, now)
    const conversationId = await newestOpen(trx, customerId, accountId)
    const about = { customerId, ...(conversationId === undefined ? {} : { conversationId }) }
    const particulars = { value: row.value }
    await recordEvent(trx, about, { action: 'number_went_on', actor: system, particulars }, now)
    if (conversationId !== undefined) {
      announce(trx, { topic: 'event.added', conversation: conversationId })
    }
  }
}
