const signature = 0x223e9f78
const maxFiles = 100
const attachmentStart = 0x00069002
const attachmentTitle = 0x00018010
const attachmentContent = 0x0006800f

export interface PackedFile {
  filename: string
  content: Uint8Array
}

interface Attribute {
  id: number
  content: Buffer
}

/**
 * Takes the files out of Outlook's winmail.dat. Layout, little-endian: u32 signature, u16 key, then
 * attributes of u8 level, u32 id, u32 length, content, u16 checksum. A broken file gives what came before the break.
 */
export function unpackTnef(bytes: Uint8Array): PackedFile[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (file.length < 6 || file.readUInt32LE(0) !== signature) return []

  const packed: { title?: string; content?: Uint8Array }[] = []
  for (const { id, content } of attributes(file)) {
    if (id === attachmentStart) {
      if (packed.length === maxFiles) break
      packed.push({})
    }
    const current = packed.at(-1)
    if (!current) continue
    if (id === attachmentTitle) current.title = titleOf(content)
    if (id === attachmentContent) current.content = new Uint8Array(content)
  }
  return packed.flatMap(({ title, content }) =>
    content ? [{ filename: title || 'file', content }] : []
  )
}

function* attributes(file: Buffer): Generator<Attribute> {
  let at = 6
  while (at + 9 <= file.length) {
    const id = file.readUInt32LE(at + 1)
    const length = file.readUInt32LE(at + 5)
    const end = at + 9 + length
    if (end + 2 > file.length) return
    const content = file.subarray(at + 9, end)
    if (file.readUInt16LE(end) !== checksum(content)) return
    yield { id, content }
    at = end + 2
  }
}

function checksum(content: Buffer): number {
  let sum = 0
  for (const byte of content) sum = (sum + byte) & 0xffff
  return sum
}

function titleOf(content: Buffer): string {
  const end = content.indexOf(0)
  return content.subarray(0, end < 0 ? content.length : end).toString('latin1')
}
