import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PluginManifest } from '../../plugin-api/manifest.ts'
import type { PluginRow } from '../state.ts'
import { versionsFolder } from './place.ts'
import { manifestIn, newScopes } from './take-in.ts'

/** A version that could be updated to, and what it would change. */
export interface Offer {
  folder: string
  version: string
  manifest: PluginManifest
  scopesAdded: string[]
  scopesRemoved: string[]
  /** The beginning of its `CHANGELOG.md`, as text. */
  changelog: string | null
}

export function offerOf(
  dataDir: string,
  row: Pick<PluginRow, 'id' | 'folder' | 'offered'>
): Offer | null {
  const { id, folder, offered } = row
  if (offered === null) return null
  const manifest = manifestIn(dataDir, id, offered)
  if (!manifest) return null
  const old = folder === null ? null : manifestIn(dataDir, id, folder)
  return {
    ...{ folder: offered, version: manifest.version, manifest },
    ...scopeChanges(old, manifest),
    changelog: readChangelog(join(versionsFolder(dataDir, id), offered))
  }
}

export function scopeChanges(
  old: PluginManifest | null,
  young: PluginManifest
): Pick<Offer, 'scopesAdded' | 'scopesRemoved'> {
  return {
    scopesAdded: newScopes(old, young),
    scopesRemoved: old ? newScopes(young, old) : []
  }
}

export function readChangelog(folder: string): string | null {
  const file = join(folder, 'CHANGELOG.md')
  return existsSync(file) ? readFileSync(file, 'utf8').slice(0, 10_000) : null
}
