import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { PluginManifest } from '../plugin-api/manifest.ts'
import { codeFile, root } from '../paths.ts'
import { ManifestError, readManifest } from './manifest.ts'

/** A place where plugins lie. */
export interface Source {
  folder: string
  isBundled: boolean
  /** Where the code of `<id>/<name>` lies, without ending in `name`. */
  code(id: string, name: string): string
  /** Where the compiled migrations of a plugin lie. */
  migrations(id: string): string
}

export interface Found {
  id: string
  folder: string
  source: Source
  manifest: PluginManifest | null
  /** All that is wrong with the manifest. */
  problems: string[]
}

/** Bundled plugins, compiled with Sapa. */
export const bundledSource: Source = {
  folder: join(root, 'plugins'),
  isBundled: true,
  code: (id, name) => codeFile(`plugins/${id}/${name}`),
  migrations: id => codeFile(`plugins/${id}/migrations/x`).replace(/x\.[jt]s$/, '')
}

/** One version of a plugin that was installed, in its own folder. */
export function stagedSource(folder: string): Source {
  return {
    folder: dirname(folder),
    isBundled: false,
    code: (_id, name) => join(folder, `${name}.js`),
    migrations: () => join(folder, 'migrations')
  }
}

/** Changes with every version and every content, so that browsers may keep files for ever. */
export function stampOf({ folder, source, manifest }: Found): string {
  return source.isBundled ? (manifest?.version ?? '') : basename(folder)
}

/** What lies in a source of bundled plugins. Of two with the same id the first source wins. */
export function findPlugins(sources: readonly Source[]): Found[] {
  const found = new Map<string, Found>()
  for (const source of sources) {
    for (const id of foldersIn(source.folder)) {
      if (!found.has(id)) found.set(id, inspect(source, id))
    }
  }
  return [...found.values()]
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && existsSync(join(folder, entry.name, 'plugin.json')))
    .map(entry => entry.name)
    .toSorted()
}

/** Reads one plugin's manifest. `folder` is where its files lie. */
export function inspect(source: Source, id: string, folder = join(source.folder, id)): Found {
  try {
    return { id, folder, source, manifest: readManifest(folder, id), problems: [] }
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error
    return { id, folder, source, manifest: null, problems: error.problems }
  }
}
