/** A piece of text, or a link with its checked address. */
export interface Piece {
  text: string
  href?: string
}

const address = /\bhttps?:\/\/[^\s<>"'`]{1,2000}/g
const trailing = /[.,;:!?)\]}»”’]+$/

/**
 * Cuts plain text into text and links. Only whole `http(s)` addresses that parse become links;
 * the view escapes every piece, so nothing here is ever markup.
 */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  let end = 0
  for (const match of text.matchAll(address)) {
    const shown = match[0].replace(trailing, '')
    if (!isWebAddress(shown)) continue
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) })
    pieces.push({ text: shown, href: shown })
    end = match.index + shown.length
  }
  if (end < text.length) pieces.push({ text: text.slice(end) })
  return pieces
}

function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return (protocol === 'http:' || protocol === 'https:') && hostname !== ''
}
