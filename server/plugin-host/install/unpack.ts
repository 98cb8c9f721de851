import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Entry, ZipFile } from 'yauzl'
import { writeDurably } from './durable.ts'
import { Weight } from './limit.ts'
import { checkPath, isHidden, shown } from './path-rule.ts'
import { PackageRefused } from './refusal.ts'

/**
 * Unpacks a zip file into a new folder. Everything that the file says of itself is checked before a
 * byte is written, and its sizes are counted again while they come: headers lie.
 */
export async function unpack(zip: string, folder: string): Promise<void> {
  const file = await open(zip)
  try {
    const entries = await listEntries(file)
    const top = topFolder(entries.map(({ fileName }) => fileName))
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const weight = new Weight()
    for (const entry of entries) {
      const path = entry.fileName.slice(top.length)
      weight.addFile()
      await writeDurably(join(folder, path), contentOf(file, entry, weight))
    }
  } catch (error) {
    throw asRefusal(error)
  } finally {
    file.close()
  }
}

async function open(zip: string): Promise<ZipFile> {
  try {
    const { openPromise } = await import('yauzl')
    return await openPromise(zip, { strictFileNames: true, autoClose: false })
  } catch (error) {
    throw asRefusal(error)
  }
}

/** The files, without folders and what is hidden. */
async function listEntries(file: ZipFile): Promise<Entry[]> {
  const weight = new Weight()
  const names = new Names()
  const ranges: [from: number, to: number][] = []
  const entries: Entry[] = []
  for await (const entry of file.eachEntry()) {
    const { fileName, relativeOffsetOfLocalHeader: from } = entry
    const isFolder = fileName.endsWith('/')
    weight.addFile()
    checkPath(isFolder ? fileName.slice(0, -1) : fileName)
    refuseSpecial(entry)
    names.add(fileName)
    ranges.push([from, from + 30 + entry.fileNameLength + entry.compressedSize])
    if (isFolder || isHidden(fileName)) continue
    weight.addBytes(entry.uncompressedSize)
    entries.push(entry)
  }
  refuseOverlap(ranges)
  return entries
}

const kinds = { mask: 0o170000, file: 0o100000, folder: 0o040000 }

/** Zip files made on Unix carry the kind of each file. */
function refuseSpecial(entry: Entry): void {
  const kind = (entry.externalFileAttributes >>> 16) & kinds.mask
  if (kind !== 0 && kind !== kinds.file && kind !== kinds.folder) {
    throw new PackageRefused('package_link', { file: shown(entry.fileName) })
  }
}

/** Two names that some disk takes for one, or a file that is also a folder. */
class Names {
  readonly #files = new Set<string>()
  readonly #folders = new Set<string>()

  add(fileName: string): void {
    const name = fileName.toLowerCase().normalize('NFC')
    const parts = name.split('/')
    const last = parts.pop() ?? ''
    const folders = parts.map((_part, index) => parts.slice(0, index + 1).join('/'))
    const isTwice = last !== '' && (this.#files.has(name) || this.#folders.has(name))
    if (isTwice || folders.some(folder => this.#files.has(folder))) {
      throw new PackageRefused('package_duplicate', { file: shown(fileName) })
    }
    for (const folder of folders) this.#folders.add(folder)
    if (last !== '') this.#files.add(name)
  }
}

/** Entries that share bytes are how a small file unpacks into a huge one. */
function refuseOverlap(ranges: [from: number, to: number][]): void {
  let end = 0
  for (const [from, to] of ranges.toSorted(([a], [b]) => a - b)) {
    if (from < end) throw new PackageRefused('package_broken', { problem: 'entries overlap' })
    end = to
  }
}

/** Most zip files hold one folder with everything in it. */
function topFolder(names: string[]): string {
  if (names.includes('plugin.json')) return ''
  const top = /^[^/]+\//.exec(names[0] ?? '')?.[0] ?? ''
  return names.every(name => name.startsWith(top)) ? top : ''
}

/** Opens the stream only when it is read: an error before that would have no listener. */
async function* contentOf(file: ZipFile, entry: Entry, weight: Weight): AsyncGenerator<Uint8Array> {
  const content: AsyncIterable<Uint8Array> = await file.openReadStreamPromise(entry)
  for await (const piece of content) {
    weight.addBytes(piece.byteLength)
    yield piece
  }
}

/** Whatever the reader of zip files dislikes is the zip file's fault. */
function asRefusal(error: unknown): unknown {
  if (error instanceof PackageRefused || isOfDisk(error)) return error
  const problem = shown(error instanceof Error ? error.message : String(error))
  return /relative path|absolute path|invalid characters/.test(problem)
    ? new PackageRefused('package_path', { file: problem.replace(/^[^:]*: /, '') })
    : new PackageRefused('package_broken', { problem })
}

const isOfDisk = (error: unknown) =>
  error instanceof Error && 'code' in error && /^E[A-Z]+$/.test(String(error.code))
