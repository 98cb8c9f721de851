import type { FromLoader, FromPanel, WidgetConfig } from '../../wire.ts'

export interface Frame {
  element: HTMLIFrameElement
  tell(message: FromLoader): void
}

/**
 * Hears its own frame alone, by window and by origin, and speaks to that origin alone. The page's origin
 * stands behind `#`, so that the panel can do the same; who may frame it at all is the server's word.
 */
export function makeFrame(
  config: WidgetConfig,
  panelUrl: string,
  heard: (message: FromPanel) => void
): Frame {
  const { origin } = new URL(panelUrl)
  const element = document.createElement('iframe')
  element.title = config.words.frame
  element.src = `${panelUrl}?lang=${config.locale}#${encodeURIComponent(location.origin)}`
  addEventListener('message', ({ source, origin: from, data }) => {
    if (source && source === element.contentWindow && from === origin && data?.sapa) {
      heard(data as FromPanel)
    }
  })
  return { element, tell: message => element.contentWindow?.postMessage(message, origin) }
}
