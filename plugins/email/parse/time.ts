import { all, first, type HeaderLine } from './head.ts'

const day = 86_400_000

/**
 * When the mail was written. A date that cannot be read, or lies after the arrival, gives way to the time
 * of arrival: `received` of the raw item, else what the nearest server stamped.
 */
export function writtenAt(head: HeaderLine[], received: string | undefined): number {
  const arrived = read(received) ?? stamped(head)
  const written = read(first(head, 'date'))
  if (written === null) return arrived ?? 0
  return arrived !== null && written > arrived + day ? arrived : written
}

function stamped(head: HeaderLine[]): number | null {
  const [nearest = ''] = all(head, 'received')
  return read(nearest.split(';').at(-1))
}

function read(value: string | undefined): number | null {
  if (!value || value.length > 100) return null
  const at = /^\d{12,14}$/.test(value) ? Number(value) : Date.parse(value)
  return Number.isFinite(at) && at > 0 ? at : null
}
