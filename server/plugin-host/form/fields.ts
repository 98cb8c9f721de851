import type { Text } from '../../plugin-api/manifest.ts'
import type { SettingsField, SettingsSchema } from '../../plugin-api/settings.ts'
import type { StoredForm } from './form.ts'

/** One field for `views/shared/_field.eta`. Never carries a secret. */
export interface FormField {
  name: string
  type: string
  label: string
  hint?: string
  error?: string
  value: string | number | boolean
  /** A secret is stored; the input stays empty. */
  isSet: boolean
  required: boolean
  isOptional: boolean
  rows?: number
  min?: number
  max?: number
  autocomplete?: string
  options?: { value: string; label: string }[]
  when?: { field: string; is: (string | boolean)[] }
}

export interface FormGroup {
  heading: string | null
  /** Folded. */
  isAdvanced: boolean
  fields: FormField[]
}

export interface FormState {
  /** What was typed, when the form comes back with problems. */
  body?: Record<string, unknown>
  /** Translated problems by field. */
  problems?: Record<string, string>
}

/** The form in one language, in its groups, the advanced ones last. */
export function formFields(
  schema: SettingsSchema,
  stored: StoredForm,
  locale: string,
  state: FormState = {}
): FormGroup[] {
  const groups = new Map<string, FormGroup>()
  for (const [name, field] of Object.entries(schema)) {
    const heading = field.group ? inLocale(field.group, locale) : null
    const isAdvanced = field.isAdvanced ?? false
    const key = `${isAdvanced}:${heading}`
    const group = groups.get(key) ?? { heading, isAdvanced, fields: [] }
    groups.set(key, group)
    group.fields.push(viewOf(name, field, stored, locale, state))
  }
  const all = [...groups.values()]
  return [...all.filter(group => !group.isAdvanced), ...all.filter(group => group.isAdvanced)]
}

/** The text in the reader's language. */
export function inLocale(text: Text, locale: string): string {
  return (locale === 'id' ? text.id : text.en) || text.en
}

const inputTypes: Partial<Record<SettingsField['type'], string>> = { list: 'textarea' }

function viewOf(
  name: string,
  field: SettingsField,
  stored: StoredForm,
  locale: string,
  state: FormState
): FormField {
  const error = state.problems?.[name]
  const { min, max, autocomplete, when } = field
  const isNumber = field.type === 'number'
  const required = field.required ?? false
  return {
    name,
    type: inputTypes[field.type] ?? field.type,
    label: inLocale(field.label, locale),
    value: field.type === 'secret' ? '' : shownValue(name, field, stored, state),
    isSet: Object.hasOwn(stored.secrets, name),
    // A field that may be hidden must not keep the browser from sending the form.
    required: required && !when && !field.isGenerated,
    isOptional: !required && field.type !== 'switch',
    ...(field.hint && { hint: inLocale(field.hint, locale) }),
    ...(error !== undefined && { error }),
    ...(field.type === 'textarea' && { rows: 6 }),
    ...(isNumber && min !== undefined && { min }),
    ...(isNumber && max !== undefined && { max }),
    ...(autocomplete && { autocomplete }),
    ...(when && { when }),
    ...(field.options && {
      options: field.options.map(option => ({
        value: option.value,
        label: inLocale(option.label, locale)
      }))
    })
  }
}

function shownValue(
  name: string,
  field: SettingsField,
  stored: StoredForm,
  state: FormState
): string | number | boolean {
  const typed = state.body && (Object.hasOwn(state.body, name) ? state.body[name] : '')
  const value = typed ?? stored.settings[name] ?? field.default ?? ''
  if (field.type === 'switch') return value === true || value === 'true'
  if (Array.isArray(value)) return value.join('\n')
  return typeof value === 'number' || typeof value === 'string' ? value : ''
}
