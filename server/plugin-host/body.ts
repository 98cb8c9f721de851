import { DomainError } from '../errors.ts'

/** A JSON object or a form as an object; null for everything else. */
export function readBody(
  body: Uint8Array,
  contentType: string | undefined
): Record<string, unknown> | null {
  if (body.byteLength === 0) return null
  const type = contentType?.split(';')[0]?.trim().toLowerCase()
  const text = () => new TextDecoder().decode(body)
  if (type === 'application/json') return readJson(text())
  if (type === 'application/x-www-form-urlencoded') return readFields(text())
  return null
}

function readJson(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text, (name, part: unknown) =>
      name === '__proto__' ? undefined : part
    )
    return typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown> | null)
      : null
  } catch {
    throw new DomainError('bad_request', 400)
  }
}

/** A field that comes several times is a list. */
function readFields(text: string): Record<string, unknown> {
  const fields = new URLSearchParams(text)
  const names = [...new Set(fields.keys())].filter(name => name !== '__proto__')
  const entries = names.map(name => {
    const all = fields.getAll(name)
    return [name, all.length > 1 ? all : all[0]]
  })
  return Object.fromEntries(entries) as Record<string, unknown>
}
