import type { Db } from '../../db/schema.ts'

export interface Use {
  /** Their last message by it in this conversation. */
  heardAt: number | null
  heardId: number | null
  /** Our last message by it in this conversation. */
  wroteAt: number | null
}

/** By `<account>:<identity>`. */
export const keyOf = (accountId: number, identityId: number): string => `${accountId}:${identityId}`

/** By which accounts these people have been written with, here and in other conversations. */
export async function listUsed(
  db: Db,
  conversationId: number,
  people: readonly number[]
): Promise<Map<string, Use>> {
  const used = new Map<string, Use>()
  if (people.length === 0) return used
  const rows = await db
    .selectFrom('account')
    .innerJoin('identity', join => join.onTrue())
    .select(['account.id as account_id', 'identity.id as identity_id'])
    .select(eb => {
      const newest = (kind: 'inbound' | 'outbound') =>
        eb
          .selectFrom('message')
          .select('message.at')
          .whereRef('message.identity_id', '=', 'identity.id')
          .whereRef('message.account_id', '=', 'account.id')
          .where('message.kind', '=', kind)
          .where('message.is_automatic', '=', 0)
          .orderBy('message.at', 'desc')
          .orderBy('message.id', 'desc')
          .limit(1)
      const here = (kind: 'inbound' | 'outbound') =>
        newest(kind).where('message.conversation_id', '=', conversationId)
      return [
        here('inbound').as('heard_at'),
        here('inbound').clearSelect().select('message.id').as('heard_id'),
        here('outbound').as('wrote_at'),
        newest('inbound').as('ever_at')
      ]
    })
    .where('identity.id', 'in', people)
    .execute()
  for (const { account_id, identity_id, heard_at, heard_id, wrote_at, ever_at } of rows) {
    // Of other conversations only theirs says that the address is good; ours may have gone anywhere.
    if (heard_at === null && wrote_at === null && ever_at === null) continue
    used.set(keyOf(account_id, identity_id), {
      heardAt: heard_at,
      heardId: heard_id,
      wroteAt: wrote_at
    })
  }
  return used
}
