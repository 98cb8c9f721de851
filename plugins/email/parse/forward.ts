import type { Identity } from 'sapa/plugin-api'
import { decodeMail, type Mail, type Mailbox } from './decode.ts'
import { prune, readPage, render } from './html/dom.ts'
import { findHidden } from './html/hidden.ts'
import { pageLines } from './html/lines.ts'
import { keep, stripPage } from './html/strip.ts'
import { labelOf } from './quote/header-block.ts'
import { forwards } from './quote/language.ts'
import { linesOf, unquoted } from './quote/lines.ts'
import { signatureStart } from './quote/signature.ts'
import { findSplitter } from './quote/splitter.ts'
import { isBomb } from './refuse.ts'
import { claimed } from './sender.ts'
import { isForwardSubject, stripSubject } from './subject.ts'

export interface Forwarded {
  from: Identity
  subject?: string
  /** What the forwarder wrote above. */
  note?: string
  text: string
  html?: string
}

interface Found {
  start: number
  bodyAt: number
  from: Mailbox
  subject?: string
}

/** Takes a forwarded mail apart: who wrote it, what they wrote, and the note above it. */
export async function readForward(mail: Mail): Promise<Forwarded | null> {
  const isForward = isForwardSubject(mail.subject)
  if (!isForward && !namesForward(mail.text.trim() === '' ? mail.html : mail.text)) return null
  return inlineForward(mail, isForward) ?? (isForward ? attachedForward(mail) : null)
}

/** Saves reading the page of every mail a second time. */
function namesForward(source: string): boolean {
  const words = source.toLowerCase()
  return forwards.some(forward => words.includes(forward))
}

function inlineForward(mail: Mail, isForward: boolean): Forwarded | null {
  const page = mail.html ? readPage(mail.html) : null
  if (page) prune(page, findHidden(page))
  const pageText = page ? pageLines(page) : []
  const lines =
    mail.text.trim() !== ''
      ? linesOf(mail.text)
      : linesOf(pageText.map(line => line.text).join('\n'))
  const found = findForward(lines, isForward)
  if (!found) return null

  const inPage = findForward(linesOf(pageText.map(line => line.text).join('\n')), isForward)
  if (page && inPage) keep(page, pageText, inPage.bodyAt, pageText.length)
  const note = lines
    .slice(0, signatureStart(lines, 0, found.start))
    .join('\n')
    .trim()
  const subject = found.subject ?? stripSubject(mail.subject)
  return {
    from: claimed(found.from),
    ...(subject !== '' && { subject }),
    ...(note !== '' && { note }),
    text: bodyLines(lines.slice(found.bodyAt)).join('\n').trim(),
    ...(page && inPage && { html: render(page) })
  }
}

/** A whole mail attached: its own head says who wrote it. */
async function attachedForward(mail: Mail): Promise<Forwarded | null> {
  const attached = mail.parts.filter(part => part.mime === 'message/rfc822')
  if (attached.length !== 1) return null
  const source = attached[0]!.content
  if (isBomb(source)) return null
  const inner = await decodeMail(source)
  const from = inner.from[0]
  if (!from) return null
  const page = inner.html ? stripPage(inner.html, true) : null
  const note = mail.text.trim()
  return {
    from: claimed(from),
    ...(inner.subject !== '' && { subject: inner.subject }),
    ...(note !== '' && { note }),
    text: inner.text.trim() || (page?.text ?? ''),
    ...(page && { html: page.html })
  }
}

function findForward(lines: string[], isForward: boolean): Found | null {
  const splitter = findSplitter(lines, isForward)
  if (splitter?.kind !== 'forward') return null
  const head = readQuotedHead(lines, nextWritten(lines, splitter.end))
  return head && { ...head, start: splitter.start }
}

/** Reads "Dari: … / Tanggal: … / Subjek: …" up to the blank line or the first line that is no label. */
function readQuotedHead(lines: string[], start: number): Omit<Found, 'start'> | null {
  let from: Mailbox | null = null
  let subject: string | undefined
  let at = start
  for (; at < lines.length && at < start + 20; at += 1) {
    const label = labelOf(lines[at]!)
    // An address that was too long for its line goes on below.
    if (!label && (unquoted(lines[at]!) === '' || !isContinued(lines, at))) break
    if (label?.kind === 'from') from ??= mailboxIn(label.value || unquoted(lines[at + 1] ?? ''))
    if (label?.kind === 'subject') subject ??= label.value
  }
  return from && { bodyAt: at, from, ...(subject && { subject }) }
}

const isContinued = (lines: string[], at: number): boolean =>
  labelOf(lines[at - 1] ?? '') !== null && labelOf(lines[at + 1] ?? '') !== null

function mailboxIn(value: string): Mailbox | null {
  const match = /[^\s<>,;:"()[\]]{1,64}@[^\s<>,;:"()[\]]{1,255}/.exec(value)
  if (!match) return null
  const name = value
    .slice(0, match.index)
    .replace(/mailto:|[<>"'[\]()]/gi, '')
    .trim()
  return { address: match[0], ...(name !== '' && { name }) }
}

/** Apple marks every line of the forwarded body as quoted. */
function bodyLines(lines: string[]): string[] {
  const written = lines.filter(line => line !== '')
  return written.length > 0 && written.every(line => line.startsWith('>'))
    ? lines.map(unquoted)
    : lines
}

function nextWritten(lines: string[], from: number): number {
  let at = from
  while (at < lines.length && unquoted(lines[at]!) === '') at += 1
  return at
}
