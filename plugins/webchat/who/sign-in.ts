import { createHash } from 'node:crypto'
import type { Identity, IdentityChange } from 'sapa/plugin-api'
import { ingest } from '../ingest.ts'
import type { ChatDb, Visitor } from '../table.ts'
import { identitiesOf } from '../talk/journal.ts'
import { findHolder, findVisitor, newPublicId, type Holder } from '../talk/visitor.ts'
import type { ChatTools } from '../tools.ts'
import type { Widget } from '../widget.ts'
import type { Proven } from './proof.ts'

export type SignIn =
  | {
      visitor: Visitor
      isNew: boolean
      /** Whose token opens nothing any more. */ ended: Holder | null
    }
  | { refused: 'other_user' | 'invalid' | 'ended' }

/** SHA-256 of the token that shall be the user's, and of the one that the browser had until now. */
interface Tokens {
  fresh: string
  former: string | null
}

/**
 * Whoever holds the fresh token is this user of the shop from now on. An anonymous visitor becomes the user who
 * has none yet; else what was written before stays where it was: another browser's history is shown only to the
 * user who proves to be it. No token that was in use before the sign-in ever opens what came after it.
 */
export async function signIn(
  { db }: Pick<ChatTools, 'db'>,
  widget: Pick<Widget, 'account'>,
  tokens: Tokens,
  proven: Proven,
  now: Date
): Promise<SignIn> {
  const { id: account } = widget.account.facts
  const before = await findBefore(db, account, tokens, proven)
  if ('refused' in before) return before
  // First the news: after a crash it is said again with the next proof, and joining twice is joining once.
  if (before.holder) await tellSapa(db, widget, before.holder.visitor, proven, now)
  return db.transaction().execute(async trx => {
    const found = await findBefore(trx, account, tokens, proven)
    if ('refused' in found) return found
    const { holder } = found
    const user = await findUser(trx, account, proven.userId)
    const id = user?.id ?? holder?.visitor.id ?? (await insertVisitor(trx, account, now))
    await trx
      .updateTable('webchat_visitor')
      .set(columnsOf(proven, now))
      .where('id', '=', id)
      .execute()
    const isTheirs = holder !== null && holder.visitor.user_id !== null
    if (!isTheirs) await giveToken(trx, account, tokens.fresh, id, now)
    const ended = holder === null || isTheirs ? null : holder
    if (ended) await endAnonymous(trx, ended.visitor.id, tokens.fresh, now)
    return { visitor: await findVisitor(trx, id), isNew: !isTheirs, ended }
  })
}

/** One change, with a key of what it says: saying it again is no news. */
export function identityChange(
  accountId: number,
  { public_id }: Pick<Visitor, 'public_id'>,
  identities: Identity[],
  now: Date
): IdentityChange {
  const namespace = `webchat:${accountId}`
  const said = createHash('sha256').update(JSON.stringify(identities)).digest('base64url')
  return {
    ...{ type: 'identity', key: `i:${public_id}:${said.slice(0, 22)}`, at: now.getTime() },
    from: { kind: 'external', namespace, value: public_id, verified: true },
    identities
  }
}

/** Who was here until now: by the fresh token, when the proof is shown again, else by the former one. */
async function findBefore(
  db: ChatDb,
  accountId: number,
  { fresh, former }: Tokens,
  { userId }: Proven
): Promise<{ holder: Holder | null } | { refused: 'other_user' | 'invalid' | 'ended' }> {
  const own = await findHolder(db, accountId, fresh)
  if (own?.isEnded) return { refused: 'ended' }
  if (own && own.visitor.user_id === null) return { refused: 'invalid' }
  const before = own ?? (former === null ? null : await findHolder(db, accountId, former))
  if (!before || before.isEnded) return { holder: null }
  const { user_id } = before.visitor
  return user_id !== null && user_id !== userId ? { refused: 'other_user' } : { holder: before }
}

async function tellSapa(
  db: ChatDb,
  widget: Pick<Widget, 'account'>,
  visitor: Visitor,
  proven: Proven,
  now: Date
): Promise<void> {
  const { id: account } = widget.account.facts
  const user = await findUser(db, account, proven.userId)
  const whole = { ...visitor, ...user, ...columnsOf(proven, now) }
  const news = identitiesOf(account, whole).filter(
    ({ namespace, value, verified }) =>
      verified && !(namespace === `webchat:${account}` && value === visitor.public_id)
  )
  await ingest(widget, [identityChange(account, visitor, news, now)])
}

const columnsOf = ({ userId, email, phone, name }: Proven, now: Date) => ({
  ...{ user_id: userId, seen_at: now.getTime() },
  ...(email !== null && { email, is_email_proven: 1 }),
  ...(phone !== null && { phone, is_phone_proven: 1 }),
  ...(name !== null && { name })
})

const findUser = (db: ChatDb, accountId: number, userId: string) =>
  db
    .selectFrom('webchat_visitor')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('user_id', '=', userId)
    .executeTakeFirst()

async function insertVisitor(trx: ChatDb, accountId: number, now: Date): Promise<number> {
  const at = now.getTime()
  const { id } = await trx
    .insertInto('webchat_visitor')
    .values({ account_id: accountId, public_id: newPublicId(), created_at: at, seen_at: at })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Whoever asked to confirm an address at this browser before may have been somebody else, too. */
async function endAnonymous(trx: ChatDb, visitorId: number, fresh: string, now: Date) {
  await trx
    .updateTable('webchat_token')
    .set({ ended_at: now.getTime() })
    .where('visitor_id', '=', visitorId)
    .where('hash', '!=', fresh)
    .where('ended_at', 'is', null)
    .execute()
  await trx
    .updateTable('webchat_email_code')
    .set({ expires_at: 0 })
    .where('visitor_id', '=', visitorId)
    .where('used_at', 'is', null)
    .execute()
}

async function giveToken(trx: ChatDb, accountId: number, hash: string, id: number, now: Date) {
  const at = now.getTime()
  const times = { created_at: at, seen_at: at }
  await trx
    .insertInto('webchat_token')
    .values({ hash, account_id: accountId, visitor_id: id, ...times })
    .execute()
}
