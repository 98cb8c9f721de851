import { Transform } from 'node:stream'
import type {
  AddressObject,
  AttachmentStream,
  EmailAddress,
  Headers,
  MessageText
} from 'mailparser'
import { decodeLoosely, LooseDecoder } from './charset.ts'
import { unflow } from './flowed.ts'
import { headLength } from './head.ts'

export interface Mailbox {
  address: string
  name?: string
}

export interface Part {
  mime: string
  content: Uint8Array
  filename?: string
  /** Content-ID without brackets. */
  id?: string
}

/** A mail with charsets, encodings and parts undone. */
export interface Mail {
  subject: string
  from: Mailbox[]
  replyTo: Mailbox[]
  to: Mailbox[]
  cc: Mailbox[]
  /** Joined text/plain parts. */
  text: string
  /** Joined HTML parts, text parts between them included. */
  html: string
  /** Text stands beside HTML, not as its alternative: only the HTML is the whole. */
  isMixed: boolean
  parts: Part[]
}

const maxMailboxes = 500

/** mailparser is loaded here and not at the top: importing this module must stay free. */
export async function decodeMail(raw: Uint8Array): Promise<Mail> {
  const { MailParser } = await import('mailparser')
  const parser = looseParser(MailParser as unknown as ParserClass)
  return gather(parser, withReadableHead(raw))
}

function gather(parser: ParserInternals, raw: Buffer): Promise<Mail> {
  return new Promise((resolve, reject) => {
    let headers: Headers = new Map()
    let body: MessageText | null = null
    const parts: Part[] = []
    parser.on('error', reject)
    parser.on('headers', (found: Headers) => (headers = found))
    parser.on('data', (chunk: AttachmentStream | MessageText) => {
      if (chunk.type === 'attachment') takePart(chunk, parts)
      else body = chunk
    })
    parser.once('end', () => resolve(mailOf(headers, body, parts, isMixed(parser.tree, false))))
    parser.end(raw)
  })
}

function takePart(chunk: AttachmentStream, parts: Part[]): void {
  const gathered: Buffer[] = []
  const content = chunk.content as Transform
  content.on('data', (bytes: Buffer) => gathered.push(bytes))
  content.once('end', () => {
    parts.push({
      mime: typeOf(chunk),
      content: new Uint8Array(Buffer.concat(gathered)),
      ...(chunk.filename && { filename: chunk.filename }),
      ...(chunk.cid && { id: chunk.cid })
    })
    chunk.release()
  })
}

/** A cut or empty Content-Type comes as `false`, whatever the types say. */
function typeOf({ contentType }: { contentType: string | false }): string {
  const type = (contentType || '').toLowerCase()
  return /^[\w.+-]{1,80}\/[\w.+-]{1,80}$/.test(type) ? type : 'application/octet-stream'
}

function mailOf(headers: Headers, body: MessageText | null, parts: Part[], mixed: boolean): Mail {
  const subject = headers.get('subject')
  return {
    subject:
      typeof subject === 'string' ? subject.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim() : '',
    from: mailboxes(headers.get('from')),
    replyTo: mailboxes(headers.get('reply-to')),
    to: mailboxes(headers.get('to')),
    cc: mailboxes(headers.get('cc')),
    text: body?.text ?? '',
    html: typeof body?.html === 'string' ? body.html : '',
    isMixed: mixed,
    parts
  }
}

function mailboxes(value: unknown): Mailbox[] {
  const lists = (Array.isArray(value) ? value : value ? [value] : []) as AddressObject[]
  const flat = lists.flatMap(list => list.value ?? []).flatMap(entry => entry.group ?? [entry])
  return flat.slice(0, maxMailboxes).flatMap(entry => mailboxOf(entry) ?? [])
}

function mailboxOf(entry: EmailAddress): Mailbox | null {
  const address = entry.address?.trim() ?? ''
  if (!/^[^\s@<>]{1,64}@[^\s@<>]{1,255}$/.test(address)) return null
  const name = entry.name
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, 200)
  return { address, ...(name && { name }) }
}

/** Raw 8-bit headers that are no UTF-8 would lose their letters. */
function withReadableHead(raw: Uint8Array): Buffer {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
  const head = bytes.subarray(0, headLength(raw))
  const readable = Buffer.from(decodeLoosely(head), 'utf8')
  return readable.equals(head) ? bytes : Buffer.concat([readable, bytes.subarray(head.length)])
}

interface TreeNode {
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

interface ParserInternals extends Transform {
  tree: TreeNode | false
  getDecoder(): { decodeStream(charset: string): Transform }
  processChunk(chunk: SplitChunk, done: (error?: Error) => void): void
  getTextContent(): MessageText
}

type ParserClass = new (options: object) => ParserInternals

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

/**
 * mailparser reads wrong labels strictly: "us-ascii" with a smart quote gives U+FFFD. Its version is pinned,
 * and the charset tests stand guard over the inner methods used here.
 */
function looseParser(Base: ParserClass): ParserInternals {
  class LooseParser extends Base {
    override getDecoder() {
      const strict = super.getDecoder()
      return {
        decodeStream: (charset: string) =>
          charset === loose ? new LooseDecoder() : known(strict, charset)
      }
    }

    override processChunk(chunk: SplitChunk, done: (error?: Error) => void) {
      if (chunk.type === 'node') prepare(chunk)
      super.processChunk(chunk, done)
    }

    override getTextContent() {
      unflowAll(this.tree)
      return super.getTextContent()
    }
  }
  return new LooseParser({
    keepDeliveryStatus: true,
    skipImageLinks: true,
    skipHtmlToText: true,
    skipTextLinks: true,
    ignoreEmbedded: true,
    maxHeadSize: 256 * 1024,
    checksumAlgo: 'sha1'
  })
}

function prepare(chunk: SplitChunk): void {
  if (isLoose(chunk.charset)) chunk.charset = loose
  chunk.wasFlowed = chunk.flowed === true
  chunk.flowed = false
}

function unflowAll(node: TreeNode | false): void {
  if (!node) return
  if (node.textContent && node.contentType === 'text/plain' && node.node?.wasFlowed) {
    node.textContent = unflow(node.textContent, node.node.delSp === true)
  }
  for (const child of node.children) unflowAll(child)
}

function known(strict: { decodeStream(charset: string): Transform }, charset: string): Transform {
  try {
    return strict.decodeStream(charset)
  } catch {
    // A label nobody knows says nothing.
    return new LooseDecoder()
  }
}

const isLoose = (charset: string | false | undefined): boolean =>
  looseLabels.has((charset || '').toLowerCase().replace(/[^a-z0-9]/g, ''))

function isMixed(node: TreeNode | false, isAlternative: boolean): boolean {
  if (!node) return false
  const texts = countTexts(node, isAlternative)
  return texts.html > 0 && texts.plain > 0
}

/** Text and HTML parts that are nobody's alternative. */
function countTexts(node: TreeNode, isAlternative: boolean): { plain: number; html: number } {
  const found = { plain: 0, html: 0 }
  const below = isAlternative || node.contentType === 'multipart/alternative'
  if (!below && node.textContent?.trim()) {
    if (node.contentType === 'text/plain') found.plain += 1
    if (node.contentType === 'text/html') found.html += 1
  }
  for (const child of node.children) {
    const inner = countTexts(child, below)
    found.plain += inner.plain
    found.html += inner.html
  }
  return found
}
