/** A piece of a text, from its first character to behind its last. */
export interface Span {
  start: number
  end: number
}

/** What loses its form when it is cut in two; only what can stand in the first message of `maxLength`. */
export function listMarked(text: string, maxLength: number): Span[] {
  const near = text.slice(0, maxLength * 2)
  return [...near.matchAll(marks)].map(({ index, 0: whole }) => ({
    start: index,
    end: index + whole.length
  }))
}

/** ```pre```, `code`, **bold**, _italic_, ~struck~, [words](address), addresses. */
const marks = new RegExp(
  [
    '```[^]*?```',
    '`[^`\\n]+`',
    '\\*\\*(?=\\S)[^\\n]+?(?<=\\S)\\*\\*',
    '(?<![\\p{L}\\p{N}_])_(?=[^\\s_])[^\\n]+?(?<=[^\\s_])_(?![\\p{L}\\p{N}_])',
    '(?<![\\p{L}\\p{N}~])~(?<more>~?)(?=[^\\s~])[^\\n]+?(?<=[^\\s~])~\\k<more>(?![\\p{L}\\p{N}~])',
    '\\[[^\\]\\n]+\\]\\([^\\s()]+\\)',
    'https?://\\S+'
  ].join('|'),
  'gu'
)
