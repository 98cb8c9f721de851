interface Paragraph {
  depth: number
  parts: string[]
  /** The next line of the same depth goes on with this one. */
  isOpen: boolean
}

/**
 * Joins the soft-wrapped lines of format=flowed (RFC 3676). Lines of different quote depth are never joined:
 * mailparser does, and then an answer disappears in the question above it.
 */
export function unflow(text: string, deletesSpace: boolean): string {
  const paragraphs: Paragraph[] = []
  for (const line of text.split('\n')) {
    const depth = depthOf(line)
    const stuffed = line.slice(depth)
    const content = stuffed.startsWith(' ') ? stuffed.slice(1) : stuffed
    const isOpen = content.endsWith(' ') && content !== '-- '
    const part = isOpen && deletesSpace ? content.slice(0, -1) : content

    const last = paragraphs.at(-1)
    if (last?.isOpen && last.depth === depth && content !== '-- ') {
      last.parts.push(part)
      last.isOpen = isOpen
    } else paragraphs.push({ depth, parts: [part], isOpen })
  }
  return paragraphs.map(written).join('\n')
}

const written = ({ depth, parts }: Paragraph): string =>
  depth === 0 ? parts.join('') : `${'>'.repeat(depth)} ${parts.join('')}`

function depthOf(line: string): number {
  let depth = 0
  while (line[depth] === '>') depth += 1
  return depth
}
