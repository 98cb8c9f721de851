import type { FilterName, Filters } from '../../plugin-api/hooks.ts'

type Member = 'text' | 'maybe line' | 'switch'

const shapes: { [Name in FilterName]: Record<keyof Filters[Name]['value'], Member> } = {
  'message.inbound': { text: 'text', subject: 'maybe line', isSpam: 'switch' },
  'message.outbound': { text: 'text', subject: 'maybe line' },
  'acknowledgement.text': { text: 'text' }
}

const maxText = 200_000
const maxLine = 1_000

/** What a handler gave back, only with the members that belong there. Throws when the shape is wrong. */
export function readValue<Name extends FilterName>(
  name: Name,
  given: unknown
): Filters[Name]['value'] {
  if (typeof given !== 'object' || given === null) {
    throw new TypeError(`A filter of ${name} must return an object or nothing`)
  }
  const value: Record<string, unknown> = {}
  for (const [member, kind] of Object.entries<Member>(shapes[name])) {
    const part = (given as Record<string, unknown>)[member]
    if (part === undefined && kind === 'maybe line') continue
    if (!fits(part, kind)) throw new TypeError(`A filter of ${name} returned a wrong ${member}`)
    value[member] = part
  }
  return value as unknown as Filters[Name]['value']
}

function fits(part: unknown, kind: Member): boolean {
  if (kind === 'switch') return typeof part === 'boolean'
  return typeof part === 'string' && part.length <= (kind === 'text' ? maxText : maxLine)
}

/** A copy that nobody can change; the values of hooks are flat but for one level. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, frozen<unknown>(part)])
  )
  return Object.freeze(copy) as T
}
