import type { OwnAccount, SettingsField, SettingsValues } from 'sapa/plugin-api'
import { readColor } from '../colour.ts'
import { accountForm } from '../form.ts'
import { readSpans } from '../who/hours.ts'
import { fieldsOf, type FormTab } from './tabs.ts'

/** What stands in the fields, as text. */
export type Typed = Record<string, string>

/** As it is stored; what was never saved is at its default. */
export function storedValues({ settings }: OwnAccount): Typed {
  const isWeekly = settings['hours'] === 'weekly'
  return { ...shownValues(settings), ...(isWeekly ? {} : usualWeek) }
}

/** Offered until the first week is saved; a default would open a day again that was emptied. */
const usualWeek = Object.fromEntries(
  ['mon', 'tue', 'wed', 'thu', 'fri'].map(day => [day, '09:00-17:00'])
)

function shownValues(settings: SettingsValues): Typed {
  const names = Object.keys(accountForm).filter(name => accountForm[name]?.type !== 'secret')
  return Object.fromEntries(names.map(name => [name, textOf(settings[name], accountForm[name])]))
}

/** As it was typed into a tab, with what people write differently written in one way. */
export function typedValues(tab: FormTab, form: Record<string, unknown>): Typed {
  return Object.fromEntries(fieldsOf(tab).map(name => [name, tidy(name, plain(form[name]))]))
}

/** For `sapa.accounts.save`. */
export function patchOf(typed: Typed): SettingsValues {
  const entries = Object.entries(typed).map(([name, text]) => {
    const type = accountForm[name]?.type
    return [name, type === 'switch' ? text === 'true' : type === 'list' ? lines(text) : text]
  })
  return Object.fromEntries(entries) as SettingsValues
}

const days = new Set(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])

function tidy(name: string, text: string): string {
  if (name === 'brand' || name === 'brandDark') return readColor(text) ?? text
  if (days.has(name)) return hoursIn(text) ?? text
  // Numbers with their unit, as `24 px`.
  if (accountForm[name]?.type === 'number') return text.replace(/\s*(?:px|mb)$/i, '')
  return text
}

function hoursIn(text: string): string | null {
  const clock = (minute: number) =>
    [Math.floor(minute / 60), minute % 60].map(part => String(part).padStart(2, '0')).join(':')
  return (
    readSpans(text)
      ?.map(({ from, to }) => `${clock(from)}-${clock(to)}`)
      .join(', ') ?? null
  )
}

function textOf(value: SettingsValues[string], field: SettingsField | undefined): string {
  const known = value ?? field?.default ?? ''
  return Array.isArray(known) ? known.join('\n') : String(known)
}

const plain = (value: unknown) => (typeof value === 'string' ? value.trim() : '')

const lines = (text: string) =>
  text
    .split('\n')
    .map(line => line.trim())
    .filter(Boolean)
