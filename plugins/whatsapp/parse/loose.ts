/** What came from outside: nothing is sure about it. */
export type Loose = Record<string, unknown>

export const isObject = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** An object without members where there is none. */
export const readObject = (value: unknown): Loose => (isObject(value) ? value : {})

/** A text or a number as text; everything else is empty. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''

export const objectsOf = (value: unknown): Loose[] =>
  Array.isArray(value) ? value.filter(isObject) : []

/** Member of an object, as text. */
export const textAt = (value: unknown, name: string): string => textOf(readObject(value)[name])

/** Without members that are empty texts, so that optional members stay away. */
export function filled<T extends Record<string, string>>(texts: T): Partial<T> {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')) as Partial<T>
}
