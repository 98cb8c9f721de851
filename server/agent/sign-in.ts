import type { Db } from '../db/schema.ts'
import { InvalidInput } from '../errors.ts'
import { findAgentByEmail } from './find.ts'
import { isPassword } from './password.ts'
import { checkThrottle, forgive, recordAttempt } from './throttle.ts'
import type { Agent } from './table.ts'

export interface Credentials {
  email: string
  password: string
  /** Where the request came from. */
  address: string
}

/** The same answer, and the same time, whether the address is unknown, disabled or the password wrong. */
export async function signIn(db: Db, credentials: Credentials, now: Date): Promise<Agent> {
  const { email, password, address } = credentials
  await checkThrottle(db, email, address, now)
  await recordAttempt(db, email, address, now)
  const agent = await findAgentByEmail(db, email)
  const isRight = await isPassword(password, agent?.is_active ? agent.password_hash : null)
  if (!agent || !isRight) throw new InvalidInput({ password: 'agent.error.wrong_credentials' })

  await forgive(db, email, address, now)
  await db
    .updateTable('agent')
    .set({ last_seen_at: now.getTime() })
    .where('id', '=', agent.id)
    .execute()
  return agent
}
