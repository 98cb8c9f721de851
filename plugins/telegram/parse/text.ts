import type { Entity, Message } from '../api/update.ts'

/** What stands in the message as plain words; where a link hides behind a word, its address follows. */
export function textOf({
  text,
  caption,
  entities,
  caption_entities,
  dice,
  sticker
}: Message): string {
  if (dice) return `${dice.emoji ?? '🎲'} ${dice.value ?? ''}`.trim()
  // No browser shows an animated one; its meaning is the emoji.
  if (sticker?.is_animated) return sticker.emoji ?? ''
  return text === undefined ? withLinks(caption ?? '', caption_entities) : withLinks(text, entities)
}

/** Offsets count UTF-16 units, as our strings do. */
function withLinks(text: string, entities: Entity[] = []): string {
  const links = entities
    .filter(({ type, url }) => type === 'text_link' && url !== undefined)
    .toSorted((a, b) => b.offset - a.offset)
  let shown = text
  for (const { offset, length, url = '' } of links) {
    const end = offset + length
    if (text.slice(offset, end) === url) continue
    shown = `${shown.slice(0, end)} (${url})${shown.slice(end)}`
  }
  return shown
}
