import { sql } from 'kysely'
import { prepared } from '../../db/prepared.ts'
import type { Db } from '../../db/schema.ts'
import { announce, inTransaction } from '../../db/transaction.ts'
import type { AccountState } from '../../plugin-api/account.ts'
import type { Account } from '../table.ts'

/** Writes a state only when it is another one. Answers what it was before, or null for no change. */
export async function setAccountState(
  db: Db,
  id: number,
  state: AccountState,
  reason: string | null,
  now: Date
): Promise<{ before: AccountState; account: Account } | null> {
  return inTransaction(db, async trx => {
    const known = await trx
      .selectFrom('account')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    if (!known || (known.state === state && known.state_reason === reason)) return null
    const account = await trx
      .updateTable('account')
      .set({
        state,
        state_reason: reason,
        ...(known.state === state ? {} : { state_since: now.getTime() })
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    announce(trx, { topic: 'account.changed', account: id })
    return { before: known.state, account }
  })
}

/** Remembers that the line worked. At most one write a minute. */
export async function noteSuccess(
  db: Db,
  id: number,
  column: 'last_success_at' | 'last_outbound_at',
  now: Date
): Promise<void> {
  await db
    .updateTable('account')
    .set({ [column]: now.getTime() })
    .where('id', '=', id)
    .where(eb => eb.or([eb(column, 'is', null), eb(column, '<', now.getTime() - 60_000)]))
    .execute()
}

export interface TroubledAccount {
  id: number
  type: string
  name: string
  state: 'delayed' | 'needs_attention'
  reason: string | null
  since: number
  lastSuccessAt: number | null
  /** Steps that wait for it. */
  queued: number
}

/** What agents should know: accounts that do not work just now, the worst first. */
export async function listTroubledAccounts(db: Db): Promise<TroubledAccount[]> {
  const rows = await selectTroubled(db, {})
  return rows.map(row => ({
    id: row.id,
    type: row.type,
    name: row.name,
    state: row.state === 'needs_attention' ? 'needs_attention' : 'delayed',
    reason: row.state_reason,
    since: row.state_since,
    lastSuccessAt: row.last_success_at,
    queued: row.queued ?? 0
  }))
}

const selectTroubled = prepared()(db =>
  db
    .selectFrom('account')
    .select(['id', 'type', 'name', 'state', 'state_reason', 'state_since', 'last_success_at'])
    .select(eb =>
      eb
        .selectFrom('outbox')
        .select(eb.fn.countAll<number>().as('queued'))
        .whereRef('outbox.account_id', '=', 'account.id')
        // In the statement itself, else the index of what is queued cannot be used.
        .where('outbox.state', '=', sql.lit('queued'))
        .as('queued')
    )
    .where('is_enabled', '=', 1)
    .where('state', 'in', ['delayed', 'needs_attention'])
    .orderBy('state', 'desc')
    .orderBy('state_since')
    .limit(50)
)
