import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { InvalidInput } from '../errors.ts'
import { changeConversation } from './change.ts'
import type { Actor } from './event.ts'
import { findConversation } from './find.ts'
import type { Conversation } from './table.ts'

/** Gives the conversation to an agent, or to nobody. */
export async function assignConversation(
  db: Db,
  id: number,
  agentId: number | null,
  actor: Actor,
  now: Date
): Promise<Conversation> {
  return inTransaction(db, async trx => {
    const conversation = await findConversation(trx, id)
    if (conversation.assignee_id === agentId) return conversation
    const agent = agentId === null ? null : await findActive(trx, agentId)
    const fact = agent
      ? { action: 'assigned', actor, particulars: { agent: agent.id, name: agent.name } }
      : { action: 'unassigned', actor }
    return changeConversation(trx, id, { assignee_id: agentId }, fact, now)
  })
}

async function findActive(trx: Db, agentId: number) {
  const agent = await trx
    .selectFrom('agent')
    .select(['id', 'name'])
    .where('id', '=', agentId)
    .where('is_active', '=', 1)
    .executeTakeFirst()
  if (!agent) throw new InvalidInput({ assignee: 'error.field.no_agent' })
  return agent
}
