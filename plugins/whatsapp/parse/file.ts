import type { InboundAttachment } from 'sapa/plugin-api'
import { textOf, type Loose } from './loose.ts'

/** What WhatsApp does not name is called by its kind. */
const names: Record<InboundAttachment['kind'], string> = {
  ...{ file: 'file', image: 'image', audio: 'audio', video: 'video' },
  ...{ voice: 'voice', sticker: 'sticker' }
}

const endings: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'audio/ogg': 'ogg',
  'audio/mpeg': 'mp3',
  'audio/aac': 'aac',
  'audio/amr': 'amr',
  'audio/mp4': 'm4a',
  'video/mp4': 'mp4',
  'video/3gpp': '3gp',
  'application/pdf': 'pdf'
}

/** A file that Meta keeps for seven days; `ref` is all that is needed to bring it. */
export function fileOf(kind: InboundAttachment['kind'], part: Loose): InboundAttachment {
  const id = textOf(part['id'])
  if (id === '') throw new Error('The file has no id')
  // Parameters such as `codecs=opus` are no part of the type.
  const mime = textOf(part['mime_type']).split(';')[0]?.trim() || 'application/octet-stream'
  const ending = endings[mime]
  const filename = textOf(part['filename']) || `${names[kind]}${ending ? `.${ending}` : ''}`
  return { kind, mime, filename, size: 0, ref: fileRef(id, textOf(part['sha256'])) }
}

const fileRef = (id: string, sha256: string) => `${id}/${sha256}`

/** The digest is in base64, which may hold the sign between the two. */
export function readFileRef(ref: string): { id: string; sha256: string } {
  const end = ref.indexOf('/')
  return end < 0 ? { id: ref, sha256: '' } : { id: ref.slice(0, end), sha256: ref.slice(end + 1) }
}
