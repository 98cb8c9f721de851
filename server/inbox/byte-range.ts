/** Inclusive on both ends, as HTTP counts. */
export interface ByteRange {
  start: number
  end: number
}

/**
 * What a `Range` header asks for of `size` bytes. Null: all of it, also for what need not be understood (several
 * ranges, other units). `none`: nothing of it is there.
 */
export function byteRange(header: string | undefined, size: number): ByteRange | 'none' | null {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? []
  if (from === undefined || to === undefined || (from === '' && to === '')) return null
  const last = size - 1
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const end = from === '' || to === '' ? last : Math.min(Number(to), last)
  if (from !== '' && to !== '' && Number(to) < Number(from)) return null
  return start > last || (from === '' && Number(to) === 0) ? 'none' : { start, end }
}
