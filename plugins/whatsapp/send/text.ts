/**
 * As WhatsApp writes it: `**bold**` with one star, `~~struck~~` with one wave, `[words](address)` side by side;
 * `_italic_` and code stay. Nothing inside code or an address is a mark.
 */
export function whatsappText(source: string): string {
  let text = ''
  let end = 0
  for (const { index, 0: whole, groups = {} } of source.matchAll(marks)) {
    text += source.slice(end, index)
    end = index + whole.length
    text += written(whole, groups, { before: source.charAt(index - 1), after: source.charAt(end) })
  }
  return text + source.slice(end)
}

interface Around {
  before: string
  after: string
}

function written(
  whole: string,
  { bold, italic, struck, words, url }: Record<string, string | undefined>,
  around: Around
): string {
  if (bold !== undefined) return between('*', whatsappText(bold), around)
  if (italic !== undefined) return between('_', whatsappText(italic), around)
  if (struck !== undefined) return between('~', whatsappText(struck), around)
  if (words === undefined || url === undefined) return whole
  return words === url ? url : `${whatsappText(words)} (${url})`
}

/** WhatsApp knows no mark in the middle of a word: the word itself is better than a stray sign. */
function between(sign: string, text: string, { before, after }: Around): string {
  return [before, after].some(one => /[\p{L}\p{N}]/u.test(one)) ? text : `${sign}${text}${sign}`
}

/** What can stand between two marks: signs of one line, and code as a whole. */
const inner = '(?:`[^`\\n]{1,999}`|`(?![^`\\n]{0,999}`)|[^`\\n])'

const marks = new RegExp(
  [
    '```[^]{1,4096}?```',
    '`[^`\\n]{1,999}`',
    `\\*\\*(?=\\S)(?<bold>${inner}{1,999}?)(?<=\\S)\\*\\*`,
    `(?<![\\p{L}\\p{N}_])_(?=[^\\s_])(?<italic>${inner}{1,999}?)(?<=[^\\s_])_(?![\\p{L}\\p{N}_])`,
    `(?<![\\p{L}\\p{N}~])~(?<more>~?)(?=[^\\s~])(?<struck>${inner}{1,999}?)(?<=[^\\s~])~\\k<more>(?![\\p{L}\\p{N}~])`,
    '\\[(?<words>[^\\]\\n]{1,999})\\]\\((?<url>https?://[^\\s()]+)\\)',
    'https?://\\S+'
  ].join('|'),
  'gu'
)
