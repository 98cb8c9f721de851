import { announce } from '../db/transaction.ts'
import { unlessFull } from '../db/full.ts'
import { prepared } from '../db/prepared.ts'
import type { Db } from '../db/schema.ts'
import { hashToken } from './token.ts'

/** A session ends two weeks after its last use, and after sixty days in any case. */
export const sessionAgeMs = { idle: 14 * 86_400_000, absolute: 60 * 86_400_000 }

export interface SessionFacts {
  agentId: number
  address?: string | undefined
  userAgent?: string | undefined
}

export async function saveSession(
  db: Db,
  id: string,
  facts: SessionFacts,
  now: Date
): Promise<void> {
  const at = now.getTime()
  await db
    .insertInto('session')
    .values({
      id_hash: hashToken(id),
      agent_id: facts.agentId,
      data: '{}',
      address: facts.address ?? null,
      user_agent: facts.userAgent?.slice(0, 300) ?? null,
      created_at: at,
      last_seen_at: at,
      expires_at: at + sessionAgeMs.absolute
    })
    .onConflict(conflict => conflict.column('id_hash').doUpdateSet({ last_seen_at: at }))
    .execute()
}

/** Nothing for ended sessions and disabled agents. */
export async function readSession(
  db: Db,
  reader: Db,
  id: string,
  now: Date
): Promise<SessionFacts | null> {
  const at = now.getTime()
  const idHash = hashToken(id)
  const [found] = await findLive(reader, { idHash, at, idleSince: at - sessionAgeMs.idle })
  if (!found?.agent_id) return null
  // Once a minute is often enough, and spares a write per request.
  if (at - found.last_seen_at > 60_000) {
    await unlessFull(touch(db, idHash, found.agent_id, at))
  }
  return {
    agentId: found.agent_id,
    address: found.address ?? undefined,
    userAgent: found.user_agent ?? undefined
  }
}

type Live = { idHash: string; at: number; idleSince: number }

const findLive = prepared<Live>()((db, value) =>
  db
    .selectFrom('session')
    .innerJoin('agent', 'agent.id', 'session.agent_id')
    .select(['session.agent_id', 'session.last_seen_at', 'session.address', 'session.user_agent'])
    .where('id_hash', '=', value('idHash'))
    .where('agent.is_active', '=', 1)
    .where('session.expires_at', '>', value('at'))
    .where('session.last_seen_at', '>', value('idleSince'))
)

export async function removeSession(db: Db, id: string): Promise<void> {
  await revoke(db, hashToken(id))
}

export interface SessionRow {
  /** Names the session in lists; it cannot be turned back into the cookie. */
  id_hash: string
  address: string | null
  user_agent: string | null
  created_at: number
  last_seen_at: number
}

export async function listSessions(db: Db, agentId: number, now: Date): Promise<SessionRow[]> {
  return db
    .selectFrom('session')
    .select(['id_hash', 'address', 'user_agent', 'created_at', 'last_seen_at'])
    .where('agent_id', '=', agentId)
    .where('expires_at', '>', now.getTime())
    .where('last_seen_at', '>', now.getTime() - sessionAgeMs.idle)
    .orderBy('last_seen_at', 'desc')
    .limit(100)
    .execute()
}

/** Ends one session of an agent, such as a lost phone. */
export async function revokeSession(db: Db, agentId: number, idHash: string): Promise<void> {
  const { numDeletedRows } = await db
    .deleteFrom('session')
    .where('agent_id', '=', agentId)
    .where('id_hash', '=', idHash)
    .executeTakeFirst()
  if (numDeletedRows > 0n) announce(db, { topic: 'session.ended', agent: agentId, session: idHash })
}

/** Ends all sessions of an agent, but one when it is named. */
export async function revokeSessions(db: Db, agentId: number, exceptHash?: string): Promise<void> {
  await db
    .deleteFrom('session')
    .where('agent_id', '=', agentId)
    .$if(exceptHash !== undefined, query => query.where('id_hash', '!=', exceptHash ?? ''))
    .execute()
  announce(db, {
    topic: 'session.ended',
    agent: agentId,
    ...(exceptHash === undefined ? {} : { except: exceptHash })
  })
}

/** Rows that nobody can use any more. */
export async function removeEndedSessions(db: Db, now: Date): Promise<void> {
  const at = now.getTime()
  await db
    .deleteFrom('session')
    .where(({ eb, or }) =>
      or([eb('expires_at', '<=', at), eb('last_seen_at', '<=', at - sessionAgeMs.idle)])
    )
    .execute()
}

async function revoke(db: Db, idHash: string): Promise<void> {
  const gone = await db
    .deleteFrom('session')
    .where('id_hash', '=', idHash)
    .returning('agent_id')
    .executeTakeFirst()
  if (gone?.agent_id) {
    announce(db, { topic: 'session.ended', agent: gone.agent_id, session: idHash })
  }
}

async function touch(db: Db, idHash: string, agentId: number, at: number): Promise<void> {
  await db.updateTable('session').set({ last_seen_at: at }).where('id_hash', '=', idHash).execute()
  await db.updateTable('agent').set({ last_seen_at: at }).where('id', '=', agentId).execute()
}

declare module '../db/transaction.ts' {
  interface News {
    /** One session, all, or all `except` one. */
    'session.ended': { agent: number; session?: string; except?: string }
    /** Role, teams or activity of an agent are others now. */
    'agent.changed': { agent: number }
  }
}
