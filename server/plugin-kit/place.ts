import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { PluginManifest } from '../plugin-api/manifest.ts'
import { versionsFolder } from '../plugin-host/install/place.ts'
import { stage } from '../plugin-host/install/stage.ts'
import { readManifest } from '../plugin-host/manifest.ts'
import { bundledSource } from '../plugin-host/scan.ts'
import type { ChannelSpec } from './spec.ts'

/** A plugin on the disk, before it is installed anywhere. */
export interface Place {
  id: string
  /** Where `plugin.json` lies. */
  folder: string
  manifest: PluginManifest
  isBundled: boolean
  /** The file of `<name>` without ending, such as `index`. */
  code(name: string): string
}

/** Finds a plugin by its folder, or by its id when it comes with Sapa. Throws ManifestError. */
export function placeOf(path: string): Place {
  const bundled = join(bundledSource.folder, path)
  const isId = /^[a-z][a-z0-9-]*$/.test(path) && existsSync(join(bundled, 'plugin.json'))
  const folder = isId && !existsSync(join(path, 'plugin.json')) ? bundled : resolve(path)
  const isBundled = resolve(folder, '..') === bundledSource.folder
  const id = basename(folder)
  const code = (name: string) =>
    isBundled ? bundledSource.code(id, name) : join(folder, `${name}.js`)
  return { id, folder, manifest: readManifest(folder), isBundled, code }
}

/** The plugin with its code as it will run: types stripped, when it is not compiled with Sapa. */
export async function withCode<T>(path: string, work: (plugin: Place) => Promise<T>): Promise<T> {
  const place = placeOf(path)
  if (place.isBundled) return work(place)
  const folder = mkdtempSync(join(tmpdir(), 'sapa-kit-code-'))
  try {
    const staged = await stage(folder, { path: place.folder, isFile: false }, place.id)
    const home = join(versionsFolder(folder, place.id), staged.folder)
    return await work({ ...place, code: name => join(home, `${name}.js`) })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The plugin's own description of its provider; null when it has none. */
export async function specOf(place: Place): Promise<ChannelSpec | null> {
  const file = place.code('test/conformance')
  if (!existsSync(file)) return null
  const module = (await import(pathToFileURL(file).href)) as { default?: ChannelSpec }
  if (typeof module.default?.start !== 'function') {
    throw new Error('The default export of test/conformance has no start function')
  }
  return module.default
}
