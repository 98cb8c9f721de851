import { InvalidInput } from '../../errors.ts'
import type { SettingsField, SettingsSchema, SettingsValues } from '../../plugin-api/settings.ts'
import { isStillBound } from './bound.ts'
import { readValue } from './value.ts'

/** A form as it is stored: plain values, and sealed ones by field. */
export interface StoredForm {
  settings: SettingsValues
  secrets: Record<string, string>
}

export const emptyForm: StoredForm = { settings: {}, secrets: {} }

interface Sealer {
  seal(text: string): string
  open(sealed: string): string
}

export interface ReadOptions {
  /** What is missing keeps its value. A browser's form leaves out switches that are off. */
  isPartial?: boolean
}

/**
 * Validates a form by its schema and seals its secrets. Fields that the schema does not know are
 * dropped; a secret left empty keeps the stored one while what it is bound to is unchanged; fields
 * hidden by `when` keep what they had.
 * Throws InvalidInput with the problem of each field.
 */
export function readForm(
  schema: SettingsSchema,
  body: Record<string, unknown>,
  previous: StoredForm,
  sealer: Pick<Sealer, 'seal'>,
  options: ReadOptions = {}
): StoredForm {
  const values = readFormValues(schema, body, previous, options)
  const form: StoredForm = { settings: {}, secrets: {} }
  const isBound = (field: SettingsField) => isStillBound(schema, field, values, previous.settings)
  for (const [name, field] of Object.entries(schema)) {
    const value = values[name]
    if (field.type !== 'secret') {
      if (value !== undefined) form.settings[name] = value
    } else if (typeof value === 'string') form.secrets[name] = sealer.seal(value)
    else if (isKept(name, field, previous) && isBound(field)) {
      form.secrets[name] = previous.secrets[name] as string
    }
  }
  return form
}

/** The same with secrets in clear, and only those that were typed. */
function readFormValues(
  schema: SettingsSchema,
  body: Record<string, unknown>,
  previous: StoredForm,
  options: ReadOptions = {}
): SettingsValues {
  const values: SettingsValues = {}
  const problems: Record<string, string> = {}
  for (const [name, field] of Object.entries(schema)) {
    const given = givenFor(name, field, body, previous, options)
    // What Sapa makes itself is there once it is stored.
    const isThere = isKept(name, field, previous) || field.isGenerated === true
    const read = readValue(isThere ? { ...field, required: false } : field, given)
    if ('value' in read) values[name] = read.value
    else problems[name] = read.problem
  }
  for (const [name, field] of Object.entries(schema)) {
    if (isShown(field, values)) continue
    delete problems[name]
    values[name] = field.type === 'secret' ? undefined : previous.settings[name]
  }
  for (const [name, field] of Object.entries(schema)) {
    if (values[name] !== undefined || !isKept(name, field, previous)) continue
    if (field.isObtained || problems[name] || !isShown(field, values)) continue
    if (!isStillBound(schema, field, values, previous.settings)) {
      problems[name] = 'error.field.type_again'
    }
  }
  if (Object.keys(problems).length > 0) throw new InvalidInput(problems)
  return values
}

/** Values for the code that uses them: defaults filled in, secrets opened. */
export function openForm(
  schema: SettingsSchema,
  stored: StoredForm,
  sealer: Pick<Sealer, 'open'>
): SettingsValues {
  const values: SettingsValues = {}
  for (const [name, field] of Object.entries(schema)) {
    const sealed = stored.secrets[name]
    if (field.type === 'secret') values[name] = sealed ? sealer.open(sealed) : undefined
    else values[name] = stored.settings[name] ?? field.default
  }
  return values
}

/** A browser leaves out switches that are off; here they are named. */
export function fromBrowser(
  schema: SettingsSchema,
  body: Record<string, unknown>
): Record<string, unknown> {
  const switches = Object.keys(schema).filter(name => schema[name]?.type === 'switch')
  return { ...Object.fromEntries(switches.map(name => [name, false])), ...body }
}

function givenFor(
  name: string,
  field: SettingsField,
  body: Record<string, unknown>,
  previous: StoredForm,
  options: ReadOptions
): unknown {
  if (Object.hasOwn(body, name)) return body[name]
  if (!options.isPartial || field.type === 'secret') return undefined
  return previous.settings[name] ?? field.default
}

function isKept(name: string, field: SettingsField, previous: StoredForm): boolean {
  return field.type === 'secret' && Object.hasOwn(previous.secrets, name)
}

function isShown(field: SettingsField, values: SettingsValues): boolean {
  const { when } = field
  return !when || when.is.some(wanted => wanted === values[when.field])
}
