import type { Chat } from './chat.ts'
import { h } from './element.ts'
import { Typist } from './typist.ts'
import { word } from './word.ts'

/** Three dots, and for those who hear the page, words. */
export function drawTyping(chat: Chat) {
  const words = h('span', { class: 'sr' })
  const element = h('p', { class: 'typing', role: 'status' })
  const typist = (chat.typist = new Typist(chat.api, () => chat.changed()))
  return {
    element,
    update() {
      const text = typist.name ? word('typing', { name: typist.name }) : ''
      if (words.textContent === text) return
      words.textContent = text
      element.replaceChildren(...(text ? [h('i'), h('i'), h('i'), words] : []))
    }
  }
}
