import type { Db } from '../../db/schema.ts'
import { closeConversation } from '../close.ts'
import { agentActor, system } from '../event.ts'
import { awaitCustomer } from '../pending.ts'
import { snoozeConversation } from '../snooze.ts'

/** "Send and close", "send and wait for the customer", "send and snooze". */
export type Afterwards =
  | { status: 'closed' }
  | { status: 'pending' }
  | { status: 'snoozed'; until: number }

export async function settle(
  trx: Db,
  conversationId: number,
  then: Afterwards,
  agentId: number | null,
  now: Date
): Promise<void> {
  const actor = agentId === null ? system : agentActor(agentId)
  if (then.status === 'closed') await closeConversation(trx, conversationId, actor, now)
  else if (then.status === 'pending') await awaitCustomer(trx, conversationId, actor, now)
  else await snoozeConversation(trx, conversationId, then.until, actor, now)
}
