import { isUsable, listTemplates } from '../../channel/template/list.ts'
import type { Translator } from '../../i18n/words.ts'
import type { MessageTemplate } from '../../plugin-api/template.ts'
import type { Sapa } from '../../sapa.ts'
import type { Account } from '../../channel/table.ts'
import type { Reader } from '../reader.ts'

export interface TemplateQuery {
  q?: string | undefined
  language?: string | undefined
  category?: string | undefined
}

/** View data of the templates of an account, as a search leaves them. */
export interface ShownTemplates {
  conversationId: number
  route: string
  query: TemplateQuery
  languages: { value: string; label: string }[]
  categories: { value: string; label: string }[]
  templates: ShownTemplate[]
  /** Without the search. */
  total: number
  /** When the provider was last asked; null: never. */
  syncedAt: string | null
  /** Why they could not be fetched just now. */
  problem: string | null
}

export interface ShownTemplate {
  name: string
  language: string
  /** "Indonesian · Utility" */
  about: string
  body: string
  isUsable: boolean
  chip: { tone: 'warn' | 'danger'; text: string } | null
  reason: string | null
}

export async function showTemplates(
  sapa: Sapa,
  { words }: Reader,
  { conversationId, account, route }: { conversationId: number; account: Account; route: string },
  query: TemplateQuery
): Promise<ShownTemplates> {
  const all = await listTemplates(sapa.reader, account.id)
  const { t } = words
  const category = (value: string) => ({ value, label: t(`template.category.${value}`) })
  const language = (value: string) => ({ value, label: languageName(value, words) })
  return {
    conversationId,
    route,
    query,
    languages: unique(all.map(one => one.language)).map(language),
    categories: unique(all.map(one => one.category)).map(category),
    templates: all
      .filter(template => isFound(template, query))
      .slice(0, 200)
      .map(template => presentTemplate(template, words)),
    total: all.length,
    problem: null,
    syncedAt: account.templates_at === null ? null : words.dateTime(account.templates_at)
  }
}

/** "Indonesian", and the country where the provider names one. */
export function languageName(code: string, { locale }: Translator): string {
  try {
    const names = new Intl.DisplayNames([locale], { type: 'language' })
    return names.of(code.replace('_', '-')) ?? code
  } catch {
    return code
  }
}

const unique = (values: string[]) => [...new Set(values)].toSorted()

function isFound(
  template: MessageTemplate,
  { q = '', language, category }: TemplateQuery
): boolean {
  if (language && template.language !== language) return false
  if (category && template.category !== category) return false
  const text = `${template.name} ${template.header ?? ''} ${template.body}`.toLowerCase()
  const parts = q.toLowerCase().split(/\s+/).filter(Boolean)
  return parts.every(part => text.includes(part))
}

function presentTemplate(template: MessageTemplate, words: Translator): ShownTemplate {
  const { t } = words
  const { state, category } = template
  const isRefused = state === 'rejected' || state === 'disabled' || state === 'approved'
  return {
    name: template.name,
    language: template.language,
    about: `${languageName(template.language, words)} · ${t(`template.category.${category}`)}`,
    body: template.body,
    isUsable: isUsable(template),
    chip: isUsable(template)
      ? null
      : {
          tone: isRefused ? 'danger' : 'warn',
          text: t(`template.state.${template.cannotSend ? 'unsendable' : state}`)
        },
    reason: template.cannotSend ?? template.reason ?? null
  }
}
