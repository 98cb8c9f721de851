import type { Transform } from 'node:stream'
import type { MessageText } from 'mailparser'
import { LooseDecoder } from './charset.ts'
import { unflow } from './flowed.ts'

/** What is used of mailparser's inside. Its version is pinned, and the charset tests stand guard. */
export interface Parser extends Transform {
  tree: TreeNode | false
  options: ParserOptions
  getDecoder(): Decoder
  processChunk(chunk: SplitChunk, done: (error?: Error) => void): void
  getTextContent(): MessageText
  textToHtml(text: string): string
}

export type ParserClass = new (options: ParserOptions) => Parser

export interface ParserOptions {
  [name: string]: unknown
  /** Read labels like "us-ascii" as what the bytes are. Costs a stream per part, so it is the second try. */
  isLoose: boolean
}

export interface TreeNode {
  node?: SplitChunk
  contentType?: string | false
  textContent?: string
  children: TreeNode[]
}

interface SplitChunk {
  type: string
  charset?: string | false
  flowed?: boolean
  delSp?: boolean
  wasFlowed?: boolean
}

interface Decoder {
  decodeStream(charset: string): Transform
}

const loose = 'x-loose'
const looseLabels = new Set([
  '',
  'ascii',
  'usascii',
  'ansix341968',
  'utf8',
  'unknown8bit',
  'xunknown'
])

/** mailparser with three habits changed: wrong charset labels, format=flowed, and how text becomes HTML. */
export function looseParser(Base: ParserClass): ParserClass {
  return class extends Base {
    override getDecoder() {
      const strict = super.getDecoder()
      return { decodeStream: (charset: string) => decoderOf(strict, charset, this.options) }
    }

    override processChunk(chunk: SplitChunk, done: (error?: Error) => void) {
      if (chunk.type === 'node') prepare(chunk, this.options)
      super.processChunk(chunk, done)
    }

    override getTextContent() {
      unflowAll(this.tree)
      return super.getTextContent()
    }

    override textToHtml(text: string) {
      return `<p>${text.replace(/[&<>"]/g, escaped).replaceAll('\n', '<br>')}</p>`
    }
  }
}

function prepare(chunk: SplitChunk, options: ParserOptions): void {
  if (options.isLoose && isLoose(chunk.charset)) chunk.charset = loose
  chunk.wasFlowed = chunk.flowed === true
  chunk.flowed = false
}

const isLoose = (charset: string | false | undefined): boolean =>
  looseLabels.has((charset || '').toLowerCase().replace(/[^a-z0-9]/g, ''))

function decoderOf(strict: Decoder, charset: string, options: ParserOptions): Transform {
  if (charset === loose) return new LooseDecoder()
  try {
    return strict.decodeStream(charset)
  } catch (error) {
    if (!options.isLoose) throw error
    // A label nobody knows says nothing.
    return new LooseDecoder()
  }
}

function unflowAll(node: TreeNode | false): void {
  if (!node) return
  if (node.textContent && node.contentType === 'text/plain' && node.node?.wasFlowed) {
    node.textContent = unflow(node.textContent, node.node.delSp === true)
  }
  for (const child of node.children) unflowAll(child)
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (character: string): string => entities[character]!
