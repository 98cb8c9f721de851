import { labels } from './language.ts'
import { unquoted } from './lines.ts'

const lookAhead = 8
const kinds = new Map<string, Label>()
for (const kind of ['to', 'sent', 'subject', 'from'] as const) {
  for (const word of labels[kind]) kinds.set(word, kind)
}

export type Label = keyof typeof labels

export interface LabelledLine {
  kind: Label
  value: string
}

/** Reads a line such as "Dari: Rina <rina@…>", "*From:* …" or "发件人：…". */
export function labelOf(line: string): LabelledLine | null {
  const bare = unquoted(line.slice(0, 1_000)).replaceAll('*', '')
  const head = bare.slice(0, 30)
  const at = head.search(/[:：]/)
  if (at < 1) return null
  const kind = kinds.get(head.slice(0, at).trim().toLowerCase())
  return kind ? { kind, value: bare.slice(at + 1).trim() } : null
}

/**
 * Is line `at` the From line of a block of quoted headers? People write "Dari: Jakarta, Ke: Bandung" too,
 * so there must be a subject or an address.
 */
export function isHeaderBlock(lines: string[], at: number): boolean {
  const from = labelOf(lines[at]!)
  if (from?.kind !== 'from') return false
  const others = new Set<Label>()
  for (const line of lines.slice(topLabel(lines, at), at + 1 + lookAhead)) {
    const label = labelOf(line)
    if (label && label.kind !== 'from') others.add(label.kind)
  }
  return others.size >= 2 && (others.has('subject') || from.value.includes('@'))
}

/** Labels that stand above From and the rule that Outlook draws belong to the block. */
export function withRuleAbove(lines: string[], at: number): number {
  const top = topLabel(lines, at)
  let above = top - 1
  while (above >= 0 && unquoted(lines[above]!) === '') above -= 1
  return above >= 0 && isRule(unquoted(lines[above]!)) ? above : top
}

function topLabel(lines: string[], at: number): number {
  let top = at
  while (top > 0 && at - top < lookAhead && labelOf(lines[top - 1]!)) top -= 1
  return top
}

function isRule(line: string): boolean {
  if (line.length < 5) return false
  for (const character of line) if (character !== '_' && character !== '-') return false
  return true
}
