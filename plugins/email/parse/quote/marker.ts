import { forwards, originals, verbs } from './language.ts'
import { unquoted } from './lines.ts'

/** "-----Original Message-----" and its sisters; Zoho's "---- On Mon, … Toko Sapa wrote ----". */
export const isOriginalMarker = (line: string): boolean =>
  isDashed(line) && (holds(originals, line) || (line.endsWith('--') && endsWithVerb(inner(line))))

/** "---------- Forwarded message ---------", "Begin forwarded message:". */
export function isForwardMarker(line: string): boolean {
  return (isDashed(line) || endsWithColon(line)) && holds(forwards, line)
}

const endsWithVerb = (words: string): boolean => verbs.some(verb => words.endsWith(` ${verb}`))

function holds(words: string[], line: string): boolean {
  const bare = inner(line)
  return bare !== '' && words.includes(bare)
}

/** The words without dashes, blanks and colon around them. */
function inner(line: string): string {
  const text = unquoted(line)
  if (text.length > 300) return ''
  let from = 0
  let to = text.length
  while (from < to && isEdge(text[from]!)) from += 1
  while (to > from && isEdge(text[to - 1]!)) to -= 1
  return text.slice(from, to).toLowerCase()
}

const isEdge = (character: string): boolean => '-_= :：*'.includes(character)
const isDashed = (line: string): boolean => unquoted(line).startsWith('--')
const endsWithColon = (line: string): boolean => line.endsWith(':') || line.endsWith('：')
