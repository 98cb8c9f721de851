import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { listFiles } from './walk.ts'

/** SHA-256 of each file, by its path. */
export type FileHashes = Record<string, string>

export const hashOf = (content: string | Uint8Array) =>
  createHash('sha256').update(content).digest('hex')

/** One hash over all files and their names. */
export function hashOfAll(files: FileHashes): string {
  const lines = Object.entries(files).map(([path, hash]) => `${path}\0${hash}\n`)
  return hashOf(lines.toSorted().join(''))
}

/** Hashes what lies in a folder. */
export async function hashFolder(folder: string): Promise<FileHashes> {
  const hashes: FileHashes = {}
  for (const { path } of await listFiles(folder)) hashes[path] = await hashFile(join(folder, path))
  return hashes
}

export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer)
  return hash.digest('hex')
}
