import htmx from 'htmx.org'
import { behavior } from './registry.js'
import { isField, listen } from './dom.js'

const waitMs = 80
const hiddenMs = 4000

// <header id="…" data-behavior="live-refresh" data-live="conversation.changed"
//   data-live-match="12" data-live-url="/conversations/12/header">
behavior('live-refresh', element => {
  let timer = 0
  let isStale = false

  const concerns = ({ detail }) => {
    const { live, liveMatch, liveKey } = element.dataset
    if (detail.topic === 'resync') return true
    if (!live.split(/\s+/).includes(detail.topic)) return false
    return !liveMatch || String(detail[liveKey ?? 'conversation']) === liveMatch
  }
  const refresh = () => {
    clearTimeout(timer)
    timer = 0
    if (isBusy(element)) return
    isStale = false
    const pill = pillOf(element)
    if (pill) pill.hidden = true
    htmx.ajax('GET', element.dataset.liveUrl, {
      source: element,
      target: element,
      swap: element.dataset.liveSwap ?? 'outerMorph'
    })
  }
  const schedule = () => {
    if (!isStale) return
    // A timer that runs is kept: news without end must not put the refresh off for ever.
    const wait = document.hidden ? hiddenMs : waitMs
    timer ||= setTimeout(refresh, wait + Math.random() * wait)
  }
  const stops = [
    listen(document, {
      'sapa:live': event => {
        if (!concerns(event)) return
        isStale = true
        showPill(element)
        schedule()
      },
      visibilitychange: () => (document.hidden ? schedule() : isStale && refresh()),
      'sapa:calm': schedule
    }),
    listen(element, {
      focusout: () => setTimeout(schedule),
      mouseleave: schedule,
      change: schedule,
      'sapa:refresh': () => {
        isStale = true
        element.dataset.liveNow = ''
        refresh()
        delete element.dataset.liveNow
      }
    })
  ]
  return () => {
    clearTimeout(timer)
    stops.forEach(stop => stop())
  }
})

// R1 and R2 of the interface rules: never under a caret, never under a pointer that picks a row.
function isBusy(element) {
  if (isField(document.activeElement) && element.contains(document.activeElement)) return true
  if (document.hidden && !('liveHidden' in element.dataset)) return true
  if ('liveNow' in element.dataset || !element.dataset.livePill) return false
  const picks = element.querySelector('[data-select]:checked') !== null
  return picks || element.matches(':hover') || element.contains(document.activeElement)
}

const pillOf = element => document.getElementById(element.dataset.livePill)

// A list in use is not reordered under the hand: a pill offers the news.
function showPill(element) {
  const pill = pillOf(element)
  if (!pill || !isBusy(element) || document.hidden) return
  pill.hidden = false
  pill.onclick = () => {
    element.dispatchEvent(new CustomEvent('sapa:refresh'))
  }
}

// <span data-behavior="unread-title" data-unread="7">: "(7) Kotak masuk"
behavior('unread-title', element => {
  const show = () => {
    const count = Number(element.dataset.unread) || 0
    const plain = document.title.replace(/^\(\d+\) /, '')
    const title = count > 0 ? `(${count}) ${plain}` : plain
    if (title !== document.title) document.title = title
    if (navigator.setAppBadge) navigator.setAppBadge(count).catch(() => {})
  }
  const observer = new MutationObserver(show)
  observer.observe(element, { attributes: true, attributeFilter: ['data-unread'] })
  const stop = listen(document, { 'htmx:after:swap': show })
  show()
  return () => {
    observer.disconnect()
    stop()
  }
})
