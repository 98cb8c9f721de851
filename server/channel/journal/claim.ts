import { sql } from 'kysely'
import type { Db } from '../../db/schema.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { JournalItem } from '../table.ts'

const maxItems = 50
const maxBytes = 16 * 1024 * 1024
/** An item that ended its reader this often is set aside. */
export const maxAttempts = 2
/** What is read outside of our process hardly ends it: so many ends are somebody else's fault. */
const maxDeaths = 10

/**
 * Takes the next items of an account in order, new ones before history, and counts the attempt before
 * anybody reads them. After a crash the items that were in hand are taken one by one, so that only
 * the one to blame is set aside. `spared` items are not read for the first time in this process, but
 * their last attempt was not their fault; `later` items wait. `isOutside`: suspects are read in another
 * process, so that an end of ours says little about them.
 */
export async function claimItems(
  db: Db,
  accountId: number,
  memory: { later: ReadonlySet<number>; spared: ReadonlySet<number>; isOutside?: boolean },
  now: Date
): Promise<JournalItem[]> {
  const { later, spared, isOutside = false } = memory
  const deaths = isOutside ? maxDeaths : maxAttempts
  return inTransaction(db, async trx => {
    const next = (await listPending(trx, accountId)).filter(item => !later.has(item.id))
    const isSuspect = (item: Next) => item.attempts > 0 && !spared.has(item.id)
    const dead = next.filter(item => isSuspect(item) && item.attempts >= deaths)
    await setAside(trx, dead, now)
    const chosen = choose(
      next.filter(item => !dead.includes(item)),
      isSuspect
    )
    await count(
      trx,
      chosen.filter(item => !spared.has(item.id))
    )
    if (dead.length > 0 && chosen.length === 0) return claimItems(trx, accountId, memory, now)
    return findItems(trx, chosen)
  })
}

type Next = Pick<JournalItem, 'id' | 'attempts' | 'size'>

function listPending(db: Db, accountId: number): Promise<Next[]> {
  return db
    .selectFrom('journal')
    .select(['id', 'attempts', 'size'])
    .where('account_id', '=', accountId)
    .where('state', '=', sql.lit('pending'))
    .orderBy('is_history')
    .orderBy('id')
    .limit(maxItems * 2)
    .execute()
}

function choose(next: readonly Next[], isSuspect: (item: Next) => boolean): Next[] {
  const chosen: Next[] = []
  let bytes = 0
  for (const item of next) {
    if (isSuspect(item)) return chosen.length === 0 ? [item] : chosen
    bytes += item.size
    if (chosen.length === maxItems || (chosen.length > 0 && bytes > maxBytes)) return chosen
    chosen.push(item)
  }
  return chosen
}

async function setAside(trx: Db, items: readonly Next[], now: Date): Promise<void> {
  if (items.length === 0) return
  await trx
    .updateTable('journal')
    .set({ state: 'failed', error: 'journal.error.killed', finished_at: now.getTime() })
    .where(
      'id',
      'in',
      items.map(item => item.id)
    )
    .execute()
}

async function count(trx: Db, items: readonly Next[]): Promise<void> {
  if (items.length === 0) return
  await trx
    .updateTable('journal')
    .set(eb => ({ attempts: eb('attempts', '+', 1) }))
    .where(
      'id',
      'in',
      items.map(item => item.id)
    )
    .execute()
}

async function findItems(trx: Db, items: readonly Next[]): Promise<JournalItem[]> {
  if (items.length === 0) return []
  const rows = await trx
    .selectFrom('journal')
    .selectAll()
    .where(
      'id',
      'in',
      items.map(item => item.id)
    )
    .execute()
  const byId = new Map(rows.map(row => [row.id, row]))
  return items.flatMap(item => byId.get(item.id) ?? [])
}
