import type { SettingsSchema } from '../plugin-api/settings.ts'
import type { StoredForm } from '../plugin-host/form/form.ts'
import { formFields, type FormField, type FormState } from '../plugin-host/form/fields.ts'

/** A field in its place: hidden while another field says so. */
export interface PlacedField {
  field: FormField
  when: { field: string; is: string } | null
  isHidden: boolean
  /** Its change asks for suggestions. */
  isSuggesting: boolean
}

export interface FormSection {
  heading: string | null
  isAdvanced: boolean
  hasProblem: boolean
  /** One field, or a text with its number beside it, such as a server with its port. */
  rows: PlacedField[][]
}

/** The fields of a form in their places. `asking` is the field whose change asks for suggestions. */
export function formSections(
  schema: SettingsSchema,
  stored: StoredForm,
  locale: string,
  state: FormState,
  asking?: string
): FormSection[] {
  const groups = formFields(schema, stored, locale, state)
  const values = new Map(
    groups.flatMap(group => group.fields.map(field => [field.name, String(field.value)]))
  )
  const place = (field: FormField): PlacedField => {
    const { when } = field
    const isShown = !when || when.is.some(wanted => String(wanted) === values.get(when.field))
    return {
      // Nearly all are: the required ones say so when they are missing.
      field: { ...field, isOptional: false },
      when: when ? { field: when.field, is: when.is.join(' ') } : null,
      isHidden: !isShown,
      isSuggesting: field.name === asking
    }
  }
  return groups.map(({ heading, isAdvanced, fields }, index) => ({
    // The page's own heading stands above the first.
    heading: index === 0 ? null : heading,
    isAdvanced,
    hasProblem: fields.some(field => field.error !== undefined),
    rows: paired(fields.map(place))
  }))
}

/** A port stands beside its server. */
function paired(fields: PlacedField[]): PlacedField[][] {
  const rows: PlacedField[][] = []
  for (const placed of fields) {
    const before = rows.at(-1)
    const isPair =
      placed.field.type === 'number' && before?.length === 1 && before[0]?.field.type === 'text'
    if (isPair) before.push(placed)
    else rows.push([placed])
  }
  return rows
}
