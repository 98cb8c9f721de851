import { recordBlob } from '../../blob/record.ts'
import type { Blob, BlobStore } from '../../blob/store.ts'
import type { Db } from '../../db/schema.ts'
import { announce, inTransaction } from '../../db/transaction.ts'
import type { RawItem } from '../../plugin-api/account.ts'

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
  const kept = await keepItems(options.blobs, items)
  return inTransaction(db, async trx => {
    const added = await insertItems(trx, accountId, kept, options, now)
    if (options.cursor !== undefined) await moveCursor(trx, accountId, options.cursor)
    await options.also?.(trx)
    return added
  })
}

/** An item whose large body is a file. */
export interface KeptItem extends RawItem {
  bytes: Buffer | null
  blob: Blob | null
}

/** What takes time and must not happen in a transaction. */
export function keepItems(blobs: BlobStore, items: readonly RawItem[]): Promise<KeptItem[]> {
  return Promise.all(items.map(async item => ({ ...item, ...(await keepBody(blobs, item.body)) })))
}

async function keepBody(blobs: BlobStore, body: Uint8Array) {
  if (body.byteLength > maxRowBytes) return { bytes: null, blob: await blobs.put(body) }
  return { bytes: Buffer.from(body.buffer, body.byteOffset, body.byteLength), blob: null }
}

/** Stores kept items in the journal of an account. Returns how many were new. */
export async function insertItems(
  trx: Db,
  accountId: number,
  items: readonly KeptItem[],
  { isHistory = false, isMisdirected = false }: { isHistory?: boolean; isMisdirected?: boolean },
  now: Date
): Promise<number> {
  for (const { blob } of items) if (blob) await recordBlob(trx, blob, now)
  const rows = items.map(item => ({
    account_id: accountId,
    key: item.key,
    headers: JSON.stringify(item.headers ?? {}),
    body: item.bytes,
    body_blob: item.blob?.hash ?? null,
    size: item.body.byteLength,
    is_history: isHistory ? 1 : 0,
    received_at: now.getTime(),
    ...(isMisdirected ? misdirected(item, now) : {})
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
  if (added > 0) announce(trx, { topic: 'journal.added', account: accountId })
  return added
}

/** Nobody reads it in this account: it would speak for another. */
function misdirected({ account, key }: RawItem, now: Date) {
  const isNumber = Number.isSafeInteger(account)
  return {
    key: `${account}/${key}`,
    for_account_id: isNumber ? Number(account) : 0,
    state: 'failed' as const,
    error: 'journal.error.other_account',
    finished_at: now.getTime()
  }
}

async function moveCursor(trx: Db, accountId: number, cursor: string): Promise<void> {
  await trx.updateTable('account').set({ cursor }).where('id', '=', accountId).execute()
}
