import { findVisible, visibleText } from '../quote/visible.ts'
import { isTag, prune, readPage, render, type Node, type Page, type Tag } from './dom.ts'
import { findHidden } from './hidden.ts'
import { findHistory } from './history.ts'
import { pageLines, type PageLine } from './lines.ts'

export interface StrippedPage {
  /** HTML of what the sender wrote. */
  html: string
  text: string
  /** Text of the whole page. */
  fullText: string
  isFolded: boolean
}

/** Folds history and signature out of a mail's HTML. Null: the HTML is a trap and must not be shown. */
export function stripPage(html: string, isForward: boolean): StrippedPage | null {
  const page = readPage(html)
  if (!page) return null
  prune(page, findHidden(page))
  const full = pageLines(page)

  const { folded, isStopped } = findHistory(page, isForward)
  const hasOwnWords = pageLines(page, folded).some(line => line.text.trim() !== '')
  if (hasOwnWords || !isStopped) prune(page, folded)

  const lines = pageLines(page)
  const visible = findVisible(joined(lines), isForward)
  const isCut = keep(page, lines, visible.from, visible.to)
  return {
    html: render(page),
    text: visibleText(visible),
    fullText: joined(full).trim(),
    isFolded: isCut || folded.size > 0
  }
}

/** Keeps the nodes of lines `from` up to `to`. */
export function keep(page: Page, lines: PageLine[], from: number, to: number): boolean {
  const start = from > 0 ? nodeAt(lines, from) : null
  const end = nodeAt(lines, to)
  if (!start && !end) return false
  const gone = new Set<Node>()
  outside({ gone, start, end, isInside: start === null }, page)
  prune(page, gone)
  return true
}

interface Range {
  gone: Set<Node>
  start: Node | null
  end: Node | null
  isInside: boolean
}

/** Collects what lies before `start` and from `end` on; true when something of `parent` stays. */
function outside(range: Range, parent: Page | Tag): boolean {
  let isKept = false
  for (const child of parent.children) {
    if (child === range.start) range.isInside = true
    if (child === range.end) range.isInside = false
    const stays = isTag(child) && child.children.length > 0 ? outside(range, child) : range.isInside
    if (stays) isKept = true
    else range.gone.add(child)
  }
  return isKept
}

const nodeAt = (lines: PageLine[], from: number): Node | null =>
  lines.slice(from).find(line => line.node !== null)?.node ?? null

const joined = (lines: PageLine[]): string => lines.map(line => line.text).join('\n')
