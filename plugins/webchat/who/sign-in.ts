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
  | { visitor: Visitor; /** Whose the token was until now. */ former: Visitor | null }
  | { refused: 'other_user' | 'ended' }

/**
 * Whoever holds the token is this user of the shop from now on. An anonymous visitor becomes the user who has
 * none yet; else the token goes over to the user's, and what was written before stays where it was: another
 * browser's history is shown only to the user who proves to be it.
 */
export async function signIn(
  { db }: Pick<ChatTools, 'db'>,
  widget: Pick<Widget, 'account'>,
  hash: string,
  proven: Proven,
  now: Date
): Promise<SignIn> {
  const { id: account } = widget.account.facts
  const before = await findHolder(db, account, hash)
  const refused = whyNot(before, proven)
  if (refused) return { refused }
  // First the news: after a crash it is said again with the next proof, and joining twice is joining once.
  if (before) await tellSapa(db, widget, before.visitor, proven, now)
  return db.transaction().execute(async trx => {
    const holder = await findHolder(trx, account, hash)
    const late = whyNot(holder, proven)
    if (late) return { refused: late }
    const user = await findUser(trx, account, proven.userId)
    const id = user?.id ?? holder?.visitor.id ?? (await insertVisitor(trx, account, now))
    await trx
      .updateTable('webchat_visitor')
      .set(columnsOf(proven, now))
      .where('id', '=', id)
      .execute()
    await giveToken(trx, account, hash, id, now)
    // Whoever asked to confirm an address at this browser before may have been somebody else.
    if (holder?.visitor.user_id === null) await dropCodes(trx, holder.visitor.id)
    const former = holder && holder.visitor.id !== id ? holder.visitor : null
    return { visitor: await findVisitor(trx, id), former }
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

function whyNot(holder: Holder | null, { userId }: Proven): 'other_user' | 'ended' | null {
  if (!holder) return null
  if (holder.isEnded) return 'ended'
  const { user_id } = holder.visitor
  return user_id !== null && user_id !== userId ? 'other_user' : null
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

const dropCodes = (trx: ChatDb, visitorId: number) =>
  trx
    .updateTable('webchat_email_code')
    .set({ expires_at: 0 })
    .where('visitor_id', '=', visitorId)
    .where('used_at', 'is', null)
    .execute()

async function giveToken(trx: ChatDb, accountId: number, hash: string, id: number, now: Date) {
  const at = now.getTime()
  const times = { created_at: at, seen_at: at }
  await trx
    .insertInto('webchat_token')
    .values({ hash, account_id: accountId, visitor_id: id, ...times })
    .onConflict(conflict =>
      conflict
        .column('hash')
        .doUpdateSet({ visitor_id: id, seen_at: at })
        .where('webchat_token.account_id', '=', accountId)
    )
    .execute()
}
