import { existsSync, readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import { satisfies } from 'semver'
import type { PluginManifest } from '../../plugin-api/manifest.ts'
import { apiVersion } from '../manifest.ts'
import type { PluginRow } from '../state.ts'
import { hashFile, hashFolder, hashOfAll, type FileHashes } from './hash.ts'
import { readChangelog, scopeChanges } from './offer.ts'
import { asRefusal, contentsOf, manifestOf, type Origin } from './origin.ts'
import { manifestIn } from './take-in.ts'

/** What the owner sees before anything of a package runs. */
export interface Review {
  manifest: PluginManifest
  /** SHA-256 over all files and their names. */
  hash: string
  files: number
  bytes: number
  /** Hosts that it may reach; `*` is every host. */
  hosts: string[]
  /** Names of the migrations that make its tables. */
  migrations: string[]
  /** Whether it was made for this plugin API. */
  fits: boolean
  /** A bundled plugin has this id: it cannot be installed. */
  isBundled: boolean
  /** The version that is installed already, and what would change. */
  installed: {
    version: string
    isSame: boolean
    isActive: boolean
    scopesAdded: string[]
    scopesRemoved: string[]
    changelog: string | null
  } | null
}

interface Known {
  dataDir: string
  row: (id: string) => Promise<PluginRow | undefined>
  isBundled: (id: string) => boolean
}

/** Looks through a package without running any of it. Throws PackageRefused. */
export async function reviewPackage(known: Known, origin: Origin): Promise<Review> {
  try {
    const manifest = await manifestOf(origin)
    const { files } = await contentsOf(origin)
    const hash = hashOfAll(await hashOrigin(origin))
    return {
      ...{ manifest, hash, files: files.length },
      bytes: files.reduce((sum, { size }) => sum + size, 0),
      hosts: manifest.scopes.flatMap(scope => /^net:(.*)$/.exec(scope)?.slice(1) ?? []),
      migrations: migrationsIn(origin.path),
      fits: satisfies(apiVersion, manifest.api),
      isBundled: known.isBundled(manifest.id),
      installed: installed(known.dataDir, await known.row(manifest.id), manifest, hash, origin)
    }
  } catch (error) {
    throw asRefusal(error)
  }
}

async function hashOrigin(origin: Origin): Promise<FileHashes> {
  if (!origin.isFile) return hashFolder(origin.path)
  return { [`index${extname(origin.path)}`]: await hashFile(origin.path) }
}

function installed(
  dataDir: string,
  row: PluginRow | undefined,
  young: PluginManifest,
  hash: string,
  origin: Origin
): Review['installed'] {
  if (!row?.folder) return null
  const old = manifestIn(dataDir, row.id, row.folder)
  return {
    ...{ version: row.version, isSame: row.hash === hash, isActive: row.is_active === 1 },
    ...scopeChanges(old, young),
    changelog: readChangelog(origin.path)
  }
}

function migrationsIn(folder: string): string[] {
  const place = join(folder, 'migrations')
  const names = existsSync(place) ? readdirSync(place) : []
  return names
    .filter(name => /^\d{4}-[\w-]+\.[jt]s$/.test(name))
    .map(name => name.replace(/\.[jt]s$/, ''))
    .toSorted()
}
