import { drawComposer } from './composer.ts'
import type { Chat } from './chat.ts'
import { h } from './element.ts'
import { later } from './more.ts'
import { read } from './storage.ts'
import { isWebAddress } from './text.ts'
import { word } from './word.ts'

type Later = typeof import('./later.ts')

/** Below the messages: the field, or what has to be said first, or that it is over. */
export function drawFoot(chat: Chat) {
  const composer = drawComposer(chat)
  const place = h('div')
  const small = h('p', { class: 'small' })
  const element = h('footer', {}, place, small)
  let shown = ''
  let isEnding = false

  const end = () => {
    isEnding = false
    void chat.end().then(() => focus())
  }
  const begin = () => {
    chat.forget()
    void chat.load().then(() => focus())
  }
  const parts: Record<string, (code: Later) => HTMLElement> = {
    ending: ({ drawEnding }) => drawEnding(() => ask(false), end),
    ended: ({ drawEnded }) => drawEnded(begin),
    ask: ({ drawPreChat }) => drawPreChat(chat, () => update(true))
  }
  const draw = (wanted: string) => {
    const part = parts[wanted]
    if (!part) return composer.element
    const spot = h('div', { 'aria-busy': 'true' })
    void later().then(code => {
      spot.replaceWith(part(code))
      if (chat.isOpen) focus()
    })
    return spot
  }
  const ask = (isSo: boolean) => {
    isEnding = isSo
    update(true)
  }
  const focus = () =>
    shown.startsWith('write')
      ? composer.focus()
      : place.querySelector<HTMLElement>('input,button')?.focus()

  const update = (takesFocus = false) => {
    const wanted = chat.isEnded ? 'ended' : isEnding ? 'ending' : asksFirst(chat) ? 'ask' : 'write'
    place.hidden = !chat.state
    const now = `${wanted} ${chat.persons}`
    if (now !== shown) place.replaceChildren(draw(wanted))
    shown = now
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
