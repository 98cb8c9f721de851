import { assertOn, type Active } from './active.ts'

/** Throws when the plugin is off, or when its `plugin.json` does not ask for this. */
export function assertScope(active: Active, scope: string): void {
  assertOn(active)
  if (active.manifest.scopes.includes(scope)) return
  throw new Error(`The plugin ${active.id} needs the scope ${scope} in its plugin.json`)
}
