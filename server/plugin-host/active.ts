import type { Logger } from '../plugin-api/account.ts'
import type { PluginManifest } from '../plugin-api/manifest.ts'
import type { SapaPlugin } from '../plugin-api/plugin.ts'
import type { SettingsValues } from '../plugin-api/settings.ts'
import { Disposers } from './disposers.ts'
import type { StoredForm } from './form/form.ts'
import type { Found } from './scan.ts'

/** One activation of a plugin, from its setup to its last disposer. */
export interface Active {
  id: string
  found: Found
  manifest: PluginManifest
  plugin: SapaPlugin
  disposers: Disposers
  stop: AbortController
  log: Logger
  /** What it has registered, such as `channel:email`. */
  provided: Set<string>
  stored: StoredForm
  values: SettingsValues
  listeners: Set<(values: SettingsValues) => void>
}

/** Registering after the end would leave something that nobody undoes. */
export function assertOn(active: Active): void {
  if (active.stop.signal.aborted) throw new Error(`The plugin ${active.id} is switched off`)
}
