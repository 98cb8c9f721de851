import { hashToken } from '../../agent/token.ts'
import type { Db } from '../../db/schema.ts'
import { inTransaction } from '../../db/transaction.ts'
import { DomainError } from '../../errors.ts'
import { isSame } from '../../secret/same.ts'
import { randomToken } from '../../secret/token.ts'
import type { RecoveryKeyTable } from './table.ts'

export const recoveryMs = 30 * 60_000
/** How long a used or expired link can still say what it is. */
const rememberedMs = 24 * 60 * 60_000

/** A token for one visit within half an hour; it is kept as a hash. */
export async function createRecoveryLink(db: Db, now: Date): Promise<string> {
  await db
    .deleteFrom('recovery_key')
    .where('expires_at', '<', now.getTime() - rememberedMs)
    .execute()
  return createKey(db, 'link', now)
}

export const recoveryUrl = (publicUrl: string, token: string) =>
  `${publicUrl}/recovery?token=${token}`

/** Throws when the link opens nothing, with the reason. */
export async function checkLink(db: Db, token: string, now: Date): Promise<void> {
  const key = await findKey(db, 'link', token)
  if (!key) throw new DomainError('recovery_unknown', 403)
  if (key.used_at !== null) throw new DomainError('recovery_used', 410)
  if (key.expires_at <= now.getTime()) throw new DomainError('recovery_expired', 410)
}

/** Changes a link into a short session; of two who try at once one gets in. */
export async function openRecovery(db: Db, token: string, now: Date): Promise<string> {
  return inTransaction(db, async trx => {
    await checkLink(trx, token, now)
    await trx
      .updateTable('recovery_key')
      .set({ used_at: now.getTime() })
      .where('hash', '=', hashToken(token))
      .execute()
    return createKey(trx, 'session', now)
  })
}

/** Whether a session is open. */
export async function isRecovering(db: Db, token: string | undefined, now: Date): Promise<boolean> {
  const key = token ? await findKey(db, 'session', token) : undefined
  return key !== undefined && key.expires_at > now.getTime()
}

async function createKey(db: Db, kind: RecoveryKeyTable['kind'], now: Date): Promise<string> {
  const token = randomToken()
  const at = now.getTime()
  const times = { created_at: at, expires_at: at + recoveryMs }
  await db
    .insertInto('recovery_key')
    .values({ hash: hashToken(token), kind, ...times })
    .execute()
  return token
}

async function findKey(
  db: Db,
  kind: RecoveryKeyTable['kind'],
  token: string
): Promise<RecoveryKeyTable | undefined> {
  const hash = hashToken(token)
  const key = await db
    .selectFrom('recovery_key')
    .selectAll()
    .where('hash', '=', hash)
    .where('kind', '=', kind)
    .executeTakeFirst()
  return key && isSame(key.hash, hash) ? key : undefined
}
