import { labelOf } from '../quote/header-block.ts'
import { forwards } from '../quote/language.ts'
import { isTag, textStart, type Node, type Page, type Tag } from './dom.ts'

export interface History {
  /** Nodes that hold quotes, attributions and signatures. */
  folded: Set<Node>
  /** From one node on, everything is history. */
  isStopped: boolean
}

interface Walk extends History {
  isForward: boolean
  quotes: Node[]
  /** Own words and quotes in the order of the page. */
  order: ('own' | 'quote')[]
}

const quoteClasses = [
  'protonmail_quote',
  'tutanota_quote',
  'zmail_extra',
  'moz-cite-prefix',
  'gmail_attr'
]
const signatureMarks = [
  'gmail_signature',
  'moz-signature',
  'protonmail_signature_block',
  'ms-outlook-mobile-signature',
  'AppleMailSignature'
]
const stopIds = ['divRplyFwdMsg', 'appendonsend', 'OLK_SRC_BODY_SECTION', 'stopSpelling']

/** Finds what mail programs mark as history in their HTML. */
export function findHistory(page: Page, isForward: boolean): History {
  const walk: Walk = { folded: new Set(), isStopped: false, isForward, quotes: [], order: [] }
  visit(walk, page)
  if (isInline(walk.order)) for (const quote of walk.quotes) walk.folded.delete(quote)
  return walk
}

function visit(walk: Walk, parent: Page | Tag): void {
  for (const child of parent.children) {
    if (walk.isStopped) walk.folded.add(child)
    else if (isTag(child)) visitTag(walk, child)
    else if (child.type === 'text' && 'data' in child && child.data.trim() !== '')
      walk.order.push('own')
  }
}

function visitTag(walk: Walk, tag: Tag): void {
  if (isStop(walk, tag)) {
    walk.folded.add(tag)
    walk.isStopped = true
  } else if (isCite(tag)) {
    walk.folded.add(tag)
    walk.quotes.push(tag)
    walk.order.push('quote')
  } else if (isForwardOf(tag)) walk.order.push('own')
  else if (isMarked(tag)) walk.folded.add(tag)
  else visit(walk, tag)
}

const isCite = (tag: Tag): boolean =>
  tag.name === 'blockquote' &&
  (tag.attribs.type?.toLowerCase() === 'cite' || hasClass(tag, 'gmail_quote'))

/** A gmail_quote can hold a forwarded message instead of a quote; then it is what the mail is about. */
function isForwardOf(tag: Tag): boolean {
  if (!hasClass(tag, 'gmail_quote')) return false
  const start = textStart(tag, 120).toLowerCase()
  return forwards.some(words => start.includes(words))
}

function isMarked(tag: Tag): boolean {
  const { id = '', class: classes = '' } = tag.attribs
  if (id.includes('yahoo_quoted') || classes.includes('yahoo_quoted')) return true
  if (id === 'mail-editor-reference-message-container') return true
  if (id === 'Signature' || signatureMarks.includes(id)) return true
  return (
    quoteClasses.some(name => hasClass(tag, name)) ||
    signatureMarks.some(name => hasClass(tag, name))
  )
}

function isStop(walk: Walk, tag: Tag): boolean {
  if (walk.isForward) return false
  return stopIds.includes(tag.attribs.id ?? '') || isOutlookHeader(tag)
}

/** Outlook on a desktop draws a line above its header block and gives it no name. */
function isOutlookHeader(tag: Tag): boolean {
  const style = tag.attribs.style?.toLowerCase() ?? ''
  if (tag.name !== 'div' || !style.includes('border-top') || !style.includes('solid')) return false
  return labelOf(textStart(tag, 200).trimStart())?.kind === 'from'
}

/** Quote, answer, quote, answer: folding the questions would make the answers meaningless. */
function isInline(order: ('own' | 'quote')[]): boolean {
  const asked = order.indexOf('quote')
  const answered = asked < 0 ? -1 : order.indexOf('own', asked)
  return answered > 0 && order.includes('quote', answered)
}

const hasClass = (tag: Tag, name: string): boolean =>
  ` ${tag.attribs.class ?? ''} `.includes(` ${name} `)
