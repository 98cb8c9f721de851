import type { Db } from '../db/schema.ts'
import { announce, inTransaction } from '../db/transaction.ts'
import { conflict, InvalidInput } from '../errors.ts'
import { revokeApiTokens } from './api-token.ts'
import { findAgent, findAgentByEmail, isEmail, normaliseEmail } from './find.ts'
import { dropResets } from './link.ts'
import { checkRank, keepAnOwner } from './rank.ts'
import { revokeSessions } from './session.ts'
import type { Agent, Role } from './table.ts'

/** What an admin may change of somebody else. Their streams start again with the new rights. */
export async function changeRole(
  db: Db,
  agentId: number,
  role: Role,
  actor: Agent
): Promise<Agent> {
  return inTransaction(db, async trx => {
    const agent = await findAgent(trx, agentId)
    checkRank(actor, agent.role, role)
    if (agent.role === role) return agent
    await keepAnOwner(trx, agent)
    return save(trx, agentId, { role })
  })
}

/** Sessions, streams and tokens of a disabled agent are dead at once, the tokens for good. */
export async function disableAgent(
  db: Db,
  agentId: number,
  actor: Agent,
  now: Date
): Promise<Agent> {
  return inTransaction(db, async trx => {
    const agent = await findAgent(trx, agentId)
    checkRank(actor, agent.role)
    if (agent.id === actor.id) throw conflict('not_yourself')
    await keepAnOwner(trx, agent)
    await revokeSessions(trx, agentId)
    await revokeApiTokens(trx, agentId, now)
    await dropResets(trx, agentId)
    return save(trx, agentId, { is_active: 0 })
  })
}

export async function enableAgent(db: Db, agentId: number, actor: Agent): Promise<Agent> {
  return inTransaction(db, async trx => {
    checkRank(actor, (await findAgent(trx, agentId)).role)
    return save(trx, agentId, { is_active: 1 })
  })
}

/** Name and address, by an admin. A person changes the own name in the profile. */
export async function changeContact(
  db: Db,
  agentId: number,
  contact: { name: string; email: string },
  actor: Agent
): Promise<Agent> {
  const email = normaliseEmail(contact.email)
  const name = contact.name.trim()
  if (!isEmail(email)) throw new InvalidInput({ email: 'error.field.format' })
  if (!name) throw new InvalidInput({ name: 'error.field.required' })
  return inTransaction(db, async trx => {
    checkRank(actor, (await findAgent(trx, agentId)).role)
    const holder = await findAgentByEmail(trx, email)
    if (holder && holder.id !== agentId) {
      throw new InvalidInput({ email: 'agent.error.email_taken' })
    }
    await dropResets(trx, agentId)
    return save(trx, agentId, { name, email })
  })
}

async function save(
  trx: Db,
  id: number,
  changes: { role?: Role; is_active?: number; name?: string; email?: string }
): Promise<Agent> {
  const agent = await trx
    .updateTable('agent')
    .set(changes)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  announce(trx, { topic: 'agent.changed', agent: id })
  return agent
}
