import type { Db } from '../db/schema.ts'
import { InvalidInput } from '../errors.ts'
import { isPassword } from './password.ts'
import type { Agent } from './table.ts'
import { checkThrottle, forgive, recordAttempt } from './throttle.ts'

/** Asked again before what cannot be undone; guessing is slowed down as at the sign-in. */
export async function confirmPassword(
  db: Db,
  { email, password_hash }: Pick<Agent, 'email' | 'password_hash'>,
  { password, address }: { password: string; address: string },
  now: Date
): Promise<void> {
  await checkThrottle(db, email, address, now)
  await recordAttempt(db, email, address, now)
  if (!(await isPassword(password, password_hash))) {
    throw new InvalidInput({ password: 'agent.error.wrong_password' })
  }
  await forgive(db, email, address, now)
}
