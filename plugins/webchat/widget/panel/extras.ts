import type { Chat } from './chat.ts'
import { h } from './element.ts'
import { later } from './more.ts'

type Later = typeof import('./later.ts')

/** Below the messages: answers to tap, who writes, the rating, and ways to go on elsewhere. Only for who has written. */
export function drawExtras(chat: Chat) {
  const element = h('div')
  let parts: ReturnType<typeof draw> | null = null

  const draw = ({ drawChoices, drawOffer, drawRating, drawTyping }: Later) => ({
    ...{
      choices: drawChoices(chat),
      typing: drawTyping(chat),
      rating: drawRating(chat),
      offer: drawOffer(chat)
    }
  })
  const bring = async () => {
    const code = await later()
    if (parts || !chat.isKnown) return
    parts = draw(code)
    element.append(...Object.values(parts).map(part => part.element))
    update()
  }
  const update = () => {
    if (!chat.isKnown) {
      parts = chat.typist = null
      element.replaceChildren()
    } else if (!parts) void bring()
    for (const part of Object.values(parts ?? {})) part.update()
  }
  return { element, update, offer: () => parts?.offer.want() }
}
