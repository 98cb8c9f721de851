import type { Choice } from 'sapa/plugin-api'
import type { Media } from './media.ts'

const mostButtons = 3
/** A longer text stands only above a list. */
const buttonText = 1024

/** Up to three answers are buttons, more or explained ones a list. */
export function interactive(
  text: string,
  choices: readonly Choice[],
  media: Media | null,
  listTitle: string
): object {
  const body = { text }
  const isShort = choices.length <= mostButtons && text.length <= buttonText
  if (isShort && choices.every(({ hint }) => !hint)) {
    const buttons = choices.map(({ id, title }) => ({
      type: 'reply',
      reply: { id, title: cut(title, 20) }
    }))
    return { type: 'button', ...headerOf(media), body, action: { buttons } }
  }
  const rows = choices.map(({ id, title, hint }) => ({
    id,
    title: cut(title, 24),
    ...(hint && { description: cut(hint, 72) })
  }))
  return {
    type: 'list',
    body,
    action: { button: listTitle, sections: [{ title: listTitle, rows }] }
  }
}

/** Above buttons a picture, a film or a document may stand. */
function headerOf(media: Media | null): object {
  if (!media || !['image', 'video', 'document'].includes(media.type)) return {}
  const { type, id, filename } = media
  return { header: { type, [type]: { id, ...(type === 'document' && { filename }) } } }
}

/** By letters, so that no sign is cut in two. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text
  let short = ''
  for (const letter of text) {
    if (short.length + letter.length > most - 1) break
    short += letter
  }
  return `${short}…`
}
