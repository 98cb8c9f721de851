import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { notFound } from '../errors.ts'
import { checkRank } from './rank.ts'
import type { Agent } from './table.ts'
import { randomToken } from '../secret/token.ts'
import { hashToken } from './token.ts'

export interface NewApiToken {
  agentId: number
  name: string
  expiresAt?: number
}

/** The token is returned once and never again: only its hash is kept. */
export async function createApiToken(
  db: Db,
  { agentId, name, expiresAt }: NewApiToken,
  now: Date
): Promise<{ id: number; token: string }> {
  const token = `sapa_${randomToken()}`
  const { id } = await db
    .insertInto('api_token')
    .values({
      agent_id: agentId,
      name,
      token_hash: hashToken(token),
      created_at: now.getTime(),
      expires_at: expiresAt ?? null
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { id, token }
}

/** Whose token it is; null when it is unknown, revoked, too old, or its agent is disabled. */
export async function verifyApiToken(db: Db, token: string, now: Date): Promise<Agent | null> {
  const at = now.getTime()
  const found = await db
    .selectFrom('api_token')
    .select(['id', 'agent_id', 'last_used_at'])
    .where('token_hash', '=', hashToken(token))
    .where('revoked_at', 'is', null)
    .where(({ eb, or }) => or([eb('expires_at', 'is', null), eb('expires_at', '>', at)]))
    .executeTakeFirst()
  if (!found) return null
  if (at - (found.last_used_at ?? 0) > 60_000) {
    await db.updateTable('api_token').set({ last_used_at: at }).where('id', '=', found.id).execute()
  }
  const agent = await db
    .selectFrom('agent')
    .selectAll()
    .where('id', '=', found.agent_id)
    .where('is_active', '=', 1)
    .executeTakeFirst()
  return agent ?? null
}

/** Without an agent, those of everybody. */
export async function listApiTokens(db: Db, agentId?: number) {
  return db
    .selectFrom('api_token')
    .innerJoin('agent', 'agent.id', 'api_token.agent_id')
    .select(['api_token.id', 'agent_id', 'api_token.name', 'api_token.created_at'])
    .select(['last_used_at', 'expires_at', 'agent.name as agent_name', 'agent.role as agent_role'])
    .where('revoked_at', 'is', null)
    .$if(agentId !== undefined, query => query.where('agent_id', '=', agentId ?? 0))
    .orderBy('api_token.id')
    .limit(500)
    .execute()
}

/** One's own, or of somebody who is not above oneself. */
export async function revokeApiToken(db: Db, id: number, actor: Agent, now: Date): Promise<void> {
  await inTransaction(db, async trx => {
    const found = await trx
      .selectFrom('api_token')
      .innerJoin('agent', 'agent.id', 'api_token.agent_id')
      .select(['agent.id as agent_id', 'agent.role'])
      .where('api_token.id', '=', id)
      .where('revoked_at', 'is', null)
      .executeTakeFirst()
    if (!found) throw notFound('api_token')
    if (found.agent_id !== actor.id) checkRank(actor, found.role)
    await trx
      .updateTable('api_token')
      .set({ revoked_at: now.getTime() })
      .where('id', '=', id)
      .execute()
  })
}

/** For good: an agent who is enabled again makes new ones. */
export async function revokeApiTokens(trx: Db, agentId: number, now: Date): Promise<void> {
  await trx
    .updateTable('api_token')
    .set({ revoked_at: now.getTime() })
    .where('agent_id', '=', agentId)
    .where('revoked_at', 'is', null)
    .execute()
}
