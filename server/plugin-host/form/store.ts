import type { Active } from '../active.ts'
import { openForm, readForm, type ReadOptions } from './form.ts'
import { withGenerated } from './generated.ts'
import { changePlugin } from '../state.ts'
import type { HostTools } from '../tools.ts'

/** Validates what was typed, stores it and tells the plugin. Throws InvalidInput. */
export async function storeForm(
  { db, secrets, calls }: Pick<HostTools, 'db' | 'secrets' | 'calls'>,
  active: Active,
  body: Record<string, unknown>,
  options: ReadOptions
): Promise<void> {
  const schema = active.plugin.settings ?? {}
  const given = withGenerated(schema, body, active.stored)
  const stored = readForm(schema, given, active.stored, secrets, options)
  await changePlugin(db, active.id, {
    settings: JSON.stringify(stored.settings),
    secrets: JSON.stringify(stored.secrets)
  })
  active.stored = stored
  active.values = openForm(schema, stored, secrets)
  for (const listener of active.listeners) {
    const values = { ...active.values }
    // The fault is kept with the plugin; the settings are stored all the same.
    calls.run(active.id, 'settings', () => listener(values)).catch(() => {})
  }
}
