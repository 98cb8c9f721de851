import type { SettingsField, SettingsSchema, SettingsValues } from '../../plugin-api/settings.ts'

/**
 * Whether everything that says where a secret goes is as it was. A stored secret must not follow a
 * changed form: whoever may change the server would read the password there.
 */
export function isStillBound(
  schema: SettingsSchema,
  field: SettingsField,
  values: SettingsValues,
  previous: SettingsValues
): boolean {
  return (field.boundTo ?? []).every(name => {
    const otherwise = schema[name]?.default ?? null
    return isSame(values[name] ?? otherwise, previous[name] ?? otherwise)
  })
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)
