import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { DomainError } from '../errors.ts'
import { randomToken } from '../secret/token.ts'
import { hashToken } from './token.ts'
import type { Agent, InvitationTable } from './table.ts'

export type Purpose = InvitationTable['purpose']

const lifeMs: Record<Purpose, number> = { invite: 7 * 86_400_000, reset: 60 * 60_000 }

/** A new link replaces the ones before it. The token leaves here once; its hash stays. */
export async function issueLink(
  db: Db,
  agentId: number,
  purpose: Purpose,
  now: Date
): Promise<string> {
  const token = randomToken()
  await inTransaction(db, async trx => {
    await trx
      .deleteFrom('invitation')
      .where('agent_id', '=', agentId)
      .where('purpose', '=', purpose)
      .execute()
    await trx
      .insertInto('invitation')
      .values({
        token_hash: hashToken(token),
        agent_id: agentId,
        purpose,
        expires_at: now.getTime() + lifeMs[purpose],
        used_at: null
      })
      .execute()
  })
  return token
}

/** What was mailed for an old password, or to an old address, opens nothing any more. */
export async function dropResets(trx: Db, agentId: number): Promise<void> {
  await trx
    .deleteFrom('invitation')
    .where('agent_id', '=', agentId)
    .where('purpose', '=', 'reset')
    .execute()
}

/** Whose link it is. Unknown, used and old links get one and the same refusal. */
export async function findLink(db: Db, token: string, purpose: Purpose, now: Date): Promise<Agent> {
  const agent = await db
    .selectFrom('invitation')
    .innerJoin('agent', 'agent.id', 'invitation.agent_id')
    .selectAll('agent')
    .where('token_hash', '=', hashToken(token))
    .where('purpose', '=', purpose)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now.getTime())
    .where('agent.is_active', '=', 1)
    .executeTakeFirst()
  if (!agent) throw new DomainError('link_expired', 410)
  return agent
}

/** Takes the link; two who use it at once cannot both have it. */
export async function useLink(trx: Db, token: string, purpose: Purpose, now: Date): Promise<Agent> {
  const agent = await findLink(trx, token, purpose, now)
  await trx
    .updateTable('invitation')
    .set({ used_at: now.getTime() })
    .where('token_hash', '=', hashToken(token))
    .execute()
  return agent
}
