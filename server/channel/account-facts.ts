import type { Db } from '../db/schema.ts'
import type { AccountFacts } from '../plugin-api/account.ts'
import { plainSettings } from './account-settings.ts'
import type { Account } from './table.ts'

/** What parsing and sessions may know of the account, without secrets. */
export async function factsOf(db: Db, account: Account): Promise<AccountFacts> {
  return {
    id: account.id,
    type: account.type,
    address: account.address,
    settings: plainSettings(account),
    ownAddresses: await listOwnAddresses(db, account.type)
  }
}

/** Addresses of all accounts of one type, lower case, without repeats. */
export async function listOwnAddresses(db: Db, type: string): Promise<string[]> {
  const rows = await db
    .selectFrom('account')
    .select('address')
    .where('type', '=', type)
    .where('address', 'is not', null)
    .execute()
  return [...new Set(rows.map(row => (row.address ?? '').toLowerCase()))]
}
