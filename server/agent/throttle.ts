import type { Db } from '../db/schema.ts'
import { DomainError } from '../errors.ts'
import { normaliseEmail } from './find.ts'
import { networkOf } from './network.ts'
import { hashToken } from './token.ts'

const windowMs = 15 * 60_000
const longestMs = 60_000
/** Also counted by the hour: links for lost passwords. */
const keptMs = 60 * 60_000

interface Bucket {
  key: string
  /** Failures that cost nothing. */
  free: number
}

/**
 * Delays grow with failures and end by themselves. Where somebody is signed in from already counts apart:
 * a stranger who fails without end cannot lock them out.
 */
export async function checkThrottle(
  db: Db,
  email: string,
  address: string,
  now: Date
): Promise<void> {
  const since = now.getTime() - windowMs
  for (const bucket of await bucketsOf(db, email, address)) {
    const { count, last } = await db
      .selectFrom('sign_in_attempt')
      .select(({ fn }) => [fn.countAll<number>().as('count'), fn.max('at').as('last')])
      .where('key', '=', bucket.key)
      .where('at', '>', since)
      .executeTakeFirstOrThrow()
    const over = count - bucket.free
    if (over < 0) continue
    const waitMs = (last ?? 0) + Math.min(longestMs, 2 ** over * 1000) - now.getTime()
    if (waitMs > 0) {
      throw new DomainError('too_many_attempts', 429, { seconds: Math.ceil(waitMs / 1000) })
    }
  }
}

/** Counted before the password is checked, so that many tries at once do not all pass. */
export async function recordAttempt(
  db: Db,
  email: string,
  address: string,
  now: Date
): Promise<void> {
  const at = now.getTime()
  await db
    .insertInto('sign_in_attempt')
    .values((await bucketsOf(db, email, address)).map(({ key }) => ({ key, at })))
    .execute()
  await db
    .deleteFrom('sign_in_attempt')
    .where('at', '<=', at - keptMs)
    .execute()
}

/** A right password forgives the account; of the address only this one try. */
export async function forgive(db: Db, email: string, address: string, now: Date): Promise<void> {
  const key = await accountKeyAt(db, email, address)
  await db
    .deleteFrom('sign_in_attempt')
    .where(({ eb, and, or }) =>
      or([
        eb('key', '=', key),
        and([eb('key', '=', addressKey(address)), eb('at', '=', now.getTime())])
      ])
    )
    .execute()
}

async function bucketsOf(db: Db, email: string, address: string): Promise<Bucket[]> {
  return [
    { key: await accountKeyAt(db, email, address), free: 5 },
    { key: addressKey(address), free: 30 }
  ]
}

async function accountKeyAt(db: Db, email: string, address: string): Promise<string> {
  const sessions = await db
    .selectFrom('session')
    .innerJoin('agent', 'agent.id', 'session.agent_id')
    .select('session.address')
    .where('agent.email', '=', normaliseEmail(email))
    .where('session.address', 'is not', null)
    .distinct()
    .limit(200)
    .execute()
  const network = networkOf(address)
  const isKnown = sessions.some(session => networkOf(session.address ?? '') === network)
  const key = `account:${hashToken(normaliseEmail(email)).slice(0, 32)}`
  return isKnown ? `${key}@${network}` : key
}

function addressKey(address: string): string {
  return `address:${networkOf(address)}`
}
