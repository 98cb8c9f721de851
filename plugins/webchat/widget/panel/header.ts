import type { Chat } from './chat.ts'
import { isAlone, tell } from './bridge.ts'
import { h, icon } from './element.ts'
import { avatar } from './avatar.ts'
import { read, remove, write } from './storage.ts'
import { word } from './word.ts'

/** Name, promise, who answers, and what can be done with the chat. */
export function drawHeader(chat: Chat, act: { askEnd(): void; offer(): void }) {
  const faces = h('span', { class: 'faces', 'aria-hidden': 'true' })
  const name = h('h1')
  const promise = h('small')
  const sound = h('button', { type: 'button', onclick: () => flipSound() })
  const offer = h('button', { type: 'button', onclick: () => choose(act.offer) }, word('emailAsk'))
  const end = h('button', { type: 'button', onclick: () => choose(act.askEnd) }, word('end'))
  const menu = h(
    'details',
    { class: 'menu' },
    h('summary', { 'aria-label': word('menu'), title: word('menu') }, icon('more')),
    h('div', {}, sound, offer, end)
  )
  const close = h(
    'button',
    {
      ...{ type: 'button', class: 'icon', 'aria-label': word('close'), title: word('close') },
      onclick: () => tell({ sapa: 'close' })
    },
    icon('down')
  )
  const element = h('header', {}, faces, h('div', {}, name, promise), menu, !isAlone && close)

  const choose = (work: () => void) => {
    menu.open = false
    work()
  }
  const flipSound = () => {
    if (read('quiet') === null) write('quiet', true)
    else remove('quiet')
    choose(() => chat.changed())
  }
  document.addEventListener('click', event => {
    if (!event.composedPath().includes(menu)) menu.open = false
  })
  menu.addEventListener('keydown', event => {
    if (event.key !== 'Escape' || !menu.open) return
    event.stopPropagation()
    menu.open = false
    menu.querySelector('summary')?.focus()
  })

  let drawn = ''
  return {
    element,
    update() {
      const { state } = chat
      name.textContent = state?.name ?? document.title
      promise.textContent = state?.promise ?? ''
      const agents = state?.agents.slice(0, 3).map(agent => agent.name) ?? []
      if (drawn !== agents.join()) faces.replaceChildren(...agents.map(one => avatar(one)))
      drawn = agents.join()
      sound.hidden = !state?.hasSound
      sound.textContent = word(read('quiet') === null ? 'soundOff' : 'soundOn')
      offer.hidden = !(state?.offers.email || state?.offers.elsewhere)
      menu.hidden = !chat.isKnown || chat.isEnded
    }
  }
}
