import type { SettingsSchema, SettingsValues } from '../plugin-api/settings.ts'
import { readFormValues } from '../plugin-host/form.ts'

/**
 * The values of `form` that `schema` knows, checked, or InvalidInput. What is left out keeps its
 * value, an empty secret too. A browser's form goes through `fromBrowser` first.
 */
export function readAccountForm(
  schema: SettingsSchema,
  form: Record<string, unknown>,
  previous: SettingsValues | null
): SettingsValues {
  const isSecret = (name: string) => schema[name]?.type === 'secret'
  const known = Object.entries(previous ?? {}).filter(([, value]) => value !== undefined)
  const secrets = Object.fromEntries(
    known.filter(([name]) => isSecret(name)).map(([name]) => [name, ''])
  )
  const stored = { settings: previous ?? {}, secrets }
  const values = readFormValues(schema, form, stored, { isPartial: true })
  return Object.fromEntries(
    Object.entries(values).filter(([name, value]) => value !== undefined || !isSecret(name))
  )
}
