import type { FromLoader, FromPanel } from '../../wire.ts'

/**
 * To the page around. Its origin stands behind `#`; who says nothing from there, in that window, is not
 * heard. Opened by itself, the panel is its own page.
 */
export const isAlone = window.parent === window

const origin = decodeURIComponent(location.hash.slice(1))

let isMute = false

/** The page around has forgotten us: a late answer must not reach who comes next. */
export const fallSilent = () => (isMute = true)

export function tell(message: FromPanel): void {
  if (!isAlone && !isMute && origin) window.parent.postMessage(message, origin)
}

export function onTold(heard: (message: FromLoader) => void): void {
  addEventListener('message', event => {
    if (isAlone || event.source !== window.parent || event.origin !== origin) return
    if (typeof event.data === 'object' && event.data !== null && 'sapa' in event.data) {
      heard(event.data as FromLoader)
    }
  })
}
