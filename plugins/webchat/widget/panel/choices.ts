import type { Chat } from './chat.ts'
import { h } from './element.ts'
import { word } from './word.ts'

/** Answers to tap, below the last thing that was said; gone as soon as anything is said after it. */
export function drawChoices(chat: Chat) {
  const element = h('div', { class: 'choices', role: 'group', 'aria-label': word('choices') })
  let drawn = 0
  return {
    element,
    update() {
      const last = chat.outbox.items.length > 0 ? undefined : chat.said.messages.at(-1)
      const { seq = 0, choices = [] } = chat.isEnded ? {} : (last ?? {})
      element.hidden = choices.length === 0
      if (seq === drawn) return
      drawn = seq
      const buttons = choices.map(({ title, hint }, index) => {
        const onclick = () => chat.send(title, [], { of: seq, index })
        return h(
          'button',
          { type: 'button', dir: 'auto', onclick },
          title,
          hint && h('small', {}, hint)
        )
      })
      element.replaceChildren(...buttons)
    }
  }
}
