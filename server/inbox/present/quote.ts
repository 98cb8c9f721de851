import { glimpse } from '../../conversation/preview/glimpse.ts'
import { preview } from '../../conversation/preview/preview.ts'
import { cleanName } from '../../customer/normalise.ts'
import type { Translator } from '../../i18n/words.ts'
import type { MessageEntry } from '../timeline/entry.ts'
import { nameOf } from './event.ts'
import { previewText } from './preview-text.ts'
import type { ListedQuote } from '../timeline/quoted.ts'

/** What a message answers. */
export interface ShownQuote {
  /** Null: only its words are known. */
  id: number | null
  author: string | null
  text: string
}

/** The words that the writer picked out win over those of the whole message. */
export function presentQuote(
  { quote, headers }: MessageEntry,
  words: Translator
): ShownQuote | null {
  const picked = preview(headers.quote ?? '')
  if (quote === null) return picked === '' ? null : { id: null, author: null, text: picked }
  const author = quote.headers.member ?? nameOf(quote.author, words)
  const text = quote.isGone ? words.t('message.gone_ours') : picked || wordsOf(quote, words)
  return { id: quote.id, author: cleanName(author), text }
}

/** A message without words is called by what it is. */
export function wordsOf(
  { text, headers, fileKind }: Pick<ListedQuote, 'text' | 'headers' | 'fileKind'>,
  words: Translator
): string {
  const files = fileKind ? [{ kind: fileKind, filename: '' }] : []
  const { preview: line, preview_what: what } = glimpse({ text, headers, files })
  return previewText({ preview: line, what }, words) || words.t('message.nameless')
}
