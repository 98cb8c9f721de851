import type { WidgetConfig } from '../../wire.ts'
import { sheetFor } from './style.ts'

export interface View {
  host: HTMLElement
  launcher: HTMLButtonElement
  /** Around the frame. */
  box: HTMLElement
  showCount(count: number): void
  /** Empty takes the bubble away. */
  showBubble(text: string): void
}

/**
 * Everything on the page hangs in one shadow root beside `body`: sites that exchange their body keep the
 * chat, and the chat does not begin anew.
 */
export function drawView(config: WidgetConfig, open: () => void, intend: () => void): View {
  const { words, launcher: place } = config
  const host = element('div')
  const launcher = element('button', 'k')
  const badge = element('span')
  const bubble = element('div', 'g')
  const text = element('button')
  const close = element('button')
  const box = element('div', 'f')
  const root = host.attachShadow({ mode: 'open' })
  root.adoptedStyleSheets = [sheetFor(config)]

  launcher.append(icon(), badge)
  launcher.onclick = text.onclick = open
  launcher.onpointerenter = launcher.onfocus = intend
  close.textContent = '×'
  close.ariaLabel = words.close
  close.onclick = () => {
    bubble.hidden = true
    launcher.focus()
  }
  bubble.role = 'status'
  bubble.append(text, close)
  box.role = 'dialog'
  box.ariaLabel = words.frame
  box.hidden = true
  root.append(bubble, launcher, box)
  document.documentElement.append(host)

  const label = place.label || words.open
  const showCount = (count: number) => {
    badge.hidden = count < 1
    badge.textContent = count > 9 ? '9+' : `${count}`
    launcher.ariaLabel =
      count > 0 ? `${label}, ${words.unread.replace('{count}', `${count}`)}` : label
  }
  const showBubble = (said: string) => {
    bubble.hidden = !said
    text.textContent = said
  }
  showCount(0)
  showBubble('')
  return { host, launcher, box, showCount, showBubble }
}

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  name = ''
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  made.className = name
  return made
}

function icon(): Element {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  const path = document.createElementNS(svg.namespaceURI, 'path') as Element
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.ariaHidden = 'true'
  path.setAttribute('d', 'M4 4h16v12h-8l-5 4v-4H4z')
  svg.append(path)
  return svg
}
