import type { Db } from '../db/schema.ts'
import { announce, inTransaction } from '../db/transaction.ts'
import { conflict } from '../errors.ts'
import { findAgent } from './find.ts'
import { checkRank } from './rank.ts'
import type { Agent } from './table.ts'

/** Takes an invitation back: its link is dead, and the person is off until invited again. */
export async function revokeInvitation(db: Db, agentId: number, actor: Agent): Promise<void> {
  await inTransaction(db, async trx => {
    const agent = await findAgent(trx, agentId)
    checkRank(actor, agent.role)
    if (agent.password_hash !== null) throw conflict('already_joined')
    await trx
      .deleteFrom('invitation')
      .where('agent_id', '=', agentId)
      .where('purpose', '=', 'invite')
      .execute()
    await trx.updateTable('agent').set({ is_active: 0 }).where('id', '=', agentId).execute()
    announce(trx, { topic: 'agent.changed', agent: agentId })
  })
}
