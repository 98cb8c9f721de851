import type { Db } from '../db/schema.ts'
import { announce, inTransaction } from '../db/transaction.ts'
import { notFound } from '../errors.ts'
import { cleanName } from './normalise.ts'
import type { Customer } from './table.ts'

export interface CustomerChange {
  name?: string | undefined
  note?: string | undefined
  isVip?: boolean | undefined
  locale?: string | null | undefined
}

/** Changes what is given and differs. */
export async function changeCustomer(
  db: Db,
  id: number,
  change: CustomerChange
): Promise<Customer> {
  return inTransaction(db, async trx => {
    const before = await trx
      .selectFrom('customer')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    if (!before) throw notFound('customer')
    const after = {
      name: change.name === undefined ? before.name : (cleanName(change.name) ?? ''),
      note: change.note ?? before.note,
      is_vip: change.isVip === undefined ? before.is_vip : Number(change.isVip),
      locale: change.locale === undefined ? before.locale : change.locale
    }
    const isSame = Object.entries(after).every(
      ([column, value]) => before[column as keyof Customer] === value
    )
    if (isSame) return before
    announce(trx, { topic: 'customer.changed', customer: id })
    return trx
      .updateTable('customer')
      .set(after)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
  })
}
