import { drawComposer } from './composer.ts'
import type { Chat } from './chat.ts'
import { h } from './element.ts'
import { later } from './more.ts'
import { read } from './storage.ts'
import { isWebAddress } from './text.ts'
import { word } from './word.ts'

/** Below the messages: the field, or what has to be said first, or that it is over. */
export function drawFoot(chat: Chat) {
  const composer = drawComposer(chat)
  const place = h('div')
  const small = h('p', { class: 'small' })
  const element = h('footer', {}, place, small)
  let shown = ''
  let isEnding = false

  const ending = () => {
    const back = h('button', { type: 'button', onclick: () => ask(false) }, word('cancel'))
    const yes = h('button', { type: 'button', class: 'main', onclick: end }, word('endYes'))
    return h('div', { class: 'ask', role: 'group' }, h('p', {}, word('endQuestion')), back, yes)
  }
  const ended = () =>
    h(
      'div',
      { class: 'ask' },
      h('p', { role: 'status' }, word('ended')),
      h('button', { type: 'button', class: 'main', onclick: begin }, word('newChat'))
    )
  const parts: Record<string, () => HTMLElement> = {
    ...{ ending, ended, write: () => composer.element },
    ask: () => formLater(chat, () => update(true))
  }
  const end = () => {
    isEnding = false
    void chat.end().then(() => focus())
  }
  const begin = () => {
    chat.forget()
    void chat.load().then(() => focus())
  }
  const ask = (isSo: boolean) => {
    isEnding = isSo
    update(true)
  }
  const focus = () =>
    shown === 'write' ? composer.focus() : place.querySelector<HTMLElement>('input,button')?.focus()

  const update = (takesFocus = false) => {
    const wanted = chat.isEnded ? 'ended' : isEnding ? 'ending' : asksFirst(chat) ? 'ask' : 'write'
    place.hidden = !chat.state
    if (wanted !== shown) place.replaceChildren(parts[wanted]?.() ?? '')
    shown = wanted
    composer.update()
    writeSmall(chat, small)
    if (takesFocus) focus()
  }
  return { element, update, focus, askEnd: () => ask(true) }
}

function writeSmall({ state }: Chat, place: HTMLElement): void {
  if (!state || place.childNodes.length > 0) return
  const address = state.privacyUrl
  const privacy =
    address && isWebAddress(address)
      ? [h('a', { href: address, target: '_blank', rel: 'noopener' }, word('privacy'))]
      : []
  const power = state.showsPoweredBy ? [h('span', {}, word('poweredBy'))] : []
  place.append(...privacy, ...power)
  place.hidden = place.childNodes.length === 0
}

/** Whether something is to be asked before the first message. */
function asksFirst({ state, isKnown }: Chat): boolean {
  if (!state || isKnown || read('asked') !== null) return false
  return state.preChat.length > 0 || state.consent !== null
}

function formLater(chat: Chat, done: () => void): HTMLElement {
  const place = h('div', { 'aria-busy': 'true' })
  void later().then(({ drawPreChat }) => {
    const form = drawPreChat(chat, done)
    place.replaceWith(form)
    if (chat.isOpen) form.querySelector('input')?.focus()
  })
  return place
}
