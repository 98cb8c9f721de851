import type { OutboundAttachment } from 'sapa/plugin-api'

/** A file as WhatsApp carries it. */
export interface Media {
  type: MediaType
  id: string
  filename: string
}

export type MediaType = 'image' | 'audio' | 'video' | 'document' | 'sticker'

const megabyte = 1024 * 1024

/** By type: which kinds WhatsApp shows, and up to which size. Everything else goes as a document. */
const shown: { type: MediaType; mimes: RegExp; most: number; hasCaption: boolean }[] = [
  { type: 'image', mimes: /^image\/(jpeg|png)$/, most: 5 * megabyte, hasCaption: true },
  { type: 'video', mimes: /^video\/(mp4|3gpp)$/, most: 16 * megabyte, hasCaption: true },
  {
    type: 'audio',
    mimes: /^audio\/(aac|mp4|mpeg|amr|ogg)$/,
    most: 16 * megabyte,
    hasCaption: false
  },
  { type: 'sticker', mimes: /^image\/webp$/, most: 100 * 1024, hasCaption: false }
]

/** A text below it must not be lost: what cannot carry one goes as a document, which can. */
export function mediaType(
  { mime, size, kind }: Pick<OutboundAttachment, 'mime' | 'size' | 'kind'>,
  hasText: boolean
): MediaType {
  const found = shown.find(({ mimes, most }) => mimes.test(mime) && size <= most)
  if (!found || (hasText && !found.hasCaption)) return 'document'
  if (found.type === 'sticker' && kind !== 'sticker') return 'document'
  return found.type
}
