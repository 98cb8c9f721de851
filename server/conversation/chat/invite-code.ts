import { createHash, randomBytes } from 'node:crypto'
import type { Db } from '../../db/schema.ts'
import type { Conversation } from '../table.ts'

/** Without I, L, O and U, which are read as other signs or as a word. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const length = 16
const goodMs = 24 * 60 * 60_000
/** Links that may lie in open tabs at the same time. */
const mostLive = 3

export interface NewCode {
  conversationId: number
  /** The only account by which it is good. */
  accountId: number
  code: string
}

/** 80 bits: cannot be guessed within its day. */
export function newInviteCode(): string {
  return Array.from(randomBytes(length), byte => alphabet[byte & 31]).join('')
}

/** Only the hash is kept; the oldest links of the same way end. */
export async function keepInviteCode(trx: Db, code: NewCode, now: Date): Promise<void> {
  await trx
    .insertInto('invite_code')
    .values({
      hash: hashOf(code.code),
      conversation_id: code.conversationId,
      account_id: code.accountId,
      created_at: now.getTime(),
      expires_at: now.getTime() + goodMs
    })
    .execute()
  const surplus = trx
    .selectFrom('invite_code')
    .select('hash')
    .where('conversation_id', '=', code.conversationId)
    .where('account_id', '=', code.accountId)
    .orderBy('created_at', 'desc')
    .limit(1_000)
    .offset(mostLive)
  await trx.deleteFrom('invite_code').where('hash', 'in', surplus).execute()
}

/** The conversation that a code was made for. Undefined when it is wrong, over or of another account. */
export function findInvited(
  db: Db,
  accountId: number,
  code: string,
  now: Date
): Promise<Conversation | undefined> {
  return db
    .selectFrom('invite_code')
    .innerJoin('conversation', 'conversation.id', 'invite_code.conversation_id')
    .selectAll('conversation')
    .where('invite_code.hash', '=', hashOf(code))
    .where('invite_code.account_id', '=', accountId)
    .where('invite_code.expires_at', '>', now.getTime())
    .executeTakeFirst()
}

export async function useInviteCode(trx: Db, code: string): Promise<void> {
  await trx.deleteFrom('invite_code').where('hash', '=', hashOf(code)).execute()
}

export async function pruneInviteCodes(db: Db, now: Date): Promise<void> {
  await db.deleteFrom('invite_code').where('expires_at', '<=', now.getTime()).execute()
}

/** As people copy it: in any case, with spaces and hyphens, and with the letters that are not in it. */
function hashOf(code: string): string {
  const plain = code.slice(0, 100).replaceAll(/[\s-]/g, '').toUpperCase()
  const read = plain.replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  return createHash('sha256').update(`invite:${read}`).digest('hex')
}
