import type { Db } from '../db/schema.ts'
import type { Counts } from './archive.ts'

/** What a person knows a backup by; counted again after a restore. */
export async function countAll(db: Db): Promise<Counts> {
  return db
    .selectNoFrom(eb => {
      const rows = (table: 'customer' | 'conversation' | 'message' | 'blob') =>
        eb.selectFrom(table).select(({ fn }) => fn.countAll<number>().as('n'))
      return [
        rows('customer').as('customers'),
        rows('conversation').as('conversations'),
        rows('message').as('messages'),
        rows('blob').as('files')
      ]
    })
    .$castTo<Counts>()
    .executeTakeFirstOrThrow()
}
