import { open, readFile, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import type { PluginManifest } from '../../plugin-api/manifest.ts'
import { checkManifest, ManifestError, parseManifest } from '../manifest.ts'
import { hashOf } from './hash.ts'
import { limits, tooLarge } from './limit.ts'
import { PackageRefused } from './refusal.ts'
import { listFiles, type PackedFile } from './walk.ts'

/** Where a plugin comes from: a folder with `plugin.json`, or one file that begins with it. */
export interface Origin {
  path: string
  isFile: boolean
}

export interface Contents {
  files: PackedFile[]
  /** Changes when any file changes. */
  mark: string
}

/** The files of an origin as a plugin's folder would have them. */
export async function contentsOf(origin: Origin): Promise<Contents> {
  const files = origin.isFile ? [await singleFile(origin.path)] : await listFiles(origin.path)
  return { files, mark: hashOf(files.map(file => file.mark).join('\n')) }
}

/** Where a file of the origin really lies. */
export const realPath = (origin: Origin, path: string) =>
  origin.isFile ? origin.path : join(origin.path, path)

async function singleFile(file: string): Promise<PackedFile> {
  const { size, mtimeMs, ino } = await stat(file)
  if (size > limits.bytes) throw tooLarge(limits.bytes)
  return { path: `index${extname(file)}`, size, mark: `${size}\0${mtimeMs}\0${ino}` }
}

/**
 * The manifest, checked, without running any code. `id` is what the plugin must be called; without
 * it any id will do.
 */
export async function manifestOf(origin: Origin, id?: string): Promise<PluginManifest> {
  const text = origin.isFile
    ? manifestIn(await headOf(origin.path), basename(origin.path))
    : await manifestFile(origin.path)
  return checkManifest(parseManifest(text), id)
}

async function manifestFile(folder: string): Promise<string> {
  try {
    return await readFile(join(folder, 'plugin.json'), 'utf8')
  } catch (error) {
    throw new ManifestError([`plugin.json cannot be read: ${(error as Error).message}`])
  }
}

const headBytes = 64 * 1024

async function headOf(file: string): Promise<string> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** Line comments and empty lines may stand above it. */
const block = /^\uFEFF?(?:\s|\/\/[^\n]*\n|#![^\n]*\n)*\/\*\*?\s*plugin\.json\b([\s\S]*?)\*\//

function manifestIn(head: string, name: string): string {
  const found = block.exec(head)?.[1]
  if (found !== undefined) return found
  throw new ManifestError([`${name} must begin with /* plugin.json { … } */`])
}

/** What is wrong, for the person who brings the package. */
export function asRefusal(error: unknown): unknown {
  if (!(error instanceof ManifestError)) return error
  return new PackageRefused('package_manifest', { problems: error.problems.join('; ') })
}
