import { createHash } from 'node:crypto'

/**
 * The same mail has the same key in every folder and after the server gave it a new UID. A mail without a
 * Message-ID is known by its bytes.
 */
export function contentKey(raw: Uint8Array): string {
  const fields = readFields(raw, ['message-id', 'date', 'from'])
  const id = fields.get('message-id')
  if (!id) return `raw:${sha256(raw)}`
  return `mid:${sha256([id, fields.get('date'), fields.get('from')].join('\n'))}`
}

/** First value of each wanted header, unfolded. */
export function readFields(raw: Uint8Array, wanted: string[]): Map<string, string> {
  const fields = new Map<string, string>()
  let open: string | undefined
  for (const line of headOf(raw).split(/\r?\n/)) {
    const continued = /^[ \t]/.test(line)
    if (continued && open) fields.set(open, `${fields.get(open)} ${line.trim()}`.trim())
    if (continued) continue
    const name = line
      .slice(0, Math.max(0, line.indexOf(':')))
      .trim()
      .toLowerCase()
    open = wanted.includes(name) && !fields.has(name) ? name : undefined
    if (open) fields.set(open, line.slice(line.indexOf(':') + 1).trim())
  }
  return fields
}

/** Everything before the first empty line, one character per byte. */
export function headOf(raw: Uint8Array): string {
  const text = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, 512 * 1024))
  const head = text.toString('latin1')
  const end = /\r?\n\r?\n/.exec(head)
  return end ? head.slice(0, end.index) : head
}

const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex')
