import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { conflict, InvalidInput } from '../errors.ts'
import { findAgent, findAgentByEmail, isEmail, normaliseEmail } from './find.ts'
import { issueLink, useLink } from './link.ts'
import { checkPassword, hashPassword } from './password.ts'
import { checkRank } from './rank.ts'
import type { Agent, Role } from './table.ts'

export interface NewAgent {
  email: string
  name: string
  role: Role
  locale?: string
  timeZone?: string
}

/** Makes the agent and a link for the first password; who invites shows or sends `/invite/<token>`. */
export async function inviteAgent(
  db: Db,
  person: NewAgent,
  actor: Agent,
  now: Date
): Promise<{ agent: Agent; token: string }> {
  checkRank(actor, person.role)
  return inTransaction(db, async trx => {
    const agent = await addAgent(trx, person, now)
    return { agent, token: await issueLink(trx, agent.id, 'invite', now) }
  })
}

/** For invitations that got lost. Not for people who have signed in already. */
export async function renewInvitation(
  db: Db,
  agentId: number,
  actor: Agent,
  now: Date
): Promise<string> {
  const agent = await findAgent(db, agentId)
  checkRank(actor, agent.role)
  if (agent.password_hash !== null) throw conflict('already_joined')
  return issueLink(db, agentId, 'invite', now)
}

export async function acceptInvitation(
  db: Db,
  token: string,
  chosen: { name: string; password: string },
  now: Date
): Promise<Agent> {
  const name = chosen.name.trim()
  if (!name) throw new InvalidInput({ name: 'error.field.required' })
  checkPassword(chosen.password, '')
  const password_hash = await hashPassword(chosen.password)
  return inTransaction(db, async trx => {
    const { id, email } = await useLink(trx, token, 'invite', now)
    checkPassword(chosen.password, email)
    return trx
      .updateTable('agent')
      .set({ name, password_hash })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
  })
}

/** Without a link and a password, as the command line needs it too. */
export async function addAgent(db: Db, person: NewAgent, now: Date): Promise<Agent> {
  const email = normaliseEmail(person.email)
  const name = person.name.trim()
  if (!isEmail(email)) throw new InvalidInput({ email: 'error.field.format' })
  if (!name) throw new InvalidInput({ name: 'error.field.required' })
  return inTransaction(db, async trx => {
    if (await findAgentByEmail(trx, email)) {
      throw new InvalidInput({ email: 'agent.error.email_taken' })
    }
    return trx
      .insertInto('agent')
      .values({
        email,
        name,
        role: person.role,
        ...(person.locale ? { locale: person.locale } : {}),
        ...(person.timeZone ? { time_zone: person.timeZone } : {}),
        created_at: now.getTime()
      })
      .returningAll()
      .executeTakeFirstOrThrow()
  })
}
