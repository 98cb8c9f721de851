import { headLength } from './head.ts'

const maxHeadBytes = 256 * 1024
const maxBoundaries = 300
const maxParts = 1_000
const maxBoundaryLength = 200

/** A mail built to exhaust its reader. It stays in the journal with this reason. */
export class MailTooComplex extends Error {
  override name = 'MailTooComplex'
}

/**
 * Counts headers, boundaries and parts with one cheap pass over the bytes, before anything builds a tree
 * from them. Each level of nesting needs a boundary, so their number caps the depth.
 */
export function refuseBomb(raw: Uint8Array): void {
  if (headLength(raw) > maxHeadBytes) throw new MailTooComplex('The head of this mail is too long')

  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1')
  const boundaries = findBoundaries(text)
  if (boundaries.size > maxBoundaries) throw new MailTooComplex('This mail is nested too deeply')
  if (boundaries.size > 0) refuseParts(text, boundaries)
}

export function isBomb(raw: Uint8Array): boolean {
  try {
    refuseBomb(raw)
    return false
  } catch {
    return true
  }
}

function findBoundaries(text: string): Set<string> {
  const boundaries = new Set<string>()
  for (const match of text.matchAll(
    /\bboundary(?:\*0?\*?)?[ \t]*=[ \t]*(?:"([^"\r\n]{1,200})|([^\s";]{1,200}))/gi
  )) {
    boundaries.add((match[1] ?? match[2])!.trimEnd())
    if (boundaries.size > maxBoundaries) break
  }
  return boundaries
}

function refuseParts(text: string, boundaries: Set<string>): void {
  let parts = 0
  for (
    let at = text.startsWith('--') ? 0 : nextDelimiter(text, 0);
    at >= 0;
    at = nextDelimiter(text, at)
  ) {
    const stop = text.indexOf('\n', at)
    const line = text
      .slice(at + 2, Math.min(stop < 0 ? text.length : stop, at + 2 + maxBoundaryLength + 4))
      .trimEnd()
    if (boundaries.has(line)) parts += 1
    if (parts > maxParts) throw new MailTooComplex('This mail has too many parts')
  }
}

function nextDelimiter(text: string, from: number): number {
  const at = text.indexOf('\n--', from)
  return at < 0 ? -1 : at + 1
}
