import { IntlMessageFormat } from 'intl-messageformat'
import { findAll, withoutComments, type Source } from './source.ts'

export type Words = Record<string, unknown>

/** Every key in both languages, with the same blanks to fill in. */
export function bothLanguages(files: Source[]): string[] {
  return files.flatMap(({ path, text }) =>
    Object.entries(JSON.parse(text) as Words).flatMap(([key, entry]) => {
      const { en, id } = Object(entry) as { en?: unknown; id?: unknown }
      if (!isText(en) || !isText(id)) return [`${path} ${key} is not in both languages`]
      return sameBlanks(en, id) ? [] : [`${path} ${key} has other blanks in en than in id`]
    })
  )
}

/** A key in two files would be one text too many. */
export function keysAreUnique(files: Source[]): string[] {
  const seen = new Map<string, string>()
  return files.flatMap(({ path, text }) =>
    Object.keys(JSON.parse(text) as Words).flatMap(key => {
      const first = seen.get(key)
      seen.set(key, path)
      return first ? [`${path} ${key} is also in ${first}`] : []
    })
  )
}

/** `t('key')` of a key that nobody wrote would show the key to the agent. */
export function keysExist(code: Source[], words: Set<string>): string[] {
  return code
    .map(withoutComments)
    .flatMap(source =>
      findAll(
        source,
        /\bt\(\s*['"]([\w.-]+)['"]/g,
        ([, key = '']) => !words.has(key) && `${key} has no words`
      )
    )
}

/**
 * Keys that nothing asks for. A key counts as asked for when it stands in the code as a literal,
 * or begins as a template does: t(`error.${code}`) asks for all of error.*.
 */
export function keysAreUsed(code: Source[], words: Set<string>): string[] {
  const text = code.map(source => withoutComments(source).text).join('\n')
  const literals = new Set([...text.matchAll(/['"`]([\w.-]+)['"`]/g)].map(match => match[1]))
  const prefixes = [
    ...[...text.matchAll(/`([\w.-]+\.)\$\{/g)].map(match => match[1] ?? ''),
    ...[...text.matchAll(/['"]([\w.-]+\.)['"]\s*\+/g)].map(match => match[1] ?? '')
  ]
  return [...words]
    .filter(key => !literals.has(key) && !prefixes.some(prefix => key.startsWith(prefix)))
    .map(key => `${key} is used nowhere`)
}

/** A plugin's `locales/en.json` and `locales/id.json`. */
export function sameKeys(en: Source, id: Source): string[] {
  const [english, indonesian] = [en, id].map(({ text }) => JSON.parse(text) as Words)
  const missing = (from: Words = {}, other: Words = {}, path: string) =>
    Object.keys(from).flatMap(key => (key in other ? [] : [`${path} has no ${key}`]))
  const blanks = Object.entries(english ?? {}).flatMap(([key, text]) => {
    const other = indonesian?.[key]
    if (!isText(text) || !isText(other) || sameBlanks(text, other)) return []
    return [`${id.path} ${key} has other blanks than en`]
  })
  return [
    ...missing(english, indonesian, id.path),
    ...missing(indonesian, english, en.path),
    ...blanks
  ]
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

function sameBlanks(one: string, other: string): boolean {
  return blanksOf(one).join() === blanksOf(other).join()
}

/** Names of the values that a text asks for, wherever they stand in its plurals. */
function blanksOf(text: string): string[] {
  const names = new Set<string>()
  const walk = (nodes: Node[]): void => {
    for (const node of nodes) {
      if (node.type !== literal && node.type !== pound && node.value) names.add(node.value)
      for (const option of Object.values(node.options ?? {})) walk(option.value)
    }
  }
  walk(new IntlMessageFormat(text, 'en').getAst() as Node[])
  return [...names].sort()
}

interface Node {
  type: number
  value?: string
  options?: Record<string, { value: Node[] }>
}

/** Kinds of nodes that name no value. */
const literal = 0
const pound = 7
