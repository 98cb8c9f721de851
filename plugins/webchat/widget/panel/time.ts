import { start, word } from './word.ts'

const clock = new Intl.DateTimeFormat(start.locale, { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat(start.locale, {
  ...{ weekday: 'long', day: 'numeric', month: 'long' }
})

export const timeOf = (at: number): string => clock.format(at)

export const dayKey = (at: number): string => new Date(at).toDateString()

export function dayOf(at: number): string {
  const now = new Date()
  if (dayKey(at) === now.toDateString()) return word('today')
  now.setDate(now.getDate() - 1)
  return dayKey(at) === now.toDateString() ? word('yesterday') : day.format(at)
}
