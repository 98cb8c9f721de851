import { InvalidInput } from '../../errors.ts'
import type { ChannelCapabilities } from '../../plugin-api/channel.ts'
import type { Choice } from '../../plugin-api/outbound.ts'

const most = 20

/** Throws where a list of choices is none: two that are the same, or without words. */
export function checkChoices(choices: readonly Choice[]): void {
  const ids = new Set(choices.map(choice => choice.id))
  const isGood = (choice: Choice) =>
    choice.title.trim() !== '' && choice.id !== '' && Buffer.byteLength(choice.id) <= 64
  if (ids.size !== choices.length || choices.length > most || !choices.every(isGood)) {
    throw new InvalidInput({ choices: 'error.field.choices' })
  }
}

/** As buttons where the channel can show all of them, each told from the others; else as lines below the text. */
export function fitChoices(
  text: string,
  choices: readonly Choice[],
  limits: Pick<ChannelCapabilities, 'choices'>
): { text: string; choices?: Choice[] } {
  if (choices.length === 0) return { text }
  const room = limits.choices
  const short = choices.map(one => ({
    ...one,
    title: shorten(one.title.trim(), room?.titleLength ?? 0)
  }))
  const titles = new Set(short.map(one => one.title.toLowerCase()))
  if (room && choices.length <= room.most && titles.size === choices.length) {
    return { text, choices: short }
  }
  return { text: [text, linesOf(choices)].filter(Boolean).join('\n\n') }
}

export const linesOf = (choices: readonly Choice[]) =>
  choices
    .map(
      ({ title, hint }, index) => `${index + 1}. ${title.trim()}${hint ? ` (${hint.trim()})` : ''}`
    )
    .join('\n')

function shorten(title: string, length: number): string {
  if (title.length <= length) return title
  let short = ''
  for (const { segment } of graphemes.segment(title)) {
    if (short.length + segment.length > length - 1) break
    short += segment
  }
  return `${short.trimEnd()}…`
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
