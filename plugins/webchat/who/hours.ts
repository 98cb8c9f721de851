/** Minutes after midnight; an end below its begin is on the next day. */
export interface Span {
  from: number
  to: number
}

export interface Hours {
  timeZone: string
  /** From Monday on; a day without spans is closed. */
  week: readonly (readonly Span[])[]
  /** `2026-12-25` */
  holidays: ReadonlySet<string>
}

export interface Presence {
  isOpen: boolean
  /** Next moment of opening while closed; null: within a month there is none. */
  opensAt: number | null
}

const minuteMs = 60_000
const dayMinutes = 24 * 60

/** `09.00-12.00, 13:00–17:00` as people write it; null: not to be understood. Empty: closed. */
export function readSpans(text: string): Span[] | null {
  const parts = text.split(/[,;]/).map(part => part.trim())
  const spans = parts.filter(part => part !== '').map(readSpan)
  return spans.includes(null) ? null : (spans as Span[])
}

/** Without any hours it is always open: the owner has promised nothing. */
export function presenceAt(hours: Hours, at: number): Presence {
  if (hours.week.every(spans => spans.length === 0)) return { isOpen: true, opensAt: null }
  if (isOpenAt(hours, at)) return { isOpen: true, opensAt: null }
  const { date } = wallAt(at, hours.timeZone)
  for (let days = 0; days <= 31; days++) {
    const day = dayAfter(date, days)
    const begins = spansOf(hours, day)
      .map(({ from }) => instantOf(day, from, hours.timeZone))
      .filter(begin => begin > at)
    if (begins.length > 0) return { isOpen: false, opensAt: Math.min(...begins) }
  }
  return { isOpen: false, opensAt: null }
}

/** The clock on the wall of the business. */
export function wallAt(at: number, timeZone: string): { date: string; minute: number } {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value])
  )
  const date = `${parts['year']}-${parts['month']}-${parts['day']}`
  return { date, minute: Number(parts['hour']) * 60 + Number(parts['minute']) }
}

/** Days from one date to another. */
export const daysBetween = (from: string, to: string) =>
  Math.round((Date.parse(to) - Date.parse(from)) / (dayMinutes * minuteMs))

function isOpenAt(hours: Hours, at: number): boolean {
  const { date, minute } = wallAt(at, hours.timeZone)
  const isToday = ({ from, to }: Span) => from <= minute && (minute < to || to <= from)
  const isFromYesterday = ({ from, to }: Span) => to <= from && minute < to
  return (
    spansOf(hours, date).some(isToday) || spansOf(hours, dayAfter(date, -1)).some(isFromYesterday)
  )
}

function spansOf({ week, holidays }: Hours, date: string): readonly Span[] {
  if (holidays.has(date)) return []
  const fromMonday = (new Date(date).getUTCDay() + 6) % 7
  return week[fromMonday] ?? []
}

function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(date) + days * dayMinutes * minuteMs).toISOString().slice(0, 10)
}

/** The first minute at which the wall shows this or, where a change of the clock leaves it out, more. */
function instantOf(date: string, minute: number, timeZone: string): number {
  const wanted = Date.parse(date) + minute * minuteMs
  let before = wanted - 16 * 60 * minuteMs
  let after = wanted + 16 * 60 * minuteMs
  while (after - before > minuteMs) {
    const middle = before + Math.floor((after - before) / minuteMs / 2) * minuteMs
    const wall = wallAt(middle, timeZone)
    if (Date.parse(wall.date) + wall.minute * minuteMs < wanted) before = middle
    else after = middle
  }
  return after
}

function readSpan(text: string): Span | null {
  const [, fromHour = '', fromMinute = '0', toHour = '', toMinute = '0'] =
    /^(\d{1,2})(?:[.:](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[.:](\d{2}))?$/.exec(text) ?? []
  if (fromHour === '') return null
  const from = Number(fromHour) * 60 + Number(fromMinute)
  const to = Number(toHour) * 60 + Number(toMinute)
  const isClock = Number(fromMinute) < 60 && Number(toMinute) < 60 && from < dayMinutes
  return isClock && to <= dayMinutes && from !== to ? { from, to } : null
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit' }
  } as Intl.DateTimeFormatOptions)
  formats.set(timeZone, format)
  return format
}
