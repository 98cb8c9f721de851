import { InvalidInput } from '../errors.ts'
import type { SettingsSchema, SettingsValues } from '../plugin-api/settings.ts'

/** The values of `form` that `schema` knows, or InvalidInput. An empty secret keeps the previous one. */
export function readAccountForm(
  schema: SettingsSchema,
  form: SettingsValues,
  previous: SettingsValues | null
): SettingsValues {
  const values: SettingsValues = {}
  const wrong: Record<string, string> = {}
  for (const [name, field] of Object.entries(schema)) {
    const given = form[name]
    const isEmpty = given === undefined || given === ''
    if (isEmpty && field.type === 'secret' && previous?.[name] !== undefined) continue
    const value = isEmpty ? (given ?? previous?.[name] ?? field.default) : given
    if ((value === undefined || value === '') && field.required)
      wrong[name] = 'error.field.required'
    else if (value !== undefined) values[name] = value
  }
  if (Object.keys(wrong).length > 0) throw new InvalidInput(wrong)
  return values
}
