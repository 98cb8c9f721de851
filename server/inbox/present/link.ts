import type { Mark } from '../../conversation/preview/marks.ts'

/** A piece of text, or a link with its checked address. */
export interface Piece {
  text: string
  href?: string
  /** How it looks. */
  marks?: readonly Mark[]
  /** Quoted lines, in place of a text. */
  quote?: Piece[]
}

const address = /\bhttps?:\/\/[^\s<>"'`]{1,2000}/g
const trailing = new Set('.,;:!?)]}»”’')

/**
 * Cuts plain text into text and links. Only whole `http(s)` addresses that parse become links;
 * the view escapes every piece, so nothing here is ever markup.
 */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  let end = 0
  for (const match of text.matchAll(address)) {
    const shown = withoutTrail(match[0])
    if (!isWebAddress(shown)) continue
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) })
    pieces.push({ text: shown, href: shown })
    end = match.index + shown.length
  }
  if (end < text.length) pieces.push({ text: text.slice(end) })
  return pieces
}

/** By hand: a pattern that ends in `$` is tried at every sign, which takes seconds for a hostile text. */
function withoutTrail(text: string): string {
  let end = text.length
  while (end > 0 && trailing.has(text.charAt(end - 1))) end--
  return text.slice(0, end)
}

export function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return (protocol === 'http:' || protocol === 'https:') && hostname !== ''
}
