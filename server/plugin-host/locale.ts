import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Values } from '../i18n/words.ts'

export interface Texts {
  en: Record<string, string>
  id: Record<string, string>
}

/** The part of Words that plugins' texts need. */
export interface PluginWords {
  add(prefix: string, texts: Texts): () => void
  translator(locale: string, timeZone: string): { t(key: string, values?: Values): string }
}

/** Where a plugin's texts stand among all words: `plugin.<id>.<key>`. */
export const wordPrefix = (plugin: string) => `plugin.${plugin}`

/** `locales/en.json` and `locales/id.json` of a plugin; both may be missing. */
export function readTexts(folder: string): Texts {
  return { en: readLocale(folder, 'en'), id: readLocale(folder, 'id') }
}

function readLocale(folder: string, locale: string): Record<string, string> {
  const file = join(folder, 'locales', `${locale}.json`)
  if (!existsSync(file)) return {}
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
}
