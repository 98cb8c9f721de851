import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { IntlMessageFormat } from 'intl-messageformat'
import { root } from '../paths.ts'
import { formatter, type Formats } from './format.ts'

/** A value in both languages is shown in the reader's. */
type Value = string | number | { en: string; id: string }
export type Values = Record<string, Value>
export type Locale = (typeof locales)[number]

export const locales = ['id', 'en'] as const

export interface Translator extends Formats {
  readonly locale: Locale
  readonly timeZone: string
  t(key: string, values?: Values): string
}

export interface Words {
  /** Texts and formats of one reader. Cheap: kept per language and zone. */
  translator(locale: string, timeZone: string): Translator
  /** Adds texts at run time (`<prefix>.<key>`); the returned function takes them away again. */
  add(prefix: string, texts: Partial<Record<Locale, Record<string, string>>>): () => void
  /** Whether the text exists, in any language. */
  has(key: string): boolean
}

type Message = Partial<Record<Locale, string>>

export function loadWords(folder = join(root, 'server/i18n/words')): Words {
  const messages = new Map<string, Message>()
  for (const file of readdirSync(folder).filter(name => name.endsWith('.json'))) {
    const texts: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    for (const [key, message] of Object.entries(texts as Record<string, Message>)) {
      if (messages.has(key)) throw new Error(`The text ${key} is written twice, once in ${file}`)
      messages.set(key, message)
    }
  }
  return wordsOf(messages)
}

function wordsOf(messages: Map<string, Message>): Words {
  const compiled = new Map<string, IntlMessageFormat>()
  const translators = new Map<string, Translator>()

  function text(locale: Locale, key: string, values?: Values): string {
    const message = messages.get(key)
    const found = message?.[locale] ?? message?.en
    if (found === undefined) return key
    if (!found.includes('{') && !found.includes("'")) return found
    return String(compile(locale, key, found).format(inLanguage(locale, values)))
  }

  function compile(locale: Locale, key: string, source: string): IntlMessageFormat {
    const name = `${locale}:${key}`
    const known = compiled.get(name)
    if (known) return known
    const fresh = new IntlMessageFormat(source, locale, undefined, { ignoreTag: true })
    compiled.set(name, fresh)
    return fresh
  }

  return {
    has: key => messages.has(key),
    translator(wanted, timeZone) {
      const locale = locales.find(known => known === wanted) ?? 'en'
      const name = `${locale}:${timeZone}`
      const known = translators.get(name)
      if (known) return known
      const t = (key: string, values?: Values) => text(locale, key, values)
      const fresh = { locale, timeZone, t, ...formatter(locale, timeZone, t) }
      translators.set(name, fresh)
      return fresh
    },
    add(prefix, texts) {
      const added = merge(messages, prefix, texts)
      for (const key of added) for (const locale of locales) compiled.delete(`${locale}:${key}`)
      return () => {
        for (const key of added) {
          messages.delete(key)
          for (const locale of locales) compiled.delete(`${locale}:${key}`)
        }
      }
    }
  }
}

function inLanguage(locale: Locale, values: Values = {}): Record<string, string | number> {
  const chosen = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'object' ? value[locale] : value
  ])
  return Object.fromEntries(chosen) as Record<string, string | number>
}

function merge(
  messages: Map<string, Message>,
  prefix: string,
  texts: Partial<Record<Locale, Record<string, string>>>
): Set<string> {
  const added = new Set<string>()
  for (const locale of locales) {
    for (const [name, message] of Object.entries(texts[locale] ?? {})) {
      const key = `${prefix}.${name}`
      messages.set(key, { ...messages.get(key), [locale]: message })
      added.add(key)
    }
  }
  return added
}
