import { attributionStart } from './attribution.ts'
import { isHeaderBlock, withRuleAbove } from './header-block.ts'
import { isQuoted } from './lines.ts'
import { isForwardMarker, isOriginalMarker } from './marker.ts'

/** Where something else than the sender's own words begins: line `start` announces it, line `end` follows. */
export interface Splitter {
  kind: 'attribution' | 'headers' | 'original' | 'forward'
  start: number
  end: number
}

/**
 * The first place where a program announced a quote or a forwarded message. In a mail whose subject says
 * that it forwards, a header block is no history: it is what the mail is about.
 */
export function findSplitter(lines: string[], isForward: boolean): Splitter | null {
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!
    if (line === '') continue
    if (isForwardMarker(line) && !isQuoted(line)) return { kind: 'forward', start: at, end: at + 1 }
    if (isOriginalMarker(line)) {
      return { kind: isForward ? 'forward' : 'original', start: at, end: at + 1 }
    }

    const start = attributionStart(lines, at)
    if (start !== null) return { kind: 'attribution', start, end: at + 1 }
    if (isHeaderBlock(lines, at)) {
      return { kind: isForward ? 'forward' : 'headers', start: withRuleAbove(lines, at), end: at }
    }
  }
  return null
}
