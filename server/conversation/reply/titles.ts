import type { Choice } from '../../plugin-api/outbound.ts'
import { linesOf } from './choices.ts'

/** A reply as a guard reads it: the answers to tap below its words, as where a channel has no buttons. */
export const withTitles = (text: string, choices: readonly Choice[]): string =>
  [text, linesOf(choices)].filter(Boolean).join('\n\n')

/**
 * Takes apart what a guard has left. Where it has left no list, the words go alone: no title reaches the customer
 * that it has not seen.
 */
export function withoutTitles(
  left: string,
  choices: readonly Choice[]
): { text: string; choices: Choice[] } {
  const lines = left.split('\n')
  const start = lines.findLastIndex((_, at) =>
    choices.every((_choice, index) => lines[at + index]?.startsWith(`${index + 1}. `))
  )
  if (start === -1 || choices.length === 0) return { text: left, choices: [] }
  const end = start + choices.length
  const around = [lines.slice(0, start), lines.slice(end)].map(part => part.join('\n').trim())
  return {
    text: around.filter(Boolean).join('\n\n'),
    choices: choices.map((choice, index) => retitled(choice, lines[start + index] ?? '', index))
  }
}

function retitled(choice: Choice, line: string, index: number): Choice {
  const words = line.slice(`${index + 1}. `.length).trim()
  const hint = choice.hint && ` (${choice.hint.trim()})`
  if (hint && words.endsWith(hint)) return { ...choice, title: words.slice(0, -hint.length) }
  return { id: choice.id, title: words }
}
