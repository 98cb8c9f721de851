import { PackageRefused } from './refusal.ts'

/**
 * Refuses a name that could lead out of the plugin's folder, or that another system reads in another
 * way. `path` has slashes between its parts.
 */
export function checkPath(path: string): void {
  const parts = path.split('/')
  const isBad =
    path.length > 400 ||
    parts.length > 20 ||
    // oxlint-disable-next-line no-control-regex
    /[\u0000-\u001f\u007f\\:]/.test(path) ||
    parts.some(
      part => part === '' || part === '.' || part === '..' || Buffer.byteLength(part) > 200
    )
  if (isBad) throw new PackageRefused('package_path', { file: shown(path) })
  if (/\.node$/i.test(path)) throw new PackageRefused('package_native', { file: shown(path) })
}

/** Hidden files, such as `.git` and `.DS_Store`, are no part of a plugin. */
export const isHidden = (path: string) =>
  path.split('/').some(part => part.startsWith('.') || part === '__MACOSX')

/** A name for people: without what a terminal or a page could stumble over. */
export const shown = (path: string) =>
  // oxlint-disable-next-line no-control-regex
  path.slice(0, 100).replaceAll(/[\u0000-\u001f\u007f]/g, '?')
