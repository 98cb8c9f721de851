import { prepared } from '../db/prepared.ts'
import type { Db } from '../db/schema.ts'
import { notFound } from '../errors.ts'
import type { Agent, Role } from './table.ts'

export async function findAgent(db: Db, id: number): Promise<Agent> {
  const [agent] = await findById(db, { id })
  if (!agent) throw notFound('agent')
  return agent
}

const findById = prepared<{ id: number }>()((db, value) =>
  db.selectFrom('agent').selectAll().where('id', '=', value('id'))
)

export async function findAgentByEmail(db: Db, email: string): Promise<Agent | undefined> {
  return db
    .selectFrom('agent')
    .selectAll()
    .where('email', '=', normaliseEmail(email))
    .executeTakeFirst()
}

export interface AgentRow {
  id: number
  name: string
  email: string
  role: Role
  is_active: number
  last_seen_at: number | null
  /** Whether the invitation was accepted. */
  has_password: number
}

/** Everybody who answers, active first. A few hundred at most. */
export async function listAgents(db: Db): Promise<AgentRow[]> {
  return db
    .selectFrom('agent')
    .select(['id', 'name', 'email', 'role', 'is_active', 'last_seen_at'])
    .select(({ eb }) => eb('password_hash', 'is not', null).$castTo<number>().as('has_password'))
    .orderBy('is_active', 'desc')
    .orderBy('name')
    .limit(1000)
    .execute()
}

export async function hasOwner(db: Db): Promise<boolean> {
  const owner = await db
    .selectFrom('agent')
    .select('id')
    .where('role', '=', 'owner')
    .limit(1)
    .executeTakeFirst()
  return owner !== undefined
}

export function normaliseEmail(email: string): string {
  return email.trim().toLowerCase()
}

/** Good enough to write to; whether it exists, only a mail can tell. */
export function isEmail(email: string): boolean {
  return email.length <= 254 && /^[^\s@<>"(),:;\\[\]]+@[^\s@.]+(\.[^\s@.]+)+$/.test(email)
}
