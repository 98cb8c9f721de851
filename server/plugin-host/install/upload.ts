import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { DomainError } from '../../errors.ts'
import { writeDurably } from './durable.ts'
import { limits, tooLarge } from './limit.ts'
import type { Origin } from './origin.ts'
import { uploadsFolder } from './place.ts'
import { unpack } from './unpack.ts'

const hourMs = 3_600_000

/** Keeps and unpacks a zip file for review. Nothing in it runs. Answers the id of the upload. */
export async function keepUpload(
  dataDir: string,
  bytes: AsyncIterable<Uint8Array>
): Promise<string> {
  // A line that breaks before the first byte is read must not end Sapa.
  if (bytes instanceof Readable) bytes.on('error', () => undefined)
  await dropOldUploads(dataDir)
  const id = randomBytes(16).toString('hex')
  const place = join(uploadsFolder(dataDir), id)
  const zip = join(place, 'plugin.zip')
  try {
    await writeDurably(zip, limited(bytes))
    await unpack(zip, join(place, 'files'))
    await rm(zip)
    return id
  } catch (error) {
    await rm(place, { recursive: true, force: true })
    throw error
  }
}

/** The unpacked files. Throws when nobody has uploaded this, or too long ago. */
export async function findUpload(dataDir: string, id: string): Promise<Origin> {
  await dropOldUploads(dataDir)
  const path = join(uploadsFolder(dataDir), id, 'files')
  if (!/^[0-9a-f]{32}$/.test(id) || !existsSync(path)) throw new DomainError('upload_gone', 404)
  return { path, isFile: false }
}

export async function dropUpload(dataDir: string, id: string): Promise<void> {
  if (!/^[0-9a-f]{32}$/.test(id)) return
  await rm(join(uploadsFolder(dataDir), id), { recursive: true, force: true })
}

/** Uploads that nobody has accepted within an hour, by the clock of the disk. */
export async function dropOldUploads(dataDir: string): Promise<void> {
  const folder = uploadsFolder(dataDir)
  if (!existsSync(folder)) return
  for (const name of await readdir(folder)) {
    const found = await stat(join(folder, name)).catch(() => null)
    if (found && found.mtimeMs > Date.now() - hourMs) continue
    await rm(join(folder, name), { recursive: true, force: true })
  }
}

async function* limited(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let count = 0
  for await (const piece of bytes) {
    count += piece.byteLength
    if (count > limits.zipBytes) throw tooLarge(limits.zipBytes)
    yield piece
  }
}
