import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { extract as extractTar, type Entry } from 'tar-stream'
import { BadBackup, Digest, hashIn, isExpected, names, type End, type Manifest } from './archive.ts'

/** Looks at the manifest before anything is written; it may throw. */
type Judge = (manifest: Manifest) => void

/**
 * Reads a whole backup, checks every byte and writes its files below `folder`; null only checks.
 * Throws BadBackup; what was written until then is of no use.
 */
export async function unpack(
  file: string,
  folder: string | null,
  judge: Judge = () => undefined
): Promise<{ manifest: Manifest; end: End }> {
  const extract = extractTar()
  const reading = pipeline(createReadStream(file), extract)
  // Whoever stops reading early ends it; the reason is thrown by the reader below.
  reading.catch(() => undefined)
  try {
    const result = await readEntries(extract, folder, judge)
    await reading
    return result
  } catch (error) {
    extract.destroy()
    throw isOurs(error) ? error : damaged(file, error)
  }
}

async function readEntries(entries: AsyncIterable<Entry>, folder: string | null, judge: Judge) {
  const digest = new Digest()
  const changed: string[] = []
  let manifest: Manifest | undefined
  let end: End | undefined
  for await (const entry of entries) {
    const { name, size = 0, type } = entry.header
    if (end || type !== 'file' || !isExpected(name)) throw new Error(`unexpected entry ${name}`)
    if (!manifest && name !== names.manifest) throw new Error('no manifest')
    const isText = name === names.manifest || name === names.end
    const { hash, text } = isText ? await readText(entry) : await readFile(entry, folder, name)
    if (name === names.end) {
      end = JSON.parse(text) as End
      continue
    }
    digest.add(name, size, hash)
    const expected = hashIn(name)
    if (expected && expected !== hash) changed.push(expected)
    if (name === names.manifest) judge((manifest = readManifest(text)))
  }
  if (!manifest || !end) throw new Error('the end is missing')
  if (end.entries !== digest.entries || end.digest !== digest.end())
    throw new Error('changed bytes')
  if (changed.some(hash => !end?.damaged.includes(hash))) throw new Error('changed bytes')
  return { manifest, end }
}

function readManifest(text: string): Manifest {
  const manifest = JSON.parse(text) as Manifest
  if (manifest.format === 1) return manifest
  throw new BadBackup('This backup was written by a newer Sapa. Restore it with that version.')
}

async function readText(entry: Entry): Promise<{ hash: string; text: string }> {
  if ((entry.header.size ?? 0) > 16 * 1_048_576) throw new Error('too long a text')
  const pieces: Buffer[] = []
  for await (const piece of entry) pieces.push(piece as Buffer)
  const bytes = Buffer.concat(pieces)
  return { hash: createHash('sha256').update(bytes).digest('hex'), text: bytes.toString('utf8') }
}

async function readFile(entry: Entry, folder: string | null, name: string) {
  const hash = createHash('sha256')
  const path = folder === null ? null : join(folder, name)
  if (path) await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const file = path ? await open(path, 'wx', 0o600) : null
  try {
    for await (const piece of entry) {
      hash.update(piece as Buffer)
      await file?.writeFile(piece as Buffer)
    }
    await file?.sync()
  } finally {
    await file?.close()
  }
  return { hash: hash.digest('hex'), text: '' }
}

/** Errors that are not about the backup's bytes: the disk is full, the file is not there. */
function isOurs(error: unknown): boolean {
  if (error instanceof BadBackup) return true
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^(ENOSPC|EDQUOT|EACCES|EPERM|EROFS|ENOENT|EISDIR|EIO|EEXIST)$/.test(code)
}

function damaged(file: string, error: unknown): BadBackup {
  const reason = error instanceof Error ? error.message : String(error)
  return new BadBackup(`${file} is no backup of Sapa, or it is damaged (${reason}).`)
}
