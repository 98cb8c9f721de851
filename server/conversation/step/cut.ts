import { createRequire } from 'node:module'
import { listMarked, type Span } from './marked.ts'
import type { ChannelCapabilities } from '../../plugin-api/channel.ts'

export interface Cuttable {
  text: string
  /** Sanitised. */
  html?: string | undefined
  attachments: CuttableFile[]
}

export interface CuttableFile {
  id: number
  size: number
  inlineId?: string | null
}

/** One request's worth of words and files. */
export interface Piece {
  text: string
  html?: string
  attachmentIds: number[]
}

type Limits = Pick<ChannelCapabilities, 'text' | 'attachments'>

/** Cuts a message into what the channel can take at a time. Files that never fit are not in it: see `tooLarge`. */
export function cut(message: Cuttable, limits: Limits): Piece[] {
  const isRich = limits.text.format === 'html'
  const text = message.text || (isRich ? '' : plainText(message.html ?? ''))
  const texts = splitText(text, limits.text.maxLength, limits.text.format === 'markdown')
  // Half a document is no document: a text that must be split goes without its form.
  const html = isRich && texts.length <= 1 ? message.html : undefined
  const groups = groupFiles(message.attachments, limits.attachments)
  const parts: Piece[] = texts.map(piece => ({ text: piece, attachmentIds: [] }))
  if (parts.length === 0 && (html || groups.length === 0 || limits.attachments.withText)) {
    parts.push({ text: '', attachmentIds: [] })
  }
  if (html && parts[0]) parts[0].html = html
  const last = parts.at(-1)
  const { withText, maxText = Infinity } = limits.attachments
  if (last && withText && last.text.length <= maxText) last.attachmentIds = groups.shift() ?? []
  return [...parts, ...groups.map(attachmentIds => ({ text: '', attachmentIds }))]
}

/** Files that this channel can never carry. */
export function tooLarge<File extends CuttableFile>(files: File[], limits: Limits): File[] {
  const { perStep, maxBytes } = limits.attachments
  return files.filter(file => perStep === 0 || file.size > maxBytes)
}

/** At paragraphs, lines, sentences or words, in this order of preference; never inside a character. */
export function splitText(text: string, maxLength: number, isMarked = false): string[] {
  const pieces: string[] = []
  let rest = text
  while (rest.length > maxLength) {
    const end = cutAt(rest, maxLength, isMarked ? listMarked(rest, maxLength) : [])
    pieces.push(rest.slice(0, end).trimEnd())
    rest = rest.slice(end).trimStart()
  }
  if (rest !== '') pieces.push(rest)
  return pieces
}

function cutAt(text: string, maxLength: number, marked: readonly Span[]): number {
  const head = text.slice(0, maxLength + 1)
  for (const border of ['\n\n', '\n', '. ', ' ']) {
    const found = lastBorder(head, border, marked)
    // An early border would leave a stub; the next kind of border may come later.
    if (found >= maxLength / 2) return border === '. ' ? found + 1 : found
  }
  const space = lastBorder(head, ' ', marked)
  if (space > 0) return space
  const end = wholeCharacters(text, maxLength)
  const span = marked.find(one => one.start < end && end < one.end)
  if (!span) return end
  // What is marked and too long for one message has to be cut somewhere.
  return span.start > 0 ? span.start : cutAt(text, maxLength, [])
}

/** The last one that parts nothing marked. */
function lastBorder(head: string, border: string, marked: readonly Span[]): number {
  let found = head.lastIndexOf(border)
  while (found > 0) {
    const at = border === '. ' ? found + 1 : found
    const span = marked.find(({ start, end }) => start < at && at < end)
    if (!span) return found
    found = span.start === 0 ? -1 : head.lastIndexOf(border, span.start - 1)
  }
  return found
}

/** The longest beginning that ends between two characters as a reader sees them. */
function wholeCharacters(text: string, maxLength: number): number {
  let end = 0
  for (const { index, segment } of graphemes.segment(text.slice(0, maxLength + 64))) {
    if (index + segment.length > maxLength) break
    end = index + segment.length
  }
  return end || maxLength
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

function groupFiles(files: CuttableFile[], limits: ChannelCapabilities['attachments']): number[][] {
  const groups: { ids: number[]; bytes: number }[] = []
  for (const file of files) {
    const last = groups.at(-1)
    const fits =
      last && last.ids.length < limits.perStep && last.bytes + file.size <= limits.maxBytes
    if (fits) {
      last.ids.push(file.id)
      last.bytes += file.size
    } else groups.push({ ids: [file.id], bytes: file.size })
  }
  return groups.map(group => group.ids)
}

/** The text of a message that was written as HTML only. */
export function plainText(html: string): string {
  if (html === '') return ''
  // Few replies have no text of their own: the library comes when the first one does.
  const { convert } = load('html-to-text') as typeof import('html-to-text')
  return convert(html, { wordwrap: false })
}

const load = createRequire(import.meta.url)
