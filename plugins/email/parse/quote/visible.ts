import { isQuoted, linesOf } from './lines.ts'
import { signatureStart, trimmedEnd } from './signature.ts'
import { findSplitter, type Splitter } from './splitter.ts'

export interface Visible {
  lines: string[]
  /** Visible are lines `from` up to `to`; the rest is history and signature. */
  from: number
  to: number
}

/** Finds what the sender wrote by hand. Linear in the text, whatever the text is. */
export function findVisible(text: string, isForward = false): Visible {
  const lines = linesOf(text)
  const splitter = findSplitter(lines, isForward)
  const range = splitter
    ? besideQuote(lines, splitter)
    : { from: 0, to: beforeTrailingQuote(lines) }
  return { lines, from: range.from, to: signatureStart(lines, range.from, range.to) }
}

export const visibleText = (visible: Visible): string =>
  visible.lines.slice(visible.from, visible.to).join('\n').trim()

function besideQuote(lines: string[], splitter: Splitter): { from: number; to: number } {
  const { start, end, kind } = splitter
  if (kind === 'forward') return { from: 0, to: lines.length }
  const hasBefore = lines.slice(0, start).some(isWritten)
  const after = shapeAfter(lines, end)

  if (kind === 'attribution' && after.hasQuote) {
    if (hasBefore) {
      return { from: 0, to: goesOnBelow(lines, start, after) ? lines.length : start }
    }
    if (after.isMixed) return { from: end, to: lines.length }
    if (after.lastQuote < trimmedEnd(lines, end, lines.length) - 1) {
      return { from: after.lastQuote + 1, to: lines.length }
    }
  }
  // Nothing of their own above: then the "history" is all there is, and hiding it would show an empty mail.
  if (!hasBefore && !after.hasQuote) {
    return { from: kind === 'attribution' ? end : 0, to: lines.length }
  }
  return { from: 0, to: start }
}

interface Shape {
  hasQuote: boolean
  lastQuote: number
  /** Own words stand between quoted lines. */
  isMixed: boolean
  /** Own words stand below the last quoted line; a signature does not count. */
  hasOwnBelow: boolean
}

function shapeAfter(lines: string[], end: number): Shape {
  let lastQuote = -1
  let isMixed = false
  let hasOwn = false
  for (let at = end; at < lines.length; at += 1) {
    const line = lines[at]!
    if (isQuoted(line)) {
      isMixed ||= hasOwn && lastQuote >= 0
      lastQuote = at
    } else if (lastQuote >= 0 && isWritten(line)) hasOwn = true
  }
  const below = lastQuote + 1
  const own = lines.slice(below, signatureStart(lines, below, lines.length))
  const hasOwnBelow =
    own.some(line => isWritten(line) && line !== '--') && own.find(isWritten) !== '--'
  return { hasQuote: lastQuote >= 0, lastQuote, isMixed, hasOwnBelow }
}

/** "Halo kak," or "jawaban saya di bawah" above the quote: the answer itself stands below or between. */
function goesOnBelow(lines: string[], start: number, after: Shape): boolean {
  const above = lines.slice(0, start).join(' ').slice(0, 2_000).toLowerCase().trim()
  const isGreeting = above.length < 40 && /[,!]$/.test(above)
  if (isGreeting) return after.isMixed || after.hasOwnBelow
  return after.isMixed && pointers.some(word => above.includes(word))
}

const pointers = ['di bawah', 'dibawah', 'below', 'inline', 'unten']

function beforeTrailingQuote(lines: string[]): number {
  let to = trimmedEnd(lines, 0, lines.length)
  while (to > 0 && isQuoted(lines[to - 1]!)) to = trimmedEnd(lines, 0, to - 1)
  return lines.slice(0, to).some(isWritten) ? to : lines.length
}

const isWritten = (line: string): boolean => line !== '' && !isQuoted(line)
