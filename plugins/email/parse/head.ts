/** One header of a mail's head, unfolded, in the order of the file. */
export interface HeaderLine {
  name: string
  value: string
}

/** Splits the head of a mail. `decode.ts` decodes words; here only the facts that machines write are read. */
export function readHead(raw: Uint8Array): HeaderLine[] {
  return readFields(Buffer.from(raw.buffer, raw.byteOffset, headLength(raw)).toString('latin1'))
}

/** Reads "Name: value" lines with folded continuations, up to the first blank line. */
export function readFields(text: string): HeaderLine[] {
  const fields: { name: string; parts: string[] }[] = []
  for (const line of text.split('\n')) {
    const bare = line.endsWith('\r') ? line.slice(0, -1) : line
    if (bare === '') break
    const last = fields.at(-1)
    if (last && (bare.startsWith(' ') || bare.startsWith('\t'))) {
      last.parts.push(bare.trim())
      continue
    }
    const at = bare.indexOf(':')
    if (at > 0) {
      fields.push({
        name: bare.slice(0, at).trim().toLowerCase(),
        parts: [bare.slice(at + 1).trim()]
      })
    }
  }
  return fields.map(({ name, parts }) => ({ name, value: parts.join(' ').trim() }))
}

/** The topmost value of a header, which the nearest server wrote; else ''. */
export function first(head: HeaderLine[], name: string): string {
  return head.find(line => line.name === name)?.value ?? ''
}

export function all(head: HeaderLine[], ...names: string[]): string[] {
  return head.filter(line => names.includes(line.name)).map(line => line.value)
}

export const has = (head: HeaderLine[], name: string): boolean =>
  head.some(line => line.name === name)

/** Bytes up to and with the blank line that ends the head. */
export function headLength(raw: Uint8Array): number {
  for (let at = raw.indexOf(10); at >= 0; at = raw.indexOf(10, at + 1)) {
    if (raw[at + 1] === 10) return at + 2
    if (raw[at + 1] === 13 && raw[at + 2] === 10) return at + 3
  }
  return raw.length
}
