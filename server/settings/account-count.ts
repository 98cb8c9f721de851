import type { Db } from '../db/schema.ts'

/** What removing an account would touch. */
export interface AccountCounts {
  conversations: number
  queued: number
  items: number
}

export async function countOfAccount(db: Db, id: number): Promise<AccountCounts> {
  return db
    .selectNoFrom(eb => [
      eb
        .selectFrom('conversation')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .where('account_id', '=', id)
        .as('conversations'),
      eb
        .selectFrom('outbox')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .where('account_id', '=', id)
        .where('state', '=', 'queued')
        .as('queued'),
      eb
        .selectFrom('journal')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .where('account_id', '=', id)
        .as('items')
    ])
    .$castTo<AccountCounts>()
    .executeTakeFirstOrThrow()
}
