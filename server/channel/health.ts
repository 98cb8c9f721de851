import { sql } from 'kysely'
import type { BlobStore } from '../blob/store.ts'
import type { Db } from '../db/schema.ts'
import { announce, inTransaction } from '../db/transaction.ts'
import { conflict, notFound } from '../errors.ts'
import type { JournalItem } from './table.ts'

export type FailedItem = Pick<
  JournalItem,
  'id' | 'account_id' | 'size' | 'attempts' | 'error' | 'received_at' | 'is_history'
> & { account: string; type: string }

/** Items that could not be read, newest first. `before` is the last id of the page above. */
export function listFailed(
  db: Db,
  { before, limit = 50 }: { before?: number; limit?: number } = {}
): Promise<FailedItem[]> {
  const query = db
    .selectFrom('journal')
    .innerJoin('account', 'account.id', 'journal.account_id')
    .select([
      'journal.id',
      'journal.account_id',
      'journal.size',
      'journal.attempts',
      'journal.error',
      'journal.received_at',
      'journal.is_history',
      'account.name as account',
      'account.type'
    ])
    .where('journal.state', '=', sql.lit('failed'))
    .orderBy('journal.id', 'desc')
    .limit(Math.min(limit, 200))
  return (before === undefined ? query : query.where('journal.id', '<', before)).execute()
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
    await trx
      .updateTable('journal')
      .set({ state: 'pending', attempts: 0, error: null, finished_at: null })
      .where('id', '=', id)
      .execute()
    announce(trx, { topic: 'journal.added', account: item.account_id })
  })
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

async function findItem(db: Db, id: number) {
  const item = await db
    .selectFrom('journal')
    .select(['id', 'account_id', 'state', 'size', 'body_blob'])
    .select(eb => eb('body', 'is not', null).as('hasBody'))
    .where('id', '=', id)
    .executeTakeFirst()
  if (!item) throw notFound('journal')
  return item
}
