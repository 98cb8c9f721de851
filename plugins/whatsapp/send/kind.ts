/** What Meta takes as a file at all, shown or as a document; other kinds it refuses when they are given to it. */
export const taken: ReadonlySet<string> = new Set([
  ...['image/jpeg', 'image/png', 'image/webp', 'video/mp4', 'video/3gpp'],
  ...['audio/aac', 'audio/mp4', 'audio/mpeg', 'audio/amr', 'audio/ogg', 'audio/opus'],
  ...['application/pdf', 'text/plain', 'application/msword', 'application/vnd.ms-excel'],
  'application/vnd.ms-powerpoint',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation'
])

/** Names that browsers have for some of them. */
const aliases: Record<string, string> = {
  'image/jpg': 'image/jpeg',
  'audio/mp3': 'audio/mpeg',
  'audio/m4a': 'audio/mp4',
  'audio/x-m4a': 'audio/mp4'
}

/** The kind by which Meta takes a file; null: not at all. A table of commas is text, too. */
export function takenAs(mime: string): string | null {
  const [plain = ''] = mime.toLowerCase().split(';')
  const kind = Object.hasOwn(aliases, plain.trim()) ? aliases[plain.trim()] : plain.trim()
  if (kind && taken.has(kind)) return kind
  return kind?.startsWith('text/') ? 'text/plain' : null
}
