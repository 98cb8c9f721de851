const maxLength = 200_000
const maxLines = 4_000

/** Text as lines to look at: invisible characters gone, ends trimmed, cut to a size that stays cheap. */
export function linesOf(text: string): string[] {
  const clean = text
    .slice(0, maxLength)
    .replace(/[\uFEFF\u200B\u200E\u200F]/g, '')
    .replace(/\u00A0/g, ' ')
  return clean.split('\n', maxLines).map(line => line.trimEnd())
}

export const isQuoted = (line: string): boolean => line.startsWith('>')

/** The line without the marks of being quoted. */
export function unquoted(line: string): string {
  let at = 0
  while (line[at] === '>' || line[at] === ' ' || line[at] === '\t') at += 1
  return line.slice(at)
}
