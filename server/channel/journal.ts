import { recordBlob } from '../blob/record.ts'
import type { Blob, BlobStore } from '../blob/store.ts'
import type { Db } from '../db/schema.ts'
import { announce, inTransaction } from '../db/transaction.ts'
import type { RawItem } from '../plugin-api/account.ts'

/** Larger bodies are files, so that the database stays small and quick to copy. */
const maxRowBytes = 64 * 1024

export interface AppendOptions {
  blobs: BlobStore
  /** The account's new cursor, stored with the items that it covers. */
  cursor?: string
  /** Older than the connection: received silently, after everything new. */
  isHistory?: boolean
  /** More to store in the same transaction. */
  also?: (trx: Db) => Promise<void>
}

/**
 * Keeps raw items before anybody looks at them; when this returns they are on the disk and may be
 * acknowledged. Repeats of a key are ignored. Returns how many were new.
 */
export async function appendJournal(
  db: Db,
  accountId: number,
  items: RawItem[],
  options: AppendOptions,
  now: Date
): Promise<number> {
  const bodies = await Promise.all(items.map(item => keepBody(options.blobs, item.body)))
  return inTransaction(db, async trx => {
    for (const { blob } of bodies) if (blob) await recordBlob(trx, blob, now)
    const added = await insertItems(trx, accountId, items, bodies, options.isHistory ?? false, now)
    if (options.cursor !== undefined) await moveCursor(trx, accountId, options.cursor)
    await options.also?.(trx)
    if (added > 0) announce(trx, { topic: 'journal.added', account: accountId })
    return added
  })
}

interface KeptBody {
  bytes: Buffer | null
  blob: Blob | null
}

async function keepBody(blobs: BlobStore, body: Uint8Array): Promise<KeptBody> {
  if (body.byteLength > maxRowBytes) return { bytes: null, blob: await blobs.put(body) }
  return { bytes: Buffer.from(body.buffer, body.byteOffset, body.byteLength), blob: null }
}

async function insertItems(
  trx: Db,
  accountId: number,
  items: RawItem[],
  bodies: KeptBody[],
  isHistory: boolean,
  now: Date
): Promise<number> {
  const rows = items.map((item, index) => ({
    account_id: accountId,
    key: item.key,
    headers: JSON.stringify(item.headers ?? {}),
    body: bodies[index]?.bytes ?? null,
    body_blob: bodies[index]?.blob?.hash ?? null,
    size: item.body.byteLength,
    is_history: isHistory ? 1 : 0,
    received_at: now.getTime()
  }))
  let added = 0
  for (let start = 0; start < rows.length; start += 500) {
    const result = await trx
      .insertInto('journal')
      .values(rows.slice(start, start + 500))
      .onConflict(conflict => conflict.columns(['account_id', 'key']).doNothing())
      .executeTakeFirst()
    added += Number(result.numInsertedOrUpdatedRows ?? 0)
  }
  return added
}

async function moveCursor(trx: Db, accountId: number, cursor: string): Promise<void> {
  await trx.updateTable('account').set({ cursor }).where('id', '=', accountId).execute()
}
