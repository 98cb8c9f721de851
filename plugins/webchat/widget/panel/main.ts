import { fallSilent, isAlone, onTold, tell } from './bridge.ts'
import { Chat } from './chat.ts'
import { paint } from './colors.ts'
import { h } from './element.ts'
import { drawFoot } from './foot.ts'
import { drawHeader } from './header.ts'
import { drawLog } from './log.ts'
import { drawExtras } from './extras.ts'
import { drawStrip } from './strip.ts'
import { profileOf } from './person.ts'
import { read } from './storage.ts'
import { word } from './word.ts'

const chat = new Chat()
const older = h(
  'button',
  { type: 'button', class: 'older', onclick: () => void chat.loadOlder().catch(() => undefined) },
  word('older')
)
const foot = drawFoot(chat)
const extras = drawExtras(chat)
const header = drawHeader(chat, { askEnd: () => foot.askEnd(), offer: () => extras.offer() })
const parts = [drawStrip(chat), drawLog(chat), extras] as const
const [strip, log] = parts
const scroller = h(
  'div',
  { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': word('log') },
  h('div', {}, older, log.element, extras.element)
)
document.body.append(h('main', {}, header.element, strip.element, scroller, foot.element))

let isDue = false
let wantsFocus = false
chat.changed = () => {
  if (isDue) return
  isDue = true
  queueMicrotask(() => {
    isDue = false
    draw()
  })
}

function draw() {
  if (chat.state) paint(chat.state)
  older.hidden = !chat.said.hasOlder
  for (const part of [header, ...parts]) part.update()
  foot.update()
  if (!wantsFocus || !chat.state) return
  wantsFocus = false
  // On a phone the keyboard would cover what is to be read first.
  if (matchMedia('(pointer: coarse)').matches) scroller.focus()
  else foot.focus()
}

onTold(message => {
  if (message.sapa === 'begin') {
    wantsFocus = message.isOpen && !chat.state
    void chat.begin(message)
  } else if (message.sapa === 'open') {
    wantsFocus = true
    chat.open()
  } else if (message.sapa === 'closed') chat.isOpen = false
  else if (message.sapa === 'identify') chat.identify(message.proof)
  else if (message.sapa === 'update') chat.person.update(profileOf(message.profile), chat.isKnown)
  else if (message.sapa === 'track') chat.person.track(message.item, chat.isKnown)
  else if (message.sapa === 'page') chat.turnPage(message.page)
  else if (message.sapa === 'shutdown') {
    fallSilent()
    chat.forget()
  }
})

addEventListener('keydown', event => {
  if (event.key === 'Escape') tell({ sapa: 'close' })
})

draw()
if (isAlone) {
  const page = { url: location.href.split('#')[0] ?? '', title: document.title }
  const token = read('token') as string | null
  void chat.begin({ sapa: 'begin', token, isOpen: true, kept: null, page })
}
tell({ sapa: 'ready' })
