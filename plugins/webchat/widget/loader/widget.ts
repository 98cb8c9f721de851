import type { FromLoader, FromPanel, WidgetConfig } from '../../wire.ts'
import { makeFrame, type Frame } from './frame.ts'
import { emitter } from './emitter.ts'
import { fillPhone, isPhone } from './phone.ts'
import { isAllowed } from './rule.ts'
import { keep, read } from './storage.ts'
import { drawView, type View } from './view.ts'

export interface Widget {
  boot(wantsTitle: boolean): void
  /** Asks how it looks here; the first request there is. */
  start(): void
  /** Another address on the same page: its rules, its greeting, a line for the agent. */
  turnPage(): void
  /** What a page can say. */
  verbs: Record<string, (first?: unknown, second?: unknown) => void>
}

/** One widget of the page: a button, a bubble and, as soon as somebody means to talk, a frame. */
export function makeWidget(server: string, key: string): Widget {
  const name = `sapa:${key}`
  // Where this file came from, Sapa can be reached.
  const base = `${server}chat/${encodeURIComponent(key)}`
  const { on, off, emit } = emitter()
  /** Told to every frame once it is there. */
  let known: Record<string, FromLoader> = {}
  let tracked: FromLoader[] = []
  let config: WidgetConfig | null = null
  let view: View | null = null
  let frame: Frame | null = null
  let isStarted = false
  let isReady = false
  let isOff = false
  let isOpen = false
  let isHidden = false
  let hasTitle = false
  let opener: HTMLElement | null = null
  let release: (() => void) | null = null
  let greeting = 0

  const tell = (message: FromLoader) => {
    if (isReady) frame?.tell(message)
  }

  const begin = () => {
    isReady = true
    tell({ sapa: 'begin', token: read(name), isOpen, kept: read(`${name}:q`), page: thisPage() })
    for (const message of [...Object.values(known), ...tracked.splice(0)]) tell(message)
  }

  const showCount = (count: number) => {
    view?.showCount(count)
    if (!hasTitle) return
    const own = document.title.replace(/^\(\d+\) /, '')
    document.title = count > 0 ? `(${count}) ${own}` : own
  }

  const hear = (message: FromPanel) => {
    const { sapa } = message
    // A late word must not bring back what was forgotten.
    if (!frame) return
    if (sapa === 'ready') begin()
    else if (sapa === 'close') return close()
    else if (sapa === 'keep') return keep(`${name}:q`, message.text)
    else if (sapa === 'token') return keep(name, message.token)
    else if (sapa === 'unread') showCount(message.count)
    else if (sapa === 'message' && !isOpen) view?.showBubble(`${message.name}: ${message.text}`)
    const told = message as { count?: number; code?: string }
    emit(sapa, told.count ?? told.code ?? message)
  }

  /** The pointer is above the button, or there is a conversation to hear of: the frame may come. */
  const intend = () => {
    if (frame || !config || !view) return
    frame = makeFrame(config, `${base}/panel`, hear)
    view.box.append(frame.element)
  }

  const open = () => {
    if (isOpen || isOff) return
    isOpen = true
    start()
    show()
    emit('open')
  }

  /** What `isOpen` says, as soon as there is something to show. */
  const show = () => {
    if (!isOpen || !view) return
    intend()
    opener ??= document.activeElement as HTMLElement | null
    view.box.hidden = false
    view.launcher.hidden = true
    view.launcher.ariaExpanded = 'true'
    view.showBubble('')
    if (isPhone()) release = fillPhone(view.box)
    frame?.element.focus()
    tell({ sapa: 'open' })
  }

  const close = () => {
    if (!isOpen) return
    isOpen = false
    if (view) {
      view.box.hidden = true
      view.launcher.ariaExpanded = 'false'
      release?.()
      release = null
      place()
      ;(view.launcher.hidden ? opener : view.launcher)?.focus()
    }
    opener = null
    tell({ sapa: 'closed' })
    emit('close')
  }

  const toggle = () => (isOpen ? close() : open())

  const hide = (isSo: boolean) => {
    isHidden = isSo
    place()
  }

  /** The button is there where the rules let it, and while nothing is open. */
  const place = () => {
    if (!config || !view) return
    const isHere = isAllowed(config.rules, location) && !isHidden
    view.launcher.hidden = !isHere || config.launcher.side === 'own' || isOpen
    if (!isHere) close()
  }

  const turnPage = () => {
    place()
    view?.showBubble('')
    clearTimeout(greeting)
    greeting = greet()
    tell({ sapa: 'page', page: thisPage() })
    if (config?.tracksPages) track('page', document.title)
  }

  const greet = () => {
    const { text, afterSeconds } = config?.greeting ?? {}
    if (!text || !afterSeconds || read(`${name}:g`)) return 0
    return setTimeout(() => {
      if (read(name) || view?.launcher.hidden !== false) return
      keep(`${name}:g`, '1')
      view.showBubble(text)
    }, afterSeconds * 1000)
  }

  const track = (what: unknown, text: unknown) => {
    // The panel gives it its id: pages without https have no way to make one.
    const item = {
      ...{ id: '', at: Date.now(), url: location.href, name: String(what) },
      text: typeof text === 'string' ? text : ''
    }
    if (isReady) tell({ sapa: 'track', item })
    else tracked = [...tracked, { sapa: 'track', item } as const].slice(-20)
  }

  const draw = (given: WidgetConfig) => {
    // A page may have said shutdown and boot while this was on its way.
    if (isOff || view) return
    config = given
    view = drawView(given, open, intend)
    const { host } = view
    // Pages that build themselves anew may throw it out: then it comes back.
    new MutationObserver(() => {
      if (!host.isConnected && view?.host === host) document.documentElement.append(host)
    }).observe(document.documentElement, { childList: true })
    turnPage()
    if (read(name)) intend()
    show()
  }

  const configure = async (): Promise<void> => {
    const language = document.documentElement.lang.slice(0, 2)
    const address = `${base}/config?lang=${language}`
    const answer = await fetch(address, { credentials: 'omit' }).catch(() => null)
    if (answer?.ok) draw((await answer.json()) as WidgetConfig)
    else if (answer && answer.status < 500) emit('error', answer.status)
    else setTimeout(configure, 30_000)
  }

  const start = () => {
    if (isStarted || isOff) return
    isStarted = true
    void configure()
  }

  const remember = (message: FromLoader) => {
    known[message.sapa] = message
    tell(message)
  }

  /** Somebody signs out: what was said stays with Sapa, this browser forgets whose it was. */
  const shutdown = () => {
    close()
    tell({ sapa: 'shutdown' })
    keep(name)
    keep(`${name}:q`)
    keep(`${name}:g`)
    showCount(0)
    const host = view?.host
    known = {}
    isOff = true
    isStarted = isReady = false
    view = frame = config = null
    // The panel clears its own storage before it goes.
    setTimeout(() => host?.remove(), 200)
  }

  const onTrigger = (event: Event) => {
    try {
      const found = (event.target as Element).closest<HTMLElement>(config?.launcher.trigger || '_')
      if (!found) return
      if (event.type !== 'click') return intend()
      event.preventDefault()
      opener = found
      toggle()
    } catch {
      // An owner's selector that is none finds nothing.
    }
  }

  document.addEventListener('click', onTrigger)
  document.addEventListener('pointerover', onTrigger)
  // Another tab of the site has begun or ended a chat.
  addEventListener('storage', event => {
    if (event.key === name && isReady) begin()
  })

  return {
    start,
    turnPage,
    boot(wantsTitle) {
      hasTitle ||= wantsTitle
      if (isOff) {
        isOff = false
        start()
      }
    },
    verbs: {
      ...{ open, close, toggle, on, off, track, shutdown },
      show: () => hide(false),
      hide: () => hide(true),
      identify: proof => remember({ sapa: 'identify', proof } as FromLoader),
      update: profile => remember({ sapa: 'update', profile } as FromLoader)
    }
  }
}

const thisPage = () => ({ url: location.href, title: document.title })
