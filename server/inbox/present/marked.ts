import { readMarks, type Run } from '../../conversation/preview/marks.ts'
import { isWebAddress, piecesOf, type Piece } from './link.ts'

/** The pieces of a text whose marks stand for looks, as its customer sees it. */
export function markedPiecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  let isAfterBlock = false
  for (const run of readMarks(text)) {
    const isQuote = run.marks.includes('quote')
    const last = pieces.at(-1)
    // What stands as a block ends its line by itself.
    const shown = isAfterBlock && !isQuote ? { ...run, text: run.text.replace(/^\n/, '') } : run
    if (isQuote && last?.quote) last.quote.push(...linked(shown))
    else if (isQuote) pieces.push({ text: '', quote: linked(shown) })
    else if (shown.text !== '') pieces.push(...linked(shown))
    isAfterBlock = isQuote || run.marks.includes('block')
  }
  return pieces
}

function linked({ text, marks: all, href }: Run): Piece[] {
  const marks = all.filter(mark => mark !== 'quote')
  if (href !== undefined && isWebAddress(href)) return [{ text, marks, href }]
  const isCode = marks.includes('code') || marks.includes('block')
  return isCode ? [{ text, marks }] : piecesOf(text).map(piece => ({ ...piece, marks }))
}
