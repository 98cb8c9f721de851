import type { SettingsField, SettingsValues } from '../../plugin-api/settings.ts'

type Value = SettingsValues[string]

/** What is wrong with a field: a key of the words. */
export type Problem =
  | 'error.field.required'
  | 'error.field.format'
  | 'error.field.number'
  | 'error.field.too_small'
  | 'error.field.too_much'
  | 'error.field.too_short'
  | 'error.field.too_long'
  | 'error.field.url'
  | 'error.field.email'
  | 'error.field.choice'
  | 'error.field.type_again'

export type Read = { value: Value } | { problem: Problem }

const longest = 20_000

/** One field as it was typed, as the value it stands for. `undefined` is an empty field. */
export function readValue(field: SettingsField, given: unknown): Read {
  if (field.type === 'switch') return { value: given === true || trueWords.has(String(given)) }
  if (field.type === 'list') return readList(field, given)
  if (typeof given === 'object' && given !== null) return { problem: 'error.field.format' }
  const text = textOf(field, given)
  if (text === '')
    return field.required ? { problem: 'error.field.required' } : { value: undefined }
  if (field.type === 'number') return readNumber(field, text)
  const problem = problemOf(field, text)
  return problem ? { problem } : { value: text }
}

const trueWords = new Set(['true', 'on', '1'])

function textOf(field: SettingsField, given: unknown): string {
  const text = plain(given)
  // A password may end in a blank.
  if (field.type === 'secret') return text
  return (field.type === 'textarea' ? text.replaceAll('\r\n', '\n') : text).trim()
}

/** What a form or JSON gives for a text; an object is no text. */
function plain(given: unknown): string {
  const isText = ['string', 'number', 'boolean'].includes(typeof given)
  return isText ? String(given as string | number | boolean) : ''
}

function readNumber(field: SettingsField, text: string): Read {
  const value = Number(text.replace(',', '.'))
  if (!Number.isFinite(value)) return { problem: 'error.field.number' }
  if (field.min !== undefined && value < field.min) return { problem: 'error.field.too_small' }
  if (field.max !== undefined && value > field.max) return { problem: 'error.field.too_much' }
  return { value }
}

function readList(field: SettingsField, given: unknown): Read {
  const lines = Array.isArray(given) ? given.map(String) : plain(given).split('\n')
  const value = lines.map(line => line.trim()).filter(Boolean)
  if (value.length === 0 && field.required) return { problem: 'error.field.required' }
  if (field.max !== undefined && value.length > field.max)
    return { problem: 'error.field.too_much' }
  const isWrong = value.some(line => line.length > longest || !matches(field, line))
  return isWrong ? { problem: 'error.field.format' } : { value }
}

const shapes: Partial<
  Record<SettingsField['type'], { fits: (text: string) => boolean; problem: Problem }>
> = {
  url: { fits: isUrl, problem: 'error.field.url' },
  email: {
    fits: text => /^[^\s@<>,;]+@[^\s@<>,;]+$/.test(text),
    problem: 'error.field.email'
  }
}

function problemOf(field: SettingsField, text: string): Problem | null {
  if (text.length > Math.min(field.max ?? longest, longest)) return 'error.field.too_long'
  if (text.length < (field.min ?? 0)) return 'error.field.too_short'
  const shape = shapes[field.type]
  if (shape && !shape.fits(text)) return shape.problem
  if (field.type === 'select' && !field.options?.some(option => option.value === text)) {
    return 'error.field.choice'
  }
  return matches(field, text) ? null : 'error.field.format'
}

/** The whole text, as the `pattern` of an HTML input. */
function matches(field: SettingsField, text: string): boolean {
  return field.pattern === undefined || new RegExp(`^(?:${field.pattern})$`, 'u').test(text)
}

function isUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)
}
