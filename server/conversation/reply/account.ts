import type { Account } from '../../channel/table.ts'
import type { Db } from '../../db/schema.ts'
import { conflict, notFound } from '../../errors.ts'
import { listReplyRoutes, type ReplyChoice } from './list-routes.ts'
import type { Chosen } from './recipient.ts'
import type { Conversation } from '../table.ts'

/** Where a reply was asked to go; what is missing is chosen. */
export interface Wanted {
  accountId?: number | undefined
  to?: Chosen | undefined
}

/** The account and, where the customer is known by it, the way that a reply goes. */
export interface Way {
  account: Account
  route: ReplyChoice | null
}

/**
 * The way that was asked for, else the best: where the customer wrote last and can still be reached. Throws
 * `no_account`, `account_off`, `not_found`.
 */
export async function findWay(
  trx: Db,
  conversation: Conversation,
  wanted: Wanted,
  now: Date
): Promise<Way> {
  const routes = await listReplyRoutes(trx, conversation, now)
  const route = routes.find(one => isWanted(one, wanted)) ?? null
  const id = wanted.accountId ?? route?.account.id ?? conversation.account_id
  if (id === null) throw conflict('no_account')
  const account = route?.account ?? (await findAccount(trx, id))
  if (account.is_enabled === 0) throw conflict('account_off', { name: account.name })
  return { account, route }
}

function isWanted(
  { account, identity, otherIds }: ReplyChoice,
  { accountId, to }: Wanted
): boolean {
  if (accountId !== undefined && account.id !== accountId) return false
  if (to === undefined) return true
  if ('identityId' in to) return [identity.id, ...otherIds].includes(to.identityId)
  return identity.kind === to.kind && identity.value === to.value
}

async function findAccount(trx: Db, id: number): Promise<Account> {
  const account = await trx
    .selectFrom('account')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (!account) throw notFound('account')
  return account
}
