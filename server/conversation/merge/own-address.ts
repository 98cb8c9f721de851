import type { Address } from '../../customer/normalise.ts'
import type { Db } from '../../db/schema.ts'

/** What is not an address of the business itself: no customer can have those, whoever proves them. */
export async function keepFree<T extends Address>(db: Db, addresses: readonly T[]): Promise<T[]> {
  const values = addresses.filter(({ kind }) => kind !== 'external').map(({ value }) => value)
  if (values.length === 0) return [...addresses]
  const taken = new Set([...(await agentsOf(db, values)), ...(await accountsOf(db, values))])
  return addresses.filter(({ kind, value }) => kind === 'external' || !taken.has(value))
}

/** The column does not mind the case; addresses of customers are lower case. */
async function agentsOf(db: Db, values: string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('agent')
    .select('email')
    .where('email', 'in', values)
    .where('is_active', '=', 1)
    .execute()
  return rows.map(row => row.email.toLowerCase())
}

async function accountsOf(db: Db, values: string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('account')
    .select('address')
    .where(eb => eb.fn<string>('lower', ['address']), 'in', values)
    .execute()
  return rows.map(row => row.address?.toLowerCase() ?? '')
}
