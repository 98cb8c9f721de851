import type { Db } from '../../db/schema.ts'
import type { AccountFacts } from '../../plugin-api/account.ts'
import type { SettingsValues } from '../../plugin-api/settings.ts'
import type { Account } from '../table.ts'

/** What a channel may know of its account: plain values, no secrets. */
export async function accountFacts(db: Db, account: Account): Promise<AccountFacts> {
  const rows = await db
    .selectFrom('account')
    .select('address')
    .where('type', '=', account.type)
    .where('address', 'is not', null)
    .execute()
  return {
    id: account.id,
    type: account.type,
    address: account.address,
    settings: JSON.parse(account.settings) as SettingsValues,
    ownAddresses: rows.flatMap(row => row.address?.toLowerCase() ?? [])
  }
}
