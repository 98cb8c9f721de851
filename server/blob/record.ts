import type { Db } from '../db/schema.ts'
import type { Blob } from './store.ts'

/** Writes the row of a file that is already on the disk. */
export async function recordBlob(trx: Db, blob: Blob, now: Date): Promise<void> {
  await trx
    .insertInto('blob')
    .values({ hash: blob.hash, size: blob.size, created_at: now.getTime() })
    .onConflict(conflict => conflict.doNothing())
    .execute()
}
