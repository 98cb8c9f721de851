import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { PluginManifest } from '../../plugin-api/manifest.ts'
import { readPieces, syncFolder, writeDurably } from './durable.ts'
import { hashFile, hashFolder, hashOfAll, type FileHashes } from './hash.ts'
import { contentsOf, manifestOf, realPath, type Origin } from './origin.ts'
import { stagingFolder, versionsFolder } from './place.ts'
import { PackageRefused } from './refusal.ts'
import { stripTypes } from './strip.ts'

/** A version as it lies on the disk, ready to run. */
export interface Staged {
  manifest: PluginManifest
  /** `<version>-<start of the hash>`, below the plugin's folder of versions. */
  folder: string
  /** Of the source, as its author would reckon it. */
  hash: string
  /** Of the copy, by path. */
  files: FileHashes
  /** State of the source when it was copied. */
  mark: string
}

/**
 * Copies a plugin into a folder of its own, all or nothing: it is whole and on the disk, or not
 * there. No code runs. Throws ManifestError and PackageRefused.
 */
export async function stage(dataDir: string, origin: Origin, id?: string): Promise<Staged> {
  const manifest = await manifestOf(origin, id)
  const before = await contentsOf(origin)
  const draft = join(stagingFolder(dataDir), randomUUID())
  try {
    const hash = await copyTo(draft, origin, before.files)
    const { mark } = await contentsOf(origin)
    if (mark !== before.mark) throw new PackageRefused('package_changing')
    await complete(draft, manifest)
    const files = await hashFolder(draft)
    const name = `${manifest.version}-${hash.slice(0, 8)}`
    const folder = await publish(dataDir, manifest.id, draft, name, hashOfAll(files))
    return { manifest, folder, hash, files, mark }
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** What a killed process has left half done. */
export async function removeDrafts(dataDir: string): Promise<void> {
  await rm(stagingFolder(dataDir), { recursive: true, force: true })
}

async function copyTo(draft: string, origin: Origin, files: { path: string }[]): Promise<string> {
  await mkdir(draft, { recursive: true, mode: 0o700 })
  const hashes: FileHashes = {}
  for (const { path } of files) {
    const file = join(draft, path)
    await writeDurably(file, readPieces(realPath(origin, path)))
    hashes[path] = await hashFile(file)
  }
  return hashOfAll(hashes)
}

/** Adds what only a folder in our care needs. */
async function complete(draft: string, manifest: PluginManifest): Promise<void> {
  const add = async (name: string, value: object) => {
    const file = join(draft, name)
    if (!existsSync(file)) await writeDurably(file, [Buffer.from(JSON.stringify(value, null, 2))])
  }
  await add('plugin.json', manifest)
  await add('package.json', { type: 'module' })
  const names = await readdir(draft, { recursive: true })
  await stripTypes(
    draft,
    names.map(name => name.replaceAll('\\', '/'))
  )
  if (!existsSync(join(draft, 'index.js'))) throw new PackageRefused('package_code')
}

/** One rename makes it visible. A copy that somebody has changed since is never overwritten. */
async function publish(
  dataDir: string,
  id: string,
  draft: string,
  name: string,
  sum: string
): Promise<string> {
  const shelf = versionsFolder(dataDir, id)
  await mkdir(shelf, { recursive: true, mode: 0o700 })
  const folder = await freeName(shelf, name, sum)
  const target = join(shelf, folder)
  if (existsSync(target)) return folder
  for (const inner of await foldersIn(draft)) await syncFolder(inner)
  await rename(draft, target).catch((error: unknown) => {
    // Another program was faster with the very same version.
    if (!existsSync(join(target, 'plugin.json'))) throw error
  })
  for (const outer of [shelf, dirname(shelf)]) await syncFolder(outer)
  return folder
}

/** The name itself, unless something else than this very version lies there. */
async function freeName(shelf: string, name: string, sum: string): Promise<string> {
  for (let number = 1; ; number++) {
    const folder = number === 1 ? name : `${name}-${number}`
    const target = join(shelf, folder)
    if (!existsSync(target) || hashOfAll(await hashFolder(target)) === sum) return folder
  }
}

async function foldersIn(draft: string): Promise<string[]> {
  const entries = await readdir(draft, { withFileTypes: true, recursive: true })
  const folders = entries.filter(entry => entry.isDirectory())
  return [draft, ...folders.map(entry => join(entry.parentPath, entry.name))]
}
