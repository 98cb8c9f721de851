import { attributionStart } from './attribution.ts'
import { isHeaderBlock, withRuleAbove } from './header-block.ts'
import { isForwardMarker, isOriginalMarker } from './marker.ts'

/** Where the history begins: lines `start` up to `end` announce it. */
export interface Splitter {
  kind: 'attribution' | 'headers' | 'original'
  start: number
  end: number
}

/** The first place where a program announced a quote. What is forwarded is no quote, so the search ends there. */
export function findSplitter(lines: string[], isForward: boolean): Splitter | null {
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!
    if (line === '') continue
    if (isForwardMarker(line)) return null
    if (isOriginalMarker(line))
      return isForward ? null : { kind: 'original', start: at, end: at + 1 }

    const start = attributionStart(lines, at)
    if (start !== null) return { kind: 'attribution', start, end: at + 1 }
    if (isHeaderBlock(lines, at)) {
      return isForward ? null : { kind: 'headers', start: withRuleAbove(lines, at), end: at + 1 }
    }
  }
  return null
}
