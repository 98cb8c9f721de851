import type { PluginRequest } from 'sapa/plugin-api'
import type { Locale } from './settings.ts'
import type { ChatTools } from './tools.ts'
import type { Widget } from './widget.ts'

/** As the owner has set it; else as the page has it (`?lang=`), as the browser wants it, as the business speaks. */
export async function localeOf(
  { sapa }: Pick<ChatTools, 'sapa'>,
  widget: Pick<Widget, 'settings'> | null,
  { query, headers }: Pick<PluginRequest, 'query' | 'headers'>
): Promise<Locale> {
  const set = widget?.settings.language ?? 'auto'
  if (set !== 'auto') return set
  const wanted = [query['lang'] ?? '', ...(headers['accept-language'] ?? '').split(',')]
  const named = wanted.map(spoken).find(locale => locale !== null)
  return named ?? spoken((await sapa.business()).locale) ?? 'id'
}

function spoken(tag: string): Locale | null {
  const language = tag.trim().slice(0, 2).toLowerCase()
  // `in` is how old systems write Indonesian, and who has Malay reads it more easily than English.
  if (['id', 'in', 'ms'].includes(language)) return 'id'
  return language === 'en' ? 'en' : null
}
