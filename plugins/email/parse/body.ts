import type { Mail } from './decode.ts'
import { stripPage, type StrippedPage } from './html/strip.ts'
import { findVisible, visibleText } from './quote/visible.ts'
import { isForwardSubject } from './subject.ts'

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
    ...(fullText !== text && { fullText }),
    ...(page && { html: page.html }),
    ...(page?.isFolded && { fullHtml: mail.html })
  }
}

/** The text part can hide all (a bottom post without marks) where the HTML still shows the answer. */
function plainText(text: string, isForward: boolean, page: StrippedPage | null): string {
  return visibleText(findVisible(text, isForward)) || (page?.text ?? '')
}
