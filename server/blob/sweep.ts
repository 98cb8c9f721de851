import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Db } from '../db/schema.ts'
import type { BlobStore } from './store.ts'

const dayMs = 24 * 60 * 60_000

/**
 * Removes files that nothing names any more: rows without a reference first, then files without a row,
 * then drafts that a crash left behind. Everything younger than a day stays. Returns how many files went.
 */
export async function sweepBlobs(db: Db, blobs: BlobStore, now: Date): Promise<number> {
  const before = now.getTime() - dayMs
  await forgetUnused(db, before)
  let removed = 0
  for await (const folder of foldersOf(blobs.folder)) {
    removed += await sweepFolder(db, blobs, folder, before)
  }
  return removed + (await sweepDrafts(blobs, before))
}

async function forgetUnused(db: Db, before: number): Promise<void> {
  await db
    .deleteFrom('blob')
    .where('created_at', '<', before)
    .where(eb =>
      eb.and([
        eb.not(
          eb.exists(
            eb.selectFrom('attachment').whereRef('blob_hash', '=', 'blob.hash').select('id')
          )
        ),
        eb.not(
          eb.exists(eb.selectFrom('journal').whereRef('body_blob', '=', 'blob.hash').select('id'))
        )
      ])
    )
    .execute()
}

async function* foldersOf(root: string): AsyncGenerator<string> {
  for (const first of await readdir(root)) {
    if (!/^[0-9a-f]{2}$/.test(first)) continue
    for (const second of await readdir(join(root, first))) yield join(root, first, second)
  }
}

async function sweepFolder(
  db: Db,
  blobs: BlobStore,
  folder: string,
  before: number
): Promise<number> {
  const hashes = (await readdir(folder)).filter(name => /^[0-9a-f]{64}$/.test(name))
  if (hashes.length === 0) return 0
  const rows = await db.selectFrom('blob').select('hash').where('hash', 'in', hashes).execute()
  const known = new Set(rows.map(row => row.hash))
  let removed = 0
  for (const hash of hashes) {
    if (known.has(hash) || !(await isOlder(join(folder, hash), before))) continue
    if (blobs.removeUnlessRecent(hash)) removed++
  }
  return removed
}

async function sweepDrafts(blobs: BlobStore, before: number): Promise<number> {
  const folder = join(blobs.folder, 'drafts')
  let removed = 0
  for (const name of await readdir(folder)) {
    if (!(await isOlder(join(folder, name), before))) continue
    await rm(join(folder, name), { force: true })
    removed++
  }
  return removed
}

async function isOlder(path: string, before: number): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  return found !== null && found.mtimeMs < before
}
