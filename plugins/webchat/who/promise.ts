import { daysBetween, wallAt, type Presence } from './hours.ts'

type Translate = (key: string, values?: Record<string, string>) => string

/** When somebody is there again, as a shop would write it on its door. Empty when nobody knows. */
export function promiseOf(
  { isOpen, opensAt }: Presence,
  { locale, timeZone, usual }: { locale: 'en' | 'id'; timeZone: string; usual: string },
  t: Translate,
  now: number
): string {
  if (isOpen) return usual
  if (opensAt === null) return t('who.closed')
  const days = daysBetween(wallAt(now, timeZone).date, wallAt(opensAt, timeZone).date)
  const time = clock(opensAt, locale, timeZone)
  if (days === 0) return t('who.opensToday', { time })
  if (days === 1) return t('who.opensTomorrow', { time })
  return t('who.opensOn', { day: dayName(opensAt, locale, timeZone, days), time })
}

function clock(at: number, locale: 'en' | 'id', timeZone: string): string {
  const { minute } = wallAt(at, timeZone)
  const two = (value: number) => String(value).padStart(2, '0')
  return [two(Math.floor(minute / 60)), two(minute % 60)].join(locale === 'id' ? '.' : ':')
}

/** Within a week its name is clear, later it needs the date. */
function dayName(at: number, locale: 'en' | 'id', timeZone: string, days: number): string {
  const date = days < 7 ? {} : ({ day: 'numeric', month: 'long' } as const)
  return new Intl.DateTimeFormat(locale === 'id' ? 'id-ID' : 'en-GB', {
    ...{ timeZone, weekday: 'long' as const },
    ...date
  }).format(at)
}
