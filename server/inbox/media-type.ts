/** What a browser may show or play beside a message, by the type it is served as; null for everything else. */
export function mediaType(mime: string): string | null {
  const [type = ''] = mime.toLowerCase().split(';')
  const known = aliases[type.trim()] ?? type.trim()
  return shown.has(known) ? known : null
}

/** None of them can hold a script. */
const shown = new Set([
  ...['image/png', 'image/jpeg', 'image/gif', 'image/webp'],
  ...['audio/ogg', 'audio/mpeg', 'audio/mp4', 'audio/aac', 'audio/wav', 'audio/webm', 'audio/flac'],
  ...['video/mp4', 'video/webm', 'video/ogg']
])

const aliases: Record<string, string> = {
  'image/jpg': 'image/jpeg',
  'audio/opus': 'audio/ogg',
  'audio/mp3': 'audio/mpeg',
  'audio/x-m4a': 'audio/mp4',
  'audio/m4a': 'audio/mp4',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/x-flac': 'audio/flac'
}
