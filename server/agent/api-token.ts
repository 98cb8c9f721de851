import type { Db } from '../db/schema.ts'
import { notFound } from '../errors.ts'
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

export async function listApiTokens(db: Db, agentId?: number) {
  return db
    .selectFrom('api_token')
    .select(['id', 'agent_id', 'name', 'created_at', 'last_used_at', 'expires_at'])
    .where('revoked_at', 'is', null)
    .$if(agentId !== undefined, query => query.where('agent_id', '=', agentId ?? 0))
    .orderBy('id')
    .limit(200)
    .execute()
}

export async function revokeApiToken(db: Db, id: number, now: Date): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('api_token')
    .set({ revoked_at: now.getTime() })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw notFound('api_token')
}
