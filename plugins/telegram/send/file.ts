import type { OutboundAttachment } from 'sapa/plugin-api'
import { formOf } from '../api/form.ts'
import type { Marked } from './marks.ts'
import type { Request } from './request.ts'

const largestPhoto = 10 * 1024 * 1024

type Kind = 'photo' | 'video' | 'audio' | 'voice' | 'animation' | 'document'

/** One file as what it is, several as an album; what cannot stand together in one goes as plain files. */
export function filesRequest(
  files: readonly OutboundAttachment[],
  words: Marked,
  common: object,
  asFiles: boolean
): Request {
  const [first] = files
  if (first && files.length === 1) {
    const kind = asFiles ? 'document' : kindOf(first)
    const caption = captionOf(words)
    const method = `send${kind[0]?.toUpperCase()}${kind.slice(1)}`
    return { method, body: formOf({ ...common, ...caption }, [{ name: kind, file: first }]) }
  }
  const kinds = asFiles ? files.map((): Kind => 'document') : albumKinds(files)
  const media = files.map((_, index) => ({
    ...{ type: kinds[index], media: `attach://file${index}` },
    ...(index === 0 ? captionOf(words) : {})
  }))
  const parts = files.map((file, index) => ({ name: `file${index}`, file }))
  return { method: 'sendMediaGroup', body: formOf({ ...common, media }, parts) }
}

function captionOf({ text, entities }: Marked): object {
  if (text === '') return {}
  return { caption: text, ...(entities.length > 0 && { caption_entities: entities }) }
}

/** Pictures and films go together, and sound; anything else makes all of them plain files. */
function albumKinds(files: readonly OutboundAttachment[]): Kind[] {
  const kinds = files.map(kindOf)
  const areShown = kinds.every(kind => kind === 'photo' || kind === 'video')
  const areHeard = kinds.every(kind => kind === 'audio')
  return areShown || areHeard ? kinds : kinds.map(() => 'document')
}

const mimes: Record<string, Kind> = {
  'image/jpeg': 'photo',
  'image/png': 'photo',
  'image/webp': 'photo',
  'image/gif': 'animation',
  'video/mp4': 'video',
  'audio/mpeg': 'audio',
  'audio/mp4': 'audio'
}

function kindOf({ mime, size, kind }: OutboundAttachment): Kind {
  if (kind === 'voice' && /^audio\/(ogg|mpeg|mp4)\b/.test(mime)) return 'voice'
  const shown = mimes[mime.split(';')[0]?.trim() ?? ''] ?? 'document'
  return shown === 'photo' && size > largestPhoto ? 'document' : shown
}
