import { sql } from 'kysely'
import type { BlobStore } from '../../blob/store.ts'
import type { Db } from '../../db/schema.ts'
import { announce, inTransaction } from '../../db/transaction.ts'
import { conflict, notFound } from '../../errors.ts'
import { isSibling } from './append-called.ts'
import type { JournalItem } from '../table.ts'

export type ListedItem = Pick<
  JournalItem,
  'id' | 'account_id' | 'state' | 'size' | 'attempts' | 'error' | 'received_at' | 'is_history'
> & { account: string; type: string }

interface Range {
  /** The last id of the page above. */
  before?: number
  limit?: number
}

/** Items that could not be read, newest first. */
export function listFailed(db: Db, range: Range = {}): Promise<ListedItem[]> {
  return listJournal(db, { state: 'failed' }, range)
}

/** Items of one state, newest first, or the one with this id. */
export function listJournal(
  db: Db,
  which: { state: 'failed' | 'pending' } | { id: number },
  { before, limit = 50 }: Range = {}
): Promise<ListedItem[]> {
  let query = db
    .selectFrom('journal')
    .innerJoin('account', 'account.id', 'journal.account_id')
    .select([
      'journal.id',
      'journal.account_id',
      'journal.state',
      'journal.size',
      'journal.attempts',
      'journal.error',
      'journal.received_at',
      'journal.is_history',
      'account.name as account',
      'account.type'
    ])
    .orderBy('journal.id', 'desc')
    .limit(Math.min(limit, 200))
  if (before !== undefined) query = query.where('journal.id', '<', before)
  return 'id' in which
    ? query.where('journal.id', '=', which.id).execute()
    : query.where('journal.state', '=', sql.lit(which.state)).execute()
}

export async function countFailed(db: Db): Promise<number> {
  const row = await db
    .selectFrom('journal')
    .select(eb => eb.fn.countAll<number>().as('amount'))
    .where('state', '=', sql.lit('failed'))
    .executeTakeFirstOrThrow()
  return row.amount
}

/** Reads a failed item once more, as if it had just come. */
export async function replayJournal(db: Db, id: number, _now: Date): Promise<void> {
  await inTransaction(db, async trx => {
    const item = await findItem(trx, id)
    if (item.state !== 'failed') throw conflict('journal_not_failed')
    if (item.body_blob === null && item.size > 0 && !item.hasBody) throw conflict('journal_pruned')
    const { account_id } = await directed(trx, item)
    await trx
      .updateTable('journal')
      .set({ state: 'pending', attempts: 0, error: null, finished_at: null })
      .where('id', '=', id)
      .execute()
    announce(trx, { topic: 'journal.added', account: account_id })
  })
}

/** Taken in for another account: it is read there, once that can take it, and nowhere else. */
async function directed(trx: Db, item: Item): Promise<{ account_id: number }> {
  if (item.for_account_id === null) return item
  const account_id = item.for_account_id
  if (!(await isSibling(trx, account_id, item.type))) throw conflict('journal_other_account')
  const key = item.key.slice(item.key.indexOf('/') + 1)
  const known = await trx
    .selectFrom('journal')
    .select('id')
    .where('account_id', '=', account_id)
    .where('key', '=', key)
    .executeTakeFirst()
  if (known) throw conflict('journal_known')
  await trx
    .updateTable('journal')
    .set({ account_id, key, for_account_id: null })
    .where('id', '=', item.id)
    .execute()
  return { account_id }
}

/** The owner has seen it and does not want it. */
export async function ignoreJournal(db: Db, id: number, now: Date): Promise<void> {
  const result = await db
    .updateTable('journal')
    .set({ state: 'ignored', finished_at: now.getTime() })
    .where('id', '=', id)
    .where('state', '=', 'failed')
    .executeTakeFirst()
  if (result.numUpdatedRows === 0n) throw conflict('journal_not_failed')
}

export interface RawSource {
  size: number
  headers: Record<string, string>
  stream: AsyncIterable<Uint8Array>
}

/** What came, byte for byte: for Settings → Health and for a message's original. Throws not_found once it is gone. */
export async function findRaw(db: Db, blobs: BlobStore, id: number): Promise<RawSource> {
  const item = await db
    .selectFrom('journal')
    .select(['size', 'headers', 'body', 'body_blob'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!item || (item.body === null && item.body_blob === null)) throw notFound('journal')
  return {
    size: item.size,
    headers: JSON.parse(item.headers) as Record<string, string>,
    stream: item.body_blob === null ? once(item.body) : blobs.stream(item.body_blob)
  }
}

async function* once(body: Buffer | null): AsyncGenerator<Uint8Array> {
  if (body) yield body
}

type Item = Awaited<ReturnType<typeof findItem>>

async function findItem(db: Db, id: number) {
  const item = await db
    .selectFrom('journal')
    .innerJoin('account', 'account.id', 'journal.account_id')
    .select(['journal.id', 'account_id', 'for_account_id', 'key', 'account.type'])
    .select(['journal.state', 'size', 'body_blob'])
    .select(eb => eb('body', 'is not', null).as('hasBody'))
    .where('journal.id', '=', id)
    .executeTakeFirst()
  if (!item) throw notFound('journal')
  return item
}
