import type { Transform } from 'node:stream'
import type {
  AddressObject,
  AttachmentStream,
  EmailAddress,
  Headers,
  MessageText
} from 'mailparser'
import { decodeLoosely } from './charset.ts'
import { headLength } from './head.ts'
import { looseParser, type Parser, type ParserClass, type TreeNode } from './loose-parser.ts'

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

let parserClass: Promise<ParserClass> | undefined

const options = {
  keepDeliveryStatus: true,
  skipImageLinks: true,
  skipHtmlToText: true,
  ignoreEmbedded: true,
  maxHeadSize: 256 * 1024
}

/** mailparser is loaded at the first mail, and its class made once: a class per mail costs a millisecond. */
export async function decodeMail(raw: Uint8Array): Promise<Mail> {
  parserClass ??= import('mailparser').then(({ MailParser }) =>
    looseParser(MailParser as unknown as ParserClass)
  )
  const Parser = await parserClass
  const source = withReadableHead(raw)
  const mail = await gather(new Parser({ ...options, isLoose: false }), source)
  const isGarbled = mail.text.includes('\uFFFD') || mail.html.includes('\uFFFD')
  return isGarbled ? gather(new Parser({ ...options, isLoose: true }), source) : mail
}

function gather(parser: Parser, raw: Buffer): Promise<Mail> {
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
