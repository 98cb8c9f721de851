import { objectsOf, readObject, textOf, type Loose } from '../parse/loose.ts'

const place = /\{\{\s*(\w+)\s*\}\}/g

/** Names or numbers of the places of a text, each once. */
export const placesOf = (text: string): string[] => [
  ...new Set([...text.matchAll(place)].map(([, name = '']) => name))
]

/** Places of the header have keys of their own, for both texts count from 1. */
export const withKeys = (text: string, where: 'header' | 'body'): string =>
  text.replaceAll(place, (_, name: string) => `{{${where === 'header' ? 'header_' : ''}${name}}}`)

/** What stands above the text and is no text. */
export function headerMedia(header: Loose | undefined): 'image' | 'video' | 'document' | null {
  const format = textOf(header?.['format']).toLowerCase()
  return format === 'image' || format === 'video' || format === 'document' ? format : null
}

/** By name or number. */
export function examplesOf(
  part: Loose | undefined,
  where: 'header' | 'body'
): Record<string, string> {
  const given = readObject(part?.['example'])
  const named = objectsOf(given[`${where}_text_named_params`]).map(one => [
    textOf(one['param_name']),
    textOf(one['example'])
  ])
  if (named.length > 0) return Object.fromEntries(named) as Record<string, string>
  const list = given[`${where}_text`]
  const [first] = Array.isArray(list) ? (list as unknown[]) : []
  const values = Array.isArray(first) ? (first as unknown[]) : Array.isArray(list) ? list : []
  return Object.fromEntries(values.map((value, index) => [String(index + 1), textOf(value)]))
}
