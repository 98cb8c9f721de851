import type { Account } from '../../channel/table.ts'
import type { Db } from '../../db/schema.ts'
import { capabilitiesOf } from '../capabilities.ts'
import { listWriters } from './writer.ts'

/** How long free answers are taken. `none`: always. */
export interface AnswerWindow {
  state: 'open' | 'closed' | 'none'
  /** When it closes or closed, milliseconds UTC; null: it never opened, or there is none. */
  closesAt: number | null
  /** What may be sent when it is closed. */
  outside: 'templates' | 'nothing' | null
}

/** A way to somebody; without identity to an address that nobody has written from. */
export interface Asked {
  account: Account
  identityId: number | null
}

/** Ended a little early: what is written in the last minute still has to arrive. */
const marginMs = 5 * 60_000
const hourMs = 3_600_000

const always: AnswerWindow = { state: 'none', closesAt: null, outside: null }

/**
 * Whether this account may write freely to somebody now: for some hours after their last message by it, from
 * whichever address its provider knows to be theirs, unless the provider has said since that it is over.
 */
export async function findAnswerWindow(db: Db, asked: Asked, now: Date): Promise<AnswerWindow> {
  return (await listAnswerWindows(db, [asked], now))[0] ?? always
}

/** The same for many ways, in their order. */
export async function listAnswerWindows(
  db: Db,
  asked: readonly Asked[],
  now: Date
): Promise<AnswerWindow[]> {
  const shut = asked.filter(({ account }) => capabilitiesOf(account).window)
  const facts = shut.length > 0 ? await listFacts(db, shut) : []
  const times = new Map(shut.map((one, index) => [one, facts[index] ?? nothing]))
  return asked.map(one => {
    const { window } = capabilitiesOf(one.account)
    if (!window) return always
    const { outside } = window
    const { heardAt, refusedAt } = times.get(one) ?? nothing
    if (heardAt === null) return { state: 'closed', closesAt: null, outside }
    if (refusedAt !== null && refusedAt >= heardAt) {
      return { state: 'closed', closesAt: refusedAt, outside }
    }
    const closesAt = heardAt + window.hours * hourMs - marginMs
    return { state: now.getTime() < closesAt ? 'open' : 'closed', closesAt, outside }
  })
}

interface Facts {
  heardAt: number | null
  refusedAt: number | null
}

const nothing: Facts = { heardAt: null, refusedAt: null }

async function listFacts(db: Db, asked: readonly Asked[]): Promise<Facts[]> {
  const ids = asked.flatMap(({ identityId }) => identityId ?? [])
  if (ids.length === 0) return asked.map(() => nothing)
  const writers = await listWriters(db, ids)
  const groups = asked.map(({ account, identityId }) =>
    identityId === null ? [] : writers(account.type, identityId)
  )
  const of = {
    accounts: [...new Set(asked.map(({ account }) => account.id))],
    identities: [...new Set(groups.flat())]
  }
  const [heard, refused] = [await listHeard(db, of), await listRefused(db, of)]
  return asked.map(({ account }, index) => ({
    heardAt: latest(heard, account.id, groups[index] ?? []),
    refusedAt: latest(refused, account.id, groups[index] ?? [])
  }))
}

interface Scope {
  accounts: number[]
  identities: number[]
}

interface Time {
  account_id: number
  identity_id: number
  at: number | null
}

function listHeard(db: Db, { accounts, identities }: Scope): Promise<Time[]> {
  return db
    .selectFrom('account')
    .innerJoin('identity', join => join.onTrue())
    .select(['account.id as account_id', 'identity.id as identity_id'])
    .select(eb =>
      eb
        .selectFrom('message')
        .select('message.at')
        .whereRef('message.identity_id', '=', 'identity.id')
        .whereRef('message.account_id', '=', 'account.id')
        .where('message.kind', '=', 'inbound')
        .where('message.is_automatic', '=', 0)
        .orderBy('message.at', 'desc')
        .limit(1)
        .as('at')
    )
    .where('account.id', 'in', accounts)
    .where('identity.id', 'in', identities)
    .execute()
}

function listRefused(db: Db, { accounts, identities }: Scope): Promise<Time[]> {
  return db
    .selectFrom('closed_window')
    .select(['account_id', 'identity_id', 'at'])
    .where('account_id', 'in', accounts)
    .where('identity_id', 'in', identities)
    .execute()
}

function latest(
  times: readonly Time[],
  accountId: number,
  identityIds: readonly number[]
): number | null {
  const own = times
    .filter(one => one.account_id === accountId && identityIds.includes(one.identity_id))
    .flatMap(({ at }) => at ?? [])
  return own.length > 0 ? Math.max(...own) : null
}
