import { isTag, type Node, type Page, type Tag } from './dom.ts'

export interface PageLine {
  text: string
  /** The first node that the line's text comes from. */
  node: Node | null
}

interface Writer {
  gone: Set<Node>
  lines: PageLine[]
  text: string
  node: Node | null
  quotes: number
}

const silent = new Set([
  'script',
  'style',
  'head',
  'title',
  'template',
  'noscript',
  'svg',
  'math',
  'object'
])
const paragraphs = new Set([
  'p',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'ul',
  'ol',
  'table',
  'blockquote',
  'pre'
])
const blocks = new Set([
  'div',
  'section',
  'article',
  'header',
  'footer',
  'main',
  'tr',
  'li',
  'dt',
  'dd',
  'form',
  'center',
  'address',
  'body',
  'html',
  'hr',
  'fieldset',
  'figure',
  'aside',
  'nav'
])

/** The page as a reader sees it without the nodes in `gone`; what stands in a blockquote gets a `>`. */
export function pageLines(page: Page, gone: Set<Node> = new Set()): PageLine[] {
  const writer: Writer = { gone, lines: [], text: '', node: null, quotes: 0 }
  for (const child of page.children) write(writer, child)
  endLine(writer)
  return writer.lines
}

function write(writer: Writer, node: Node): void {
  if (writer.gone.has(node)) return
  if (isTag(node)) return writeTag(writer, node)
  if (node.type !== 'text' || !('data' in node)) return
  let text = node.data.replace(/[ \t\r\n\f]+/g, ' ')
  if (text.startsWith(' ') && (writer.text === '' || writer.text.endsWith(' ')))
    text = text.slice(1)
  if (text === '') return
  if (writer.node === null && text.trim() !== '') writer.node = node
  writer.text += text
}

function writeTag(writer: Writer, tag: Tag): void {
  if (silent.has(tag.name)) return
  if (tag.name === 'br') return breakLine(writer)

  const isParagraph = paragraphs.has(tag.name)
  const isQuote = tag.name === 'blockquote'
  edge(writer, tag, isParagraph)
  if (isQuote) writer.quotes += 1
  if (tag.name === 'li') writer.text = '- '
  for (const child of tag.children) write(writer, child)
  if (tag.name === 'td' || tag.name === 'th') writer.text += ' '
  edge(writer, tag, isParagraph)
  if (isQuote) writer.quotes -= 1
}

function edge(writer: Writer, tag: Tag, isParagraph: boolean): void {
  if (!isParagraph && !blocks.has(tag.name)) return
  endLine(writer)
  if (isParagraph && writer.lines.length > 0 && writer.lines.at(-1)!.text !== '') {
    writer.lines.push({ text: '', node: null })
  }
}

function endLine(writer: Writer): void {
  if (writer.text.trim() !== '') breakLine(writer)
  writer.text = ''
  writer.node = null
}

function breakLine(writer: Writer): void {
  const mark = writer.quotes > 0 ? `${'>'.repeat(Math.min(writer.quotes, 9))} ` : ''
  writer.lines.push({ text: (mark + writer.text).trimEnd(), node: writer.node })
  writer.text = ''
  writer.node = null
}
