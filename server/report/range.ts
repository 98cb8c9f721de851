import { InvalidInput } from '../errors.ts'

const dayMs = 86_400_000
const longestDays = 366

/** A stretch of whole days in one time zone. */
export interface Range {
  /** As in `2026-11-20`, both included. */
  first: string
  last: string
  /** From midnight before the first to midnight after the last, milliseconds UTC. */
  from: number
  to: number
}

/** The days that were chosen, else the last seven. Throws InvalidInput. */
export function readRange(
  given: { from?: string; to?: string },
  today: string,
  timeZone: string
): Range {
  const last = given.to || today
  if (!isDay(last)) throw new InvalidInput({ to: 'error.field.format' })
  const first = given.from || addDays(last, -6)
  if (!isDay(first)) throw new InvalidInput({ from: 'error.field.format' })
  if (first > last) throw new InvalidInput({ to: 'report.problem.order' })
  const range = {
    first,
    last,
    from: dayStart(first, timeZone),
    to: dayStart(addDays(last, 1), timeZone)
  }
  if (range.to - range.from > (longestDays + 1) * dayMs) {
    throw new InvalidInput({ from: 'report.problem.long' })
  }
  return range
}

/** The 31st of February is none. */
function isDay(day: string): boolean {
  const at = Date.parse(`${day}T00:00:00Z`)
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(day)
}

export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * dayMs).toISOString().slice(0, 10)
}

/** Midnight of that day in the zone. Where clocks jump over midnight, the first moment after it. */
export function dayStart(day: string, timeZone: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  // The offset may differ between the two sides of a change of clocks: a second look settles it.
  const near = midnight - offsetAt(midnight, timeZone)
  return midnight - offsetAt(near, timeZone)
}

function offsetAt(at: number, timeZone: string): number {
  const local = new Date(at).toLocaleString('sv-SE', { timeZone })
  return Date.parse(`${local.replace(' ', 'T')}Z`) - at
}
