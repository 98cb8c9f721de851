import type { Chat } from './chat.ts'
import { h } from './element.ts'
import { later } from './more.ts'

type Later = typeof import('./later.ts')

/** Below the messages: the rating, and ways to go on elsewhere. Only for who has written. */
export function drawExtras(chat: Chat) {
  const element = h('div')
  let offer: ReturnType<Later['drawOffer']> | null = null
  let rating: ReturnType<Later['drawRating']> | null = null

  const bring = async () => {
    const { drawOffer, drawRating } = await later()
    if (offer) return
    offer = drawOffer(chat)
    rating = drawRating(chat)
    element.append(rating.element, offer.element)
    update()
  }
  const update = () => {
    if (chat.isKnown && !offer) void bring()
    if (!chat.isKnown) {
      offer = rating = null
      element.replaceChildren()
    }
    offer?.update()
    rating?.update()
  }
  return { element, update, offer: () => offer?.want() }
}
