import type { SettingsValues } from 'sapa/plugin-api'
import { accountForm } from './form.ts'

export type Locale = 'en' | 'id'
type Asked = 'off' | 'optional' | 'required'
type Both = Record<Locale, string>

export const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

export interface WidgetSettings {
  /** Empty: the name of the business. */
  title: string
  brand: string
  /** Empty: as in the light. */
  brandDark: string
  scheme: 'auto' | 'light' | 'dark'
  language: 'auto' | Locale
  launcher: {
    side: 'left' | 'right' | 'own'
    trigger: string
    offsetX: number
    offsetY: number
    offsetPhoneY: number
    zIndex: number
    label: Both
  }
  showsPoweredBy: boolean
  welcome: Both
  greeting: { text: Both; afterSeconds: number }
  hasSound: boolean
  asksRating: boolean
  hours: { mode: 'always' | 'weekly'; week: Record<(typeof days)[number], string> }
  /** Days as `2026-12-25`. */
  holidays: string[]
  promise: Both
  away: Both
  offers: { email: boolean; elsewhere: boolean }
  relayAfterMinutes: number
  preChat: { name: Asked; email: Asked; phone: Asked }
  consent: { text: Both; isRequired: boolean }
  privacyUrl: string
  rules: { show: string[]; hide: string[] }
  tracksPages: boolean
  origins: string[]
  isFormOnly: boolean
  files: { isAllowed: boolean; maxBytes: number; perMessage: number }
  limits: { newPerMinute: number; visitorPerMinute: number; messagesPerMinute: number }
  /** Newest first; empty: nobody can prove a sign-in. */
  signKeys: string[]
}

/** Values that were never saved are at their defaults. */
export function readSettings(values: SettingsValues): WidgetSettings {
  const of = (name: string) => values[name] ?? accountForm[name]?.default
  const text = (name: string) => String(of(name) ?? '').trim()
  const is = (name: string) => of(name) === true
  const list = (name: string) => (Array.isArray(values[name]) ? values[name] : [])
  const both = (name: string): Both => ({ en: text(`${name}En`), id: text(`${name}Id`) })
  const week = days.map(day => [day, text(day)] as const)
  return {
    ...{ title: text('title'), brand: text('brand'), brandDark: text('brandDark') },
    scheme: text('scheme') as WidgetSettings['scheme'],
    language: text('language') as WidgetSettings['language'],
    launcher: {
      side: text('side') as WidgetSettings['launcher']['side'],
      trigger: text('trigger'),
      offsetX: Number(of('offsetX')),
      offsetY: Number(of('offsetY')),
      offsetPhoneY: Number(of('offsetPhoneY')),
      zIndex: Number(of('zIndex')),
      label: both('label')
    },
    showsPoweredBy: is('showsPoweredBy'),
    welcome: both('welcome'),
    greeting: { text: both('greeting'), afterSeconds: Number(of('greetingAfter')) },
    ...{ hasSound: is('hasSound'), asksRating: is('asksRating') },
    hours: {
      mode: text('hours') as 'always' | 'weekly',
      week: Object.fromEntries(week) as WidgetSettings['hours']['week']
    },
    ...{ holidays: list('holidays'), promise: both('promise'), away: both('away') },
    offers: { email: is('offersEmail'), elsewhere: is('offersElsewhere') },
    relayAfterMinutes: Number(of('relayAfter')),
    preChat: {
      name: text('askName') as Asked,
      email: text('askEmail') as Asked,
      phone: text('askPhone') as Asked
    },
    consent: { text: both('consent'), isRequired: is('needsConsent') },
    privacyUrl: text('privacyUrl'),
    rules: { show: list('showOn'), hide: list('hideOn') },
    tracksPages: is('tracksPages'),
    origins: list('origins'),
    isFormOnly: is('isFormOnly'),
    files: {
      isAllowed: is('hasFiles'),
      maxBytes: Number(of('fileMegabytes')) * 1024 * 1024,
      perMessage: Number(of('filesPerMessage'))
    },
    limits: {
      newPerMinute: Number(of('newPerMinute')),
      visitorPerMinute: Number(of('visitorPerMinute')),
      messagesPerMinute: Number(of('messagesPerMinute'))
    },
    signKeys: ['signKey', 'signKeyBefore'].map(text).filter(key => key !== '')
  }
}
