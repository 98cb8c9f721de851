import type { SettingsField } from '../../plugin-api/settings.ts'

const known: SettingsField['type'][] = [
  ...(['text', 'textarea', 'url', 'email', 'secret'] as const),
  ...(['number', 'switch', 'select', 'list'] as const)
]
const types = new Set<string>(known)

/** Mistakes of an author in the form of `what`, told at activation. Throws with the first one. */
export function checkForm(what: string, schema: unknown): void {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    throw new TypeError(`${what} must be an object of fields`)
  }
  for (const [name, field] of Object.entries(schema)) {
    const problem = problemOf(field)
    if (problem) throw new TypeError(`${what}: the field ${name} ${problem}`)
  }
}

function problemOf(given: unknown): string | null {
  const field = Object(given) as Partial<SettingsField>
  if (!types.has(String(field.type))) return 'has no known type'
  if (!isText(field.label)) return 'needs a label in en and id'
  for (const part of ['hint', 'group'] as const) {
    if (field[part] !== undefined && !isText(field[part])) return `needs its ${part} in en and id`
  }
  if (field.pattern !== undefined && !isPattern(field.pattern)) return 'has an unusable pattern'
  if (field.options !== undefined && !isOptions(field.options)) return 'has unusable options'
  if (field.type === 'select' && !field.options) return 'needs options'
  if (field.isGenerated && field.type !== 'secret' && field.type !== 'text') {
    return 'is generated, so it must be a secret or a text'
  }
  if (field.when !== undefined && !Array.isArray(Object(field.when).is))
    return 'has an unusable when'
  return null
}

/** A text in both languages of the interface. */
export function isText(text: unknown): boolean {
  const { en, id } = Object(text) as { en?: unknown; id?: unknown }
  return typeof en === 'string' && typeof id === 'string' && en !== '' && id !== ''
}

function isPattern(pattern: unknown): boolean {
  try {
    return typeof pattern === 'string' && Boolean(new RegExp(pattern, 'u'))
  } catch {
    return false
  }
}

function isOptions(options: unknown): boolean {
  if (!Array.isArray(options)) return false
  return options.every(one => {
    const { value, label } = Object(one) as { value?: unknown; label?: unknown }
    return typeof value === 'string' && isText(label)
  })
}
