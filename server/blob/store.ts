import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, mkdirSync, unlinkSync, type ReadStream } from 'node:fs'
import { mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isDiskFull } from '../db/full.ts'
import { DomainError } from '../errors.ts'

export interface Blob {
  hash: string
  size: number
}

/** How long a file is safe from the sweep after it was put, while its row is still to be written. */
const graceMs = 60 * 60_000

/**
 * Content-addressed files: the same bytes are one file. A file is complete and on the disk before
 * `put` returns, so that a row may name it.
 */
export class BlobStore {
  readonly folder: string
  readonly #recent = new Map<string, number>()
  #drafts: string

  /** `folder` is DATA_DIR/blobs. */
  constructor(folder: string) {
    this.folder = folder
    this.#drafts = join(folder, 'drafts')
    mkdirSync(this.#drafts, { recursive: true, mode: 0o700 })
  }

  /** Throws `too_large` (413) over `maxBytes`, `disk_full` (507) when there is no room; leaves nothing behind. */
  async put(
    content: Uint8Array | AsyncIterable<Uint8Array>,
    options: { maxBytes?: number } = {}
  ): Promise<Blob> {
    const draft = join(this.#drafts, randomBytes(16).toString('hex'))
    try {
      const blob = await writeDraft(draft, content, options.maxBytes ?? Infinity)
      this.#recent.set(blob.hash, Date.now())
      await this.#keep(draft, blob.hash)
      return blob
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined)
      throw isDiskFull(error) ? new DomainError('disk_full', 507) : error
    }
  }

  stream(hash: string, range: { start?: number; end?: number } = {}): ReadStream {
    return createReadStream(this.path(hash), range)
  }

  bytes(hash: string): Promise<Buffer> {
    return readFile(this.path(hash))
  }

  path(hash: string): string {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new Error('Not the hash of a blob')
    return join(this.folder, hash.slice(0, 2), hash.slice(2, 4), hash)
  }

  /** For the sweep. Synchronous, so that no `put` of the same bytes can come in between. */
  removeUnlessRecent(hash: string): boolean {
    const putAt = this.#recent.get(hash)
    if (putAt !== undefined && Date.now() - putAt < graceMs) return false
    this.#recent.delete(hash)
    try {
      unlinkSync(this.path(hash))
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error
    }
    return true
  }

  async #keep(draft: string, hash: string): Promise<void> {
    const path = this.path(hash)
    const created = await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    // Renaming over equal bytes also mends a file that was damaged.
    await rename(draft, path)
    await syncFolder(dirname(path))
    if (created === undefined) return
    await syncFolder(dirname(dirname(path)))
    await syncFolder(this.folder)
  }
}

async function writeDraft(
  path: string,
  content: Uint8Array | AsyncIterable<Uint8Array>,
  maxBytes: number
): Promise<Blob> {
  const file = await open(path, 'wx', 0o600)
  try {
    const blob = await writeAll(file, content, maxBytes)
    await file.sync()
    return blob
  } finally {
    await file.close()
  }
}

async function writeAll(
  file: FileHandle,
  content: Uint8Array | AsyncIterable<Uint8Array>,
  maxBytes: number
): Promise<Blob> {
  const hash = createHash('sha256')
  let size = 0
  for await (const piece of content instanceof Uint8Array ? [content] : content) {
    size += piece.byteLength
    if (size > maxBytes) throw new DomainError('too_large', 413, { maxBytes })
    hash.update(piece)
    await file.writeFile(piece)
  }
  return { hash: hash.digest('hex'), size }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
