import type { BlobStore } from '../../blob/store.ts'
import type { Db } from '../../db/schema.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { RawItem } from '../../plugin-api/account.ts'
import { insertItems, keepItems, type KeptItem } from './append.ts'

/**
 * What a provider brought to the address of one account, all in one transaction: each item goes into the
 * journal of the account that it is for. What is for none that could take it is set aside where it came, and
 * is read nowhere else than there where it belongs.
 */
export async function appendCalled(
  db: Db,
  called: { id: number; type: string },
  items: readonly RawItem[],
  blobs: BlobStore,
  now: Date
): Promise<void> {
  const kept = await keepItems(blobs, items)
  const groups = new Map<number | undefined, KeptItem[]>()
  for (const item of kept) {
    const account = item.account === called.id ? undefined : item.account
    groups.set(account, [...(groups.get(account) ?? []), item])
  }
  await inTransaction(db, async trx => {
    for (const [account, some] of groups) {
      if (account === undefined) await insertItems(trx, called.id, some, {}, now)
      else if (await isSibling(trx, account, called.type)) {
        await insertItems(trx, account, some, {}, now)
      } else await insertItems(trx, called.id, some, { isMisdirected: true }, now)
    }
  })
}

/** An account of the same channel that is switched on. */
export async function isSibling(db: Db, id: number, type: string): Promise<boolean> {
  if (!Number.isSafeInteger(id)) return false
  const row = await db
    .selectFrom('account')
    .select('id')
    .where('id', '=', id)
    .where('type', '=', type)
    .where('is_enabled', '=', 1)
    .executeTakeFirst()
  return row !== undefined
}
