import type { Chat } from './chat.ts'
import { h } from './element.ts'
import { word } from './word.ts'

/** What is out of the ordinary just now. */
export function drawStrip(chat: Chat) {
  const element = h('p', { class: 'strip', role: 'status' })
  return {
    element,
    update() {
      const { state, isSlowed } = chat
      const { isThere } = chat.connection
      const text = !isThere
        ? word('offline')
        : isSlowed
          ? word('tooMany')
          : state?.isFormOnly
            ? word('formOnly')
            : ''
      if (element.textContent !== text) element.textContent = text
      element.classList.toggle('bad', !isThere)
    }
  }
}
