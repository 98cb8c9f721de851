import type { Account } from '../../channel/table.ts'
import type { Db } from '../../db/schema.ts'
import { capabilitiesOf } from '../capabilities.ts'

/** How long free answers are taken. `none`: always. */
export interface AnswerWindow {
  state: 'open' | 'closed' | 'none'
  /** When it closes or closed, milliseconds UTC; null: it never opened, or there is none. */
  closesAt: number | null
  /** What may be sent when it is closed. */
  outside: 'templates' | 'nothing' | null
}

/** Ended a little early: what is written in the last minute still has to arrive. */
const marginMs = 5 * 60_000
const hourMs = 3_600_000

const always: AnswerWindow = { state: 'none', closesAt: null, outside: null }

/**
 * Whether this account may write freely to somebody now: for some hours after their last message by it, whichever
 * of their addresses they used, unless the provider has said since that it is over.
 */
export async function findAnswerWindow(
  db: Db,
  { account, identityId }: { account: Account; identityId: number | null },
  now: Date
): Promise<AnswerWindow> {
  const { window } = capabilitiesOf(account)
  if (!window) return always
  const { outside } = window
  const heardAt = identityId === null ? null : await lastHeard(db, account.id, identityId)
  if (heardAt === null || identityId === null) return { state: 'closed', closesAt: null, outside }
  const refusedAt = await lastRefused(db, account.id, identityId)
  if (refusedAt !== null && refusedAt >= heardAt) {
    return { state: 'closed', closesAt: refusedAt, outside }
  }
  const closesAt = heardAt + window.hours * hourMs - marginMs
  return { state: now.getTime() < closesAt ? 'open' : 'closed', closesAt, outside }
}

async function lastHeard(db: Db, accountId: number, identityId: number): Promise<number | null> {
  const rows = await db
    .selectFrom('identity')
    .select(eb =>
      eb
        .selectFrom('message')
        .select('message.at')
        .whereRef('message.identity_id', '=', 'identity.id')
        .where('message.account_id', '=', accountId)
        .where('message.kind', '=', 'inbound')
        .where('message.is_automatic', '=', 0)
        .orderBy('message.at', 'desc')
        .limit(1)
        .as('at')
    )
    .where('identity.id', 'in', sameWriter(db, identityId))
    .execute()
  const times = rows.flatMap(row => row.at ?? [])
  return times.length > 0 ? Math.max(...times) : null
}

async function lastRefused(db: Db, accountId: number, identityId: number): Promise<number | null> {
  const row = await db
    .selectFrom('closed_window')
    .select(eb => eb.fn.max('closed_window.at').as('at'))
    .where('closed_window.identity_id', 'in', sameWriter(db, identityId))
    .where('closed_window.account_id', '=', accountId)
    .executeTakeFirst()
  return row?.at ?? null
}

/** A number and a user id of the same person are one to the provider. */
const sameWriter = (db: Db, identityId: number) =>
  db
    .selectFrom('identity')
    .select('identity.id')
    .where('identity.customer_id', '=', eb =>
      eb.selectFrom('identity as one').select('one.customer_id').where('one.id', '=', identityId)
    )
