export type Mark = 'bold' | 'italic' | 'struck' | 'code' | 'block' | 'quote'

/** Words of one look. */
export interface Run {
  text: string
  marks: readonly Mark[]
  /** Where they lead, when it is not what they say. */
  href?: string
}

/** What a text with marks says, as a channel of the format `markdown` shows it to its customers. */
export function readMarks(source: string): Run[] {
  if (source.length > longest) return [{ text: source, marks: [] }]
  return read(source, { marks: [] })
}

/** The same without its looks, on one line or on many. */
export function plainWords(source: string): string {
  return readMarks(source)
    .map(run => run.text)
    .join('')
}

/** What is longer was no chat. */
const longest = 20_000

type Look = Omit<Run, 'text'>

/** As `docs/plugins.md` has it for `text.format`. Longer runs are no emphasis. */
const marks = new RegExp(
  [
    '```(?=\\s*[^\\s`])\\n?(?<block>[^]*?)\\n?```',
    '`(?=[^`\\n]*[^`\\s])(?<code>[^`\\n]+)`',
    '(?<![^\\n])(?<quote>> (?=\\S)[^\\n]*(?:\\n>[^\\n]*)*)',
    '\\*\\*(?=\\S)(?<bold>[^\\n]{1,1024}?)(?<=\\S)\\*\\*',
    '(?<![\\p{L}\\p{N}_])_(?=[^\\s_])(?<italic>[^\\n]{1,1024}?)(?<=[^\\s_])_(?![\\p{L}\\p{N}_])',
    '(?<![\\p{L}\\p{N}~])~(?<more>~?)(?=[^\\s~])(?<struck>[^\\n]{1,1024}?)(?<=[^\\s~])~\\k<more>(?![\\p{L}\\p{N}~])',
    '\\[(?<words>[^\\[\\]\\n]{1,1024})\\]\\((?<url>https?://[^\\s()]{1,2000})\\)',
    // An address is no place for marks.
    '(?<address>https?://\\S+)'
  ].join('|'),
  'gu'
)

function read(source: string, look: Look): Run[] {
  const runs: Run[] = []
  const say = (text: string) => void (text && runs.push({ ...look, text }))
  let at = 0
  for (const match of source.matchAll(marks)) {
    say(source.slice(at, match.index))
    at = match.index + match[0].length
    runs.push(...runsOf(match, look))
  }
  say(source.slice(at))
  return runs
}

function runsOf({ 0: whole, groups = {} }: RegExpMatchArray, look: Look): Run[] {
  const { address, words, url, more: _, ...marked } = groups
  if (address !== undefined) return [{ ...look, text: whole }]
  if (words !== undefined) return read(words, { ...look, ...(url ? { href: url } : {}) })
  const [mark, inner = ''] = Object.entries(marked).find(([, text]) => text !== undefined) ?? []
  const inside = { ...look, marks: [...look.marks, mark as Mark] }
  if (mark === 'code' || mark === 'block') return [{ ...inside, text: inner }]
  return read(mark === 'quote' ? inner.replaceAll(/^(?:> ?)+/gm, '') : inner, inside)
}
