import type { Entity } from '../api/update.ts'

export interface Marked {
  text: string
  /** Offsets count UTF-16 units, as our strings do. */
  entities: Entity[]
}

/** ```pre```, `> quote`, `**bold**`, `_italic_`, `~struck~` or `~~struck~~`, `` `code` `` and `[words](https://…)` in Telegram's own way. */
export function marked(source: string): Marked {
  const entities: Entity[] = []
  const text = read(source, 0, entities)
  return { text, entities: entities.toSorted((a, b) => a.offset - b.offset || b.length - a.length) }
}

const marks = new RegExp(
  [
    '```(?=\\s*[^\\s`])\\n?(?<pre>[^]*?)\\n?```',
    '`(?=[^`\\n]*[^`\\s])(?<code>[^`\\n]+)`',
    '(?<![^\\n])(?<blockquote>> (?=\\S)[^\\n]*(?:\\n>[^\\n]*)*)',
    '\\*\\*(?=\\S)(?<bold>[^\\n]+?)(?<=\\S)\\*\\*',
    '(?<![\\p{L}\\p{N}_])_(?=[^\\s_])(?<italic>[^\\n]+?)(?<=[^\\s_])_(?![\\p{L}\\p{N}_])',
    '(?<![\\p{L}\\p{N}~])~(?<more>~?)(?=[^\\s~])(?<strikethrough>[^\\n]+?)(?<=[^\\s~])~\\k<more>(?![\\p{L}\\p{N}~])',
    '\\[(?<words>[^\\[\\]\\n]+)\\]\\((?<url>https?://[^\\s()]+)\\)',
    // An address is no place for marks.
    '(?<address>https?://\\S+)'
  ].join('|'),
  'gu'
)

function read(source: string, start: number, entities: Entity[]): string {
  let text = ''
  let at = 0
  for (const match of source.matchAll(marks)) {
    text += source.slice(at, match.index)
    at = match.index + match[0].length
    const { address, pre, code, words, url, blockquote, more: _, ...styles } = match.groups ?? {}
    if (address !== undefined) {
      text += address
      continue
    }
    const quoted = blockquote?.replaceAll(/^(?:> ?)+/gm, '')
    const [style, inner = ''] =
      Object.entries(styles).find(([, value]) => value !== undefined) ?? []
    const offset = start + text.length
    const shown = pre ?? code ?? read(quoted ?? words ?? inner, offset, entities)
    const type = pre ? 'pre' : code ? 'code' : quoted ? 'blockquote' : (style ?? 'text_link')
    entities.push({ type, offset, length: shown.length, ...(url === undefined ? {} : { url }) })
    text += shown
  }
  return text + source.slice(at)
}
