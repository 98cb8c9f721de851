import type { Translator } from '../../i18n/words.ts'
import type { MessageEntry } from '../timeline/entry.ts'
import type { ListedAttachment } from '../timeline/listed-file.ts'
import { mediaType } from '../media-type.ts'

interface ShownFile {
  token: string
  filename: string
  size: string
  state: ListedAttachment['state']
  isImage: boolean
  canRetry: boolean
  /** What it is, in a word. */
  what: string
}

/** A message's files by how they are shown: what is not there yet is listed, whatever it is. */
export interface ShownFiles {
  /** All of them, for cards that only list. */
  all: ShownFile[]
  pictures: ShownFile[]
  stickers: ShownFile[]
  sounds: ShownFile[]
  videos: ShownFile[]
  others: ShownFile[]
}

export function presentFiles({ attachments }: MessageEntry, words: Translator): ShownFiles {
  const files = attachments.map(file => ({ ...presentFile(file, words), place: placeOf(file) }))
  const at = (place: Place) => files.filter(file => file.place === place)
  return {
    all: files,
    pictures: at('pictures'),
    stickers: at('stickers'),
    sounds: at('sounds'),
    videos: at('videos'),
    others: at('others')
  }
}

type Place = Exclude<keyof ShownFiles, 'all'>

function placeOf({ kind, mime, state }: ListedAttachment): Place {
  const type = mediaType(mime)
  if (state !== 'ready' || type === null) return 'others'
  if (type.startsWith('image/')) return kind === 'sticker' ? 'stickers' : 'pictures'
  return type.startsWith('audio/') ? 'sounds' : 'videos'
}

function presentFile(file: ListedAttachment, words: Translator): ShownFile {
  return {
    token: file.token,
    filename: file.filename,
    size: words.bytes(file.size),
    state: file.state,
    isImage: file.isImage,
    canRetry: file.canRetry,
    what: words.t(`preview.${file.kind}`)
  }
}
