import { money } from './money.ts'
import type { Locale, Values } from './words.ts'

/** Numbers and times as people of that language write them. Times are milliseconds UTC. */
export interface Formats {
  /** 1.234,5 */
  number(value: number): string
  /** 1,2 MB */
  bytes(value: number): string
  /** Rp 150.000; a currency that nobody knows stands behind its amount. */
  money(value: number, currency: string): string
  /** 10.02 */
  time(at: number): string
  /** Jum 20 Nov; with the year when it is another one than now. */
  date(at: number, now?: Date): string
  /** Jum 20 Nov 10.02 */
  dateTime(at: number, now?: Date): string
  /** Jumat, 20 November 2026 pukul 10.02: for titles and `datetime`. */
  full(at: number): string
  /** 5 m, 3 j, 2 h; older than a week: the date. */
  relative(at: number, now: Date): string
  /** A length of time in its largest unit: 45 d, 5 m, 3 j, 2 h. */
  duration(ms: number): string
  /** Midnight to midnight in the reader's zone, as 2026-11-20: for headings of days. */
  day(at: number): string
}

type T = (key: string, values?: Values) => string

const second = 1000
const minute = 60 * second
/** Zones differ by whole quarters of an hour: in one it is the same day. */
const quarter = 15 * minute
const hour = 60 * minute
const dayLong = 24 * hour

export function formatter(locale: Locale, wantedZone: string, t: T): Formats {
  const tag = locale === 'id' ? 'id-ID' : 'en-GB'
  const timeZone = isTimeZone(wantedZone) ? wantedZone : 'UTC'
  const numbers = new Intl.NumberFormat(tag, { maximumFractionDigits: 1 })
  const times = new Intl.DateTimeFormat(tag, { timeZone, hour: '2-digit', minute: '2-digit' })
  const dates = new Intl.DateTimeFormat(tag, {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric'
  })
  const fulls = new Intl.DateTimeFormat(tag, { timeZone, dateStyle: 'full', timeStyle: 'short' })
  const days = new Intl.DateTimeFormat('sv-SE', { timeZone })

  const partsAt = remember(quarter, at => partsOf(dates, at))

  function date(at: number, now?: Date): string {
    const parts = partsAt(at)
    const isThisYear = !now || partsAt(now.getTime()).year === parts.year
    return `${parts.weekday} ${parts.day} ${parts.month}${isThisYear ? '' : ` ${parts.year}`}`
  }

  function duration(ms: number): string {
    if (ms >= dayLong) return t('unit.day', { n: Math.floor(ms / dayLong) })
    if (ms >= hour) return t('unit.hour', { n: Math.floor(ms / hour) })
    if (ms >= minute) return t('unit.minute', { n: Math.floor(ms / minute) })
    return t('unit.second', { n: Math.max(0, Math.floor(ms / second)) })
  }

  const time = remember(minute, at => times.format(at))
  return {
    number: value => numbers.format(value),
    bytes: value => bytes(value, numbers),
    money: (value, currency) => money(tag, value, currency),
    time,
    date,
    dateTime: (at, now) => `${date(at, now)} ${time(at)}`,
    full: remember(minute, at => fulls.format(at)),
    duration,
    relative: (at, now) => {
      const ago = now.getTime() - at
      return ago >= 7 * dayLong ? date(at, now) : duration(ago)
    },
    day: remember(quarter, at => days.format(at))
  }
}

/**
 * A page of the inbox asks for two hundred times, mostly the same as a moment ago, and each takes
 * 5 µs to 20 µs to write. Nothing we write is finer than `step`.
 */
function remember<Written>(step: number, write: (at: number) => Written): (at: number) => Written {
  const known = new Map<number, Written>()
  return at => {
    const key = Math.floor(at / step)
    const found = known.get(key) ?? write(at)
    if (known.size >= 2000) known.clear()
    known.set(key, found)
    return found
  }
}

/** Whether this machine knows the time zone, such as `Asia/Makassar`. */
export function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}

function partsOf(format: Intl.DateTimeFormat, at: number): Record<string, string> {
  return Object.fromEntries(format.formatToParts(at).map(part => [part.type, part.value]))
}

function bytes(value: number, numbers: Intl.NumberFormat): string {
  const units = ['B', 'KB', 'MB', 'GB']
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, value)) / 10))
  return `${numbers.format(value / 1024 ** step)} ${units[step]}`
}
