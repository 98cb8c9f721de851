/** What is longer is no signature. */
const longest = 2000
/** As much of what stands above it must be the agent's own, else what stands below may be theirs, too. */
const enough = 0.5

/** What plugins have put below an agent's words, such as a signature; empty: nothing. */
export function additionTo(text: string, left: string): string {
  const [given, whole] = [text.trimEnd(), left.trimEnd()]
  const below = whole.slice(given.length)
  if (whole.startsWith(given) && (given === '' || /^\s/.test(below))) return asAddition(below)
  // They may have changed some of the words as well: it begins where the rest is most like them.
  const shared = sharedStart(whole, given)
  let best = { likeness: likeness(whole, given, shared), end: whole.length }
  for (const end of lastBreaks(whole)) {
    const one = likeness(whole.slice(0, end).trimEnd(), given, shared)
    if (one > best.likeness) best = { likeness: one, end }
  }
  return best.likeness >= enough ? asAddition(whole.slice(best.end)) : ''
}

/** The words above the one of these additions that a text ends with. */
export function withoutAddition(text: string, additions: readonly string[] = []): string {
  const whole = text.trimEnd()
  const added = additions.find(one => one !== '' && endsWith(whole, one))
  return added === undefined ? text : whole.slice(0, -added.length).trimEnd()
}

/** As words of their own. */
export function endsWith(text: string, end: string): boolean {
  const before = text.charAt(text.length - end.length - 1)
  return text.endsWith(end) && (before === '' || /\s/.test(before))
}

function asAddition(text: string): string {
  const added = text.trim()
  return added.length > longest ? '' : added
}

/** Ends of the last lines. */
function lastBreaks(whole: string): number[] {
  const from = Math.max(whole.length - longest, 0)
  return Array.from(whole.slice(from).matchAll(/\n/g), ({ index }) => from + index).slice(-30)
}

/** How much of both is the same at their beginnings and ends, 0 to 1. */
function likeness(head: string, given: string, shared: number): number {
  const [shorter, longer] = [head.length, given.length].toSorted((a, b) => a - b) as [
    number,
    number
  ]
  const start = Math.min(shared, shorter)
  let end = 0
  while (end < shorter - start && head.at(-1 - end) === given.at(-1 - end)) end += 1
  return longer === 0 ? 0 : (start + end) / longer
}

function sharedStart(a: string, b: string): number {
  let shared = 0
  while (shared < a.length && a[shared] === b[shared]) shared += 1
  return shared
}
