import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { revokeApiTokens } from './api-token.ts'
import { findAgentByEmail } from './find.ts'
import { issueLink, useLink } from './link.ts'
import { checkPassword, hashPassword } from './password.ts'
import { revokeSessions } from './session.ts'
import { hashToken } from './token.ts'
import type { Agent } from './table.ts'

const hourMs = 60 * 60_000
const linksPerHour = 3

/** A link for somebody who has a password; null for everybody else, and when there were enough links. */
export async function startReset(
  db: Db,
  email: string,
  now: Date
): Promise<{ agent: Agent; token: string } | null> {
  const agent = await findAgentByEmail(db, email)
  if (!agent?.is_active || agent.password_hash === null) return null
  if (!(await isAllowed(db, agent, now))) return null
  return { agent, token: await issueLink(db, agent.id, 'reset', now) }
}

/** Everybody who was signed in with the old password is signed out, and tokens made with it end. */
export async function finishReset(
  db: Db,
  token: string,
  password: string,
  now: Date
): Promise<Agent> {
  // Before the work of hashing it; the address is known only with the link.
  checkPassword(password, '')
  const password_hash = await hashPassword(password)
  return inTransaction(db, async trx => {
    const agent = await useLink(trx, token, 'reset', now)
    checkPassword(password, agent.email)
    await trx.updateTable('agent').set({ password_hash }).where('id', '=', agent.id).execute()
    await revokeSessions(trx, agent.id)
    await revokeApiTokens(trx, agent.id, now)
    return agent
  })
}

async function isAllowed(db: Db, agent: Agent, now: Date): Promise<boolean> {
  const key = `reset:${hashToken(agent.email).slice(0, 32)}`
  const { count } = await db
    .selectFrom('sign_in_attempt')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('key', '=', key)
    .where('at', '>', now.getTime() - hourMs)
    .executeTakeFirstOrThrow()
  if (count >= linksPerHour) return false
  await db.insertInto('sign_in_attempt').values({ key, at: now.getTime() }).execute()
  return true
}
