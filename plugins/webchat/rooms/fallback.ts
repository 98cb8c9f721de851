import type { SapaContext } from 'sapa/plugin-api'

/** Texts that visitors see while a field of the widget is empty, by the name of the field. */
export type Fallbacks = Record<string, string>

const words = { welcome: 'panel.welcome', label: 'loader.label' }

export function fallbacksOf(sapa: Pick<SapaContext, 't'>, business: string): Fallbacks {
  const texts = Object.entries(words).flatMap(([name, key]) =>
    (['en', 'id'] as const).map(locale => [fieldIn(name, locale), sapa.t(locale, key)] as const)
  )
  return { title: business, ...Object.fromEntries(texts) }
}

/** The field that holds a text in one language: `welcome` is in `welcomeEn` and `welcomeId`. */
export const fieldIn = (name: string, locale: 'en' | 'id') =>
  `${name}${locale === 'en' ? 'En' : 'Id'}`
