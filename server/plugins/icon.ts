import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../paths.ts'
import type { PluginManifest } from '../plugin-api/manifest.ts'

/** The icon that a manifest or a page asks for, when Sapa has it; else the piece of a puzzle. */
export function iconOf(manifest: Pick<PluginManifest, 'icon'> | null): string {
  const { icon = '' } = manifest ?? {}
  return (known ??= symbols()).has(icon) ? icon : 'puzzle'
}

let known: Set<string> | undefined

function symbols(): Set<string> {
  const sprite = readFileSync(join(root, 'public/icons.svg'), 'utf8')
  return new Set([...sprite.matchAll(/<symbol id="([\w-]+)"/g)].map(match => match[1] ?? ''))
}
