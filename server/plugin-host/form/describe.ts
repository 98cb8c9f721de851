import type { SettingsField, SettingsSchema } from '../../plugin-api/settings.ts'
import { inLocale } from './fields.ts'

/** A form for programs: its fields as data, texts in one language. */
export function describeForm(schema: SettingsSchema, locale: string): Record<string, unknown>[] {
  return Object.entries(schema).map(([name, field]) => describeField(name, field, locale))
}

function describeField(name: string, field: SettingsField, locale: string) {
  const { label, hint, group, options, required = false, isAdvanced: _, ...rest } = field
  return {
    ...{ name, label: inLocale(label, locale), required, ...rest },
    ...(hint && { hint: inLocale(hint, locale) }),
    ...(group && { group: inLocale(group, locale) }),
    ...(options && {
      options: options.map(option => ({
        value: option.value,
        label: inLocale(option.label, locale)
      }))
    })
  }
}
