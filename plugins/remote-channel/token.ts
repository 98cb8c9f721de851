import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { RemoteDb } from './table.ts'

/** How long the token before the newest one stays good. */
const rotationMs = 24 * 60 * 60_000

/**
 * Makes a token that opens one account. It is returned once and kept as a hash; the one before it
 * works for another day, so that the program can be given the new one without a gap.
 */
export async function makeToken(db: RemoteDb, accountId: number, now: number): Promise<string> {
  const secret = randomBytes(32).toString('base64url')
  const token = `sapart_${accountId}_${secret}`
  const row = { account_id: accountId, hash: hashOf(token), created_at: now, expires_at: null }
  await db.transaction().execute(async trx => {
    await trx
      .deleteFrom('remote_channel_token')
      .where('account_id', '=', accountId)
      .where('expires_at', 'is not', null)
      .execute()
    await trx
      .updateTable('remote_channel_token')
      .set({ expires_at: now + rotationMs })
      .where('account_id', '=', accountId)
      .execute()
    await trx.insertInto('remote_channel_token').values(row).execute()
  })
  return token
}

/** The account that the header's token opens; null when it opens none. */
export async function accountOf(
  db: RemoteDb,
  authorization: string | undefined,
  now: number
): Promise<number | null> {
  const [, token, id] = /^Bearer +(sapart_(\d{1,15})_[\w-]{43}) *$/i.exec(authorization ?? '') ?? []
  if (!token) return null
  const given = hashOf(token)
  const tokens = await listTokens(db, Number(id), now)
  return tokens.some(({ hash }) => isSame(hash, given)) ? Number(id) : null
}

export function listTokens(db: RemoteDb, accountId: number, now: number) {
  return db
    .selectFrom('remote_channel_token')
    .select(['hash', 'created_at', 'expires_at'])
    .where('account_id', '=', accountId)
    .where(eb => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .orderBy('id', 'desc')
    .execute()
}

/** Ends the tokens that are on their way out, or all of them. */
export async function withdrawTokens(
  db: RemoteDb,
  accountId: number,
  which: 'old' | 'all'
): Promise<void> {
  const all = db.deleteFrom('remote_channel_token').where('account_id', '=', accountId)
  await (which === 'all' ? all : all.where('expires_at', 'is not', null)).execute()
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')

const isSame = (one: string, other: string) =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
