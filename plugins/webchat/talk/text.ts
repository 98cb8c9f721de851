import { Refusal } from '../refusal.ts'

export const textLength = 4_000

/** Embeddings and overrides of direction, with which a text can pretend to be another one. */
const turning = /[\u202a-\u202e\u2066-\u2069]/g
// oxlint-disable-next-line no-control-regex -- that is what is taken out
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufeff\ufffe\uffff]/g

/** What may be kept of a text of several lines. */
export function cleanText(text: string): string {
  // A half of a character would make the whole text unreadable to others.
  return Buffer.from(text)
    .toString()
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll(controls, '')
    .replaceAll(turning, '')
    .replaceAll(/\n{4,}/g, '\n\n\n')
    .trim()
}

/** What may be kept of a name or a title. */
export function cleanLine(text: string, most: number): string {
  const line = cleanText(text).replaceAll(/\s+/g, ' ')
  return [...line].slice(0, most).join('').trim()
}

/** A message's text. Throws when it is too long. */
export function messageText(given: unknown): string {
  if (given !== undefined && typeof given !== 'string') throw new Refusal('invalid')
  const text = cleanText(given ?? '')
  if ([...text].length > textLength) throw new Refusal('too_long')
  return text
}

/** An address of a page, without what stands before the host or behind the hash. */
export function pageUrl(given: unknown): string | null {
  if (typeof given !== 'string' || given.length > 2_000 || !URL.canParse(given)) return null
  const url = new URL(given)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null
  url.username = url.password = url.hash = ''
  return url.href
}
