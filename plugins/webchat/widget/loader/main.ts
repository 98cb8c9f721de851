import { atIdle } from './idle.ts'
import { onNavigation } from './navigation.ts'
import { makeWidget, type Widget } from './widget.ts'

/** `Sapa('open')`; calls made before this file was there wait in `Sapa.q`. */
interface Api {
  (...call: unknown[]): void
  q?: ArrayLike<unknown>[]
  /** Set by this file: a second copy on the page hands its key over and does nothing else. */
  isLoaded?: true
}

declare global {
  interface Window {
    Sapa?: Api
  }
}

const script = document.currentScript as HTMLScriptElement | null
const address = new URL(script?.src ?? '/', location.href)
const { key = address.searchParams.get('key'), title } = script?.dataset ?? {}

if (!window.Sapa?.isLoaded) load(window.Sapa?.q ?? [])
if (key) window.Sapa?.('boot', { key, title: title !== undefined })

function load(queue: ArrayLike<unknown>[]) {
  const widgets = new Map<string, Widget>()
  const server = new URL('.', address).href
  const waiting: unknown[][] = []
  let isIdle = false

  /** `pub_1.open` is for one of several widgets; else the first opens, and all hear everything else. */
  const call: Api = (...words) => {
    const [what, ...values] = words
    const [verb = '', only] = String(what).split('.').reverse()
    if (verb === 'boot') return boot(values[0] as { key: string; title?: boolean })
    const all = only ? [widgets.get(only)] : [...widgets.values()]
    if (!all[0]) waiting.push(words)
    if (verb === 'open' || verb === 'toggle') all.length = 1
    for (const widget of all) widget?.verbs[verb]?.(...values)
  }

  /** Calls that came too early are made as soon as there is a widget to hear them. */
  const boot = ({ key: named, title: hasTitle = false }: { key: string; title?: boolean }) => {
    const widget = widgets.get(named) ?? makeWidget(server, named)
    widgets.set(named, widget)
    widget.boot(hasTitle)
    if (isIdle) widget.start()
    for (const one of waiting.splice(0)) call(...one)
  }

  call.isLoaded = true
  window.Sapa = call
  for (const one of Array.from(queue)) call(...Array.from(one))
  onNavigation(() => widgets.forEach(widget => widget.turnPage()))
  atIdle(() => {
    isIdle = true
    widgets.forEach(widget => widget.start())
  })
}
