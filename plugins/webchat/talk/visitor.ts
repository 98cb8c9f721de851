import { createHash, randomBytes } from 'node:crypto'
import type { ChatDb, Visitor } from '../table.ts'

/** What the panel makes: 32 random bytes, base64url. */
export const tokenShape = /^[\w-]{43}$/

export const hashToken = (token: string) => createHash('sha256').update(token).digest('hex')

/** Agents see it of people without a name; it opens nothing. 60 bits. */
export const newPublicId = () => {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789'
  return `web-${[...randomBytes(12)].map(byte => letters[byte % 32]).join('')}`
}

export interface Holder {
  visitor: Visitor
  hash: string
  /** The chat was ended with this token. */
  isEnded: boolean
}

/** Who holds a token of this account; null: nobody yet. */
export async function findHolder(
  db: ChatDb,
  accountId: number,
  hash: string
): Promise<Holder | null> {
  const token = await db
    .selectFrom('webchat_token')
    .select(['visitor_id', 'ended_at'])
    .where('hash', '=', hash)
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  if (!token) return null
  const visitor = await findVisitor(db, token.visitor_id)
  return { visitor, hash, isEnded: token.ended_at !== null }
}

export function findVisitor(db: ChatDb, id: number): Promise<Visitor> {
  return db.selectFrom('webchat_visitor').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

export function findByPublicId(
  db: ChatDb,
  accountId: number,
  publicId: string
): Promise<Visitor | undefined> {
  return db
    .selectFrom('webchat_visitor')
    .selectAll()
    .where('public_id', '=', publicId)
    .where('account_id', '=', accountId)
    .executeTakeFirst()
}

/** The visitor of a token that nobody holds yet; when two ask at once, both get the same one. */
export async function makeVisitor(
  db: ChatDb,
  accountId: number,
  hash: string,
  now: Date
): Promise<Holder> {
  return db.transaction().execute(async trx => {
    const known = await findHolder(trx, accountId, hash)
    if (known) return known
    const at = now.getTime()
    const visitor = await trx
      .insertInto('webchat_visitor')
      .values({ account_id: accountId, public_id: newPublicId(), created_at: at, seen_at: at })
      .returningAll()
      .executeTakeFirstOrThrow()
    const times = { created_at: at, seen_at: at }
    await trx
      .insertInto('webchat_token')
      .values({ hash, account_id: accountId, visitor_id: visitor.id, ...times })
      .execute()
    return { visitor, hash, isEnded: false }
  })
}
