import { plainWords } from './marks.ts'
import { preview } from './preview.ts'
import type { Attachment, MessageHeaders, PreviewWhat } from '../table.ts'

export interface Glimpse {
  preview: string
  /** What it is, when it is no text; its words come from the reader's language. */
  preview_what: PreviewWhat | null
}

interface Said {
  text: string
  subject?: string | null | undefined
  headers?: MessageHeaders | undefined
  isDeleted?: boolean
  files?: readonly Pick<Attachment, 'kind' | 'filename'>[] | undefined
}

/** What a list shows of a message: its text, else what it is and what that is called. */
export function glimpse({ text, subject, headers = {}, isDeleted, files = [] }: Said): Glimpse {
  if (isDeleted) return { preview: '', preview_what: 'removed' }
  const line = preview(shownWords({ text, headers }) || subject || '')
  if (line !== '') return { preview: line, preview_what: null }
  const [card] = headers.cards ?? []
  if (card) return { preview: preview(nameOf(card)), preview_what: card.kind }
  const [file] = files
  if (file) return { preview: file.kind === 'file' ? file.filename : '', preview_what: file.kind }
  const isUnsupported = headers.unsupported !== undefined
  return { preview: '', preview_what: isUnsupported ? 'unsupported' : null }
}

/** The words as its customer sees them, without the signs that stand for their looks. */
export function shownWords({ text, headers }: Pick<Said, 'text' | 'headers'>): string {
  return headers?.isMarked ? plainWords(text.slice(0, 1000)) : text
}

function nameOf(card: NonNullable<MessageHeaders['cards']>[number]): string {
  if (card.kind === 'place') return card.name ?? card.address ?? ''
  if (card.kind === 'order') return card.items.map(item => item.name).join(', ')
  return card.kind === 'contact' ? card.name : card.title
}
