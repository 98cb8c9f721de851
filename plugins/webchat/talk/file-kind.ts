import { cleanLine } from './text.ts'

/** What visitors may send, by what the bytes are, with the endings that go with it. */
const kinds: Record<string, string[]> = {
  'image/jpeg': ['jpg', 'jpeg'],
  'image/png': ['png'],
  'image/apng': ['png', 'apng'],
  'image/webp': ['webp'],
  'image/gif': ['gif'],
  'image/heic': ['heic'],
  'application/pdf': ['pdf'],
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': ['docx'],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': ['xlsx'],
  'video/mp4': ['mp4'],
  'video/quicktime': ['mov'],
  'video/webm': ['webm'],
  'audio/mpeg': ['mp3'],
  'audio/ogg': ['ogg', 'oga', 'opus'],
  'audio/ogg; codecs=opus': ['opus', 'ogg'],
  'audio/x-m4a': ['m4a'],
  'audio/mp4': ['m4a'],
  'text/plain': ['txt'],
  'text/csv': ['csv']
}

/** The kind of a file that may be sent; null for everything else, whatever it is called. */
export async function kindOf(body: Uint8Array, name: string): Promise<string | null> {
  const ending = endingOf(name)
  // Thirty modules, for who sends files.
  const { fileTypeFromBuffer } = await import('file-type')
  const sniffed = (await fileTypeFromBuffer(body).catch(() => undefined))?.mime
  if (sniffed !== undefined) return sniffed in kinds ? sniffed : null
  if (ending !== 'txt' && ending !== 'csv') return null
  return isText(body) ? (ending === 'csv' ? 'text/csv' : 'text/plain') : null
}

/** A name without a path, that ends as its kind does. */
export function fileName(given: string, mime: string): string {
  const last = given.split(/[/\\]/).at(-1) ?? ''
  const line = cleanLine(last.replaceAll(/[<>:"|?*]/g, ''), 120).replace(/^\.+/, '')
  const endings = kinds[mime] ?? []
  const [usual = 'bin'] = endings
  const name = line === '' ? 'file' : line
  return endings.includes(endingOf(name)) ? name : `${name}.${usual}`
}

const endingOf = (name: string) => /\.([a-z0-9]{1,10})$/i.exec(name)?.[1]?.toLowerCase() ?? ''

function isText(body: Uint8Array): boolean {
  if (body.includes(0)) return false
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(body)
    return true
  } catch {
    return false
  }
}
