import { endsWith } from '../addition.ts'

/** What is longer is no signature. */
const longest = 2000

/**
 * Changed words have what plugins added to the first ones already: what they add to the end once more is taken off.
 * What the agent says twice stays.
 */
export function withoutRepeat(left: string, text: string): string {
  const [whole, given] = [left.trimEnd(), text.trimEnd()]
  const from = Math.max(Math.ceil(whole.length / 2), whole.length - longest)
  for (let at = from; at < whole.length; at++) {
    if (!/\s/.test(whole.charAt(at - 1))) continue
    const added = whole.slice(at)
    const head = whole.slice(0, at).trimEnd()
    if (endsWith(head, added) && endsWith(given, added) && !isTwice(given, added)) return head
  }
  return left
}

const isTwice = (text: string, end: string) => endsWith(text.slice(0, -end.length).trimEnd(), end)
