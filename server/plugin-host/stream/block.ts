import type { EventStream } from '../../plugin-api/stream.ts'

/** One event as it goes over the line. Throws for what would break out of its line. */
export function blockOf({ id, name, data }: Parameters<EventStream['send']>[0]): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data)
  if (typeof text !== 'string') throw new TypeError('the data of an event is a text or an object')
  const head = lineOf('event', name) + lineOf('id', id)
  return `${head}data: ${text.replace(/\r\n|[\r\n]/g, '\ndata: ')}\n\n`
}

function lineOf(field: string, value: string | undefined): string {
  if (value === undefined) return ''
  // oxlint-disable-next-line no-control-regex
  if (/[\r\n\0]/.test(value)) throw new TypeError(`the ${field} of an event is one line`)
  return `${field}: ${value}\n`
}
