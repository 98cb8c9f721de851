import type { Mail } from './decode.ts'
import { stripPage, type StrippedPage } from './html/strip.ts'
import { findVisible, visibleText } from './quote/visible.ts'
import { isForwardSubject } from './subject.ts'

/** Characters that a message's whole text and page may have; `attachment.ts` keeps longer ones as files. */
export const maxText = 1_000_000
export const maxHtml = 3_000_000

export interface Body {
  text: string
  fullText?: string
  html?: string
  fullHtml?: string
}

/** What the sender wrote, and the whole when that is more. */
export function bodyOf(mail: Mail): Body {
  const isForward = isForwardSubject(mail.subject)
  const page = mail.html.trim() !== '' ? stripPage(mail.html, isForward) : null
  const isPlain = mail.text.trim() !== '' && !(mail.isMixed && page)
  const text = isPlain ? plainText(mail.text, isForward, page) : (page?.text ?? '')
  const fullText = isPlain ? mail.text.trim() : (page?.fullText ?? '')
  return {
    text: text.replace(/\n{3,}/g, '\n\n'),
    ...(fullText !== text && { fullText: fullText.slice(0, maxText) }),
    ...(page && { html: page.html }),
    ...(page?.isFolded && { fullHtml: mail.html.slice(0, maxHtml) })
  }
}

/** The text part can hide all (a bottom post without marks) where the HTML still shows the answer. */
function plainText(text: string, isForward: boolean, page: StrippedPage | null): string {
  return visibleText(findVisible(text, isForward)) || (page?.text ?? '')
}
