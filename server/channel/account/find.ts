import type { Db } from '../../db/schema.ts'
import { notFound } from '../../errors.ts'
import type { Account } from '../table.ts'

export { capabilitiesOf } from '../../conversation/capabilities.ts'

/** Throws not_found. */
export async function findAccount(db: Db, id: number): Promise<Account> {
  const account = await db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst()
  if (!account) throw notFound('account')
  return account
}

/** All accounts by name; there are few. */
export function listAccounts(db: Db, filter: { type?: string } = {}): Promise<Account[]> {
  const all = db.selectFrom('account').selectAll().orderBy('name').orderBy('id').limit(500)
  return (filter.type === undefined ? all : all.where('type', '=', filter.type)).execute()
}
