import { h } from './element.ts'
import { word } from './word.ts'

/** Asked before the chat is taken from this device. */
export function drawEnding(back: () => void, end: () => void): HTMLElement {
  return h(
    'div',
    { class: 'ask', role: 'group' },
    h('p', {}, word('endQuestion')),
    h('button', { type: 'button', onclick: back }, word('cancel')),
    h('button', { type: 'button', class: 'main', onclick: end }, word('endYes'))
  )
}

export function drawEnded(begin: () => void): HTMLElement {
  return h(
    'div',
    { class: 'ask' },
    h('p', { role: 'status' }, word('ended')),
    h('button', { type: 'button', class: 'main', onclick: begin }, word('newChat'))
  )
}
