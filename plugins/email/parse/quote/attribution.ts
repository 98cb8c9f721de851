import { innerVerbs, openers, verbs } from './language.ts'
import { unquoted } from './lines.ts'

const maxLinesAbove = 4
const maxJoined = 500

/**
 * First line of the attribution that ends on line `at` ("Pada Sen, 16 Nov 2026 … menulis:"), or null.
 * Programs wrap it, so up to four lines above may belong to it.
 */
export function attributionStart(lines: string[], at: number): number | null {
  let joined = ''
  for (let from = at; from >= 0 && from >= at - maxLinesAbove; from -= 1) {
    const line = unquoted(lines[from]!)
    if (line === '' || joined.length + line.length > maxJoined) return null

    joined = joined === '' ? line : `${line} ${joined}`
    if (from === at && !isEnd(joined)) return null
    if (isAttribution(joined)) return from
  }
  return null
}

/** Zoho and some phones leave the colon out; then the address must be there. */
const isEnd = (line: string): boolean =>
  hasColon(line) || (/<[^<>\s]+@/.test(line) && endsWithVerb(line.toLowerCase()))

const hasColon = (line: string): boolean => line.endsWith(':') || line.endsWith('：')
const endsWithVerb = (words: string): boolean => verbs.some(verb => words.endsWith(verb))

function isAttribution(line: string): boolean {
  if (!/\p{Nd}/u.test(line.replace(/<[^<>]*>/g, ''))) return false
  const words = (hasColon(line) ? line.slice(0, -1) : line).trimEnd().toLowerCase()
  const isDated = startsWithDate(words)
  if (isDated && hasColon(line) && /<[^<>\s@]+@[^<>\s@]+>$/.test(words)) return true
  // Chinese puts the name first.
  const isOpened = isDated || words.endsWith('写道')
  if (!isOpened && !openers.some(opener => startsWithWord(words, opener))) return false
  return endsWithVerb(words) || innerVerbs.some(verb => words.includes(verb))
}

/** "16/11/26 …", "senin, 16 …", "tir. 18. apr. …", "2026年11月16日"; but "at 10:18" goes on from the line above. */
const startsWithDate = (words: string): boolean =>
  /^(?!(?:at|pukul|um|kl|om) )(\p{L}{2,12}[.,]{0,2} )?\p{Nd}/u.test(words)

function startsWithWord(words: string, opener: string): boolean {
  if (!words.startsWith(opener)) return false
  const next = words[opener.length]
  return next === undefined || !/[\p{L}]/u.test(next) || !/[a-z]/.test(opener)
}
