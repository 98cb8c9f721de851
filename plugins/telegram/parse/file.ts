import type { InboundAttachment, MessageCard } from 'sapa/plugin-api'
import type { File, Message } from '../api/update.ts'
import type { Reading } from './index.ts'

/** The Bot API hands out nothing larger. */
const largestFile = 20 * 1024 * 1024

/** The files of a message. One that bots do not get has no `ref`: it stands there by its name and size. */
export function attachmentsOf(message: Message): InboundAttachment[] {
  const found = fileOf(message)
  if (!found) return []
  const { file, kind, mime, filename = file.file_name } = found
  const size = file.file_size ?? 0
  return [
    {
      ...{ kind, size, mime: file.mime_type ?? mime },
      ...(filename === undefined ? {} : { filename }),
      ...(size > largestFile ? {} : { ref: file.file_id })
    }
  ]
}

export function tooLargeIn(message: Message, { tooLarge }: Reading): MessageCard[] {
  const file = fileOf(message)?.file
  const size = file?.file_size ?? 0
  if (!file || size <= largestFile) return []
  return [{ kind: 'link', title: file.file_name ?? 'file', text: tooLarge(size) }]
}

interface Found {
  file: File
  kind: InboundAttachment['kind']
  mime: string
  filename?: string
}

function fileOf(message: Message): Found | null {
  const { photo, voice, audio, video, video_note, animation, document, sticker } = message
  const largest = photo?.at(-1)
  if (largest) return { file: largest, kind: 'image', mime: 'image/jpeg', filename: 'photo.jpg' }
  if (voice) return { file: voice, kind: 'voice', mime: 'audio/ogg', filename: 'voice.ogg' }
  if (audio) return { file: audio, kind: 'audio', mime: 'audio/mpeg' }
  if (video) return { file: video, kind: 'video', mime: 'video/mp4' }
  if (video_note)
    return { file: video_note, kind: 'video', mime: 'video/mp4', filename: 'video.mp4' }
  // An animation also comes as the document that it is.
  if (animation) return { file: animation, kind: 'video', mime: 'video/mp4' }
  if (document) return { file: document, kind: kindOf(document), mime: 'application/octet-stream' }
  return sticker ? stickerOf(sticker) : null
}

function kindOf({ mime_type = '' }: File): InboundAttachment['kind'] {
  const [family] = mime_type.split('/')
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'file'
}

function stickerOf(sticker: NonNullable<Message['sticker']>): Found {
  if (sticker.is_video) {
    return { file: sticker, kind: 'sticker', mime: 'video/webm', filename: 'sticker.webm' }
  }
  if (sticker.is_animated) {
    return {
      file: sticker,
      kind: 'sticker',
      mime: 'application/x-tgsticker',
      filename: 'sticker.tgs'
    }
  }
  return { file: sticker, kind: 'sticker', mime: 'image/webp', filename: 'sticker.webp' }
}
