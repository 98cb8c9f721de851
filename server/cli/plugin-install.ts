import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { PluginEntry } from '../plugin-host/host.ts'
import { ask } from './plugin-errand.ts'
import { Refusal } from './refusal.ts'
import { say } from './say.ts'

/** A folder, a single file or a zip file of this machine. A new plugin stays off. */
export async function installPlugin(
  given: string,
  { accept }: { accept?: boolean }
): Promise<void> {
  const path = resolve(given)
  if (!existsSync(path)) throw new Refusal(`There is nothing at ${path}.`)
  const { value } = await ask<PluginEntry>({ verb: 'install', path, isAgreed: accept ?? false })
  const { id, version, state, manifest, updateError } = value
  if (updateError !== null) {
    throw new Refusal(`The update of ${id} did not work; ${version} stays: ${updateError}`)
  }
  const scopes = manifest?.scopes ?? []
  say(`${id} ${version} is installed and ${state === 'installed' ? 'off' : state}.`)
  if (scopes.length > 0) say(`It may: ${scopes.join(', ')}`)
  if (state === 'installed') say(`Switch it on with \`sapa plugin activate ${id}\`.`)
}
