import htmx from 'htmx.org'
import { behavior } from './registry.js'
import { isField, listen } from './dom.js'

const waitMs = 80
const hiddenMs = 4000
const ownMs = 1500

// <header id="…" data-behavior="live-refresh" data-live="conversation.changed"
//   data-live-match="12" data-live-url="/conversations/12/header">
behavior('live-refresh', element => {
  let timer = 0
  let isStale = false
  let wantedUntil = 0
  let isAsking = false
  let isWanted = false
  let isOffered = false
  let asked = ''

  const concerns = ({ detail }) => {
    const { live, liveMatch, liveKey = 'conversation' } = element.dataset
    if (detail.topic === 'resync') return true
    if (!live.split(/\s+/).includes(detail.topic)) return false
    return !liveMatch || liveMatch.split(' ').some(match => isAbout(detail, match, liveKey))
  }
  // One at a time: what has come meanwhile is asked for then.
  const refresh = async () => {
    clearTimeout(timer)
    timer = 0
    if (isAsking || isBusy(element)) return
    isStale = false
    isOffered = false
    isAsking = true
    isWanted = isOwn()
    asked = element.dataset.liveUrl
    try {
      await htmx.ajax('GET', asked, {
        source: element,
        target: element,
        swap: element.dataset.liveSwap ?? 'outerMorph',
        headers: document.hidden ? { 'X-Sapa-Hidden': '1' } : {}
      })
    } finally {
      isAsking = false
      // What a pill offers waits for the hand, not for the next moment.
      if (element.isConnected && !isOffered) schedule()
    }
  }
  const isOwn = () => performance.now() < wantedUntil
  const schedule = () => {
    if (!isStale) return
    // A timer that runs is kept: news without end must not put the refresh off for ever.
    const wait = document.hidden ? hiddenMs : waitMs
    timer ||= setTimeout(refresh, wait + Math.random() * wait)
  }
  // It has become another one meanwhile, such as by what was chosen in it: this answer is about the old one.
  const askAgain = event => {
    event.preventDefault()
    isStale = true
    schedule()
  }
  const stops = [
    listen(document, {
      'sapa:live': event => {
        if (!concerns(event)) return
        isStale = true
        schedule()
      },
      // What this agent has just done may move rows under their own hand.
      'htmx:after:request': ({ detail: { ctx } }) => {
        if (ctx.request?.method !== 'GET') wantedUntil = performance.now() + ownMs
      },
      visibilitychange: () => (document.hidden ? schedule() : isStale && refresh()),
      'sapa:calm': schedule
    }),
    listen(element, {
      'htmx:before:swap': event => {
        if (event.target !== element) return
        if (asked !== element.dataset.liveUrl) return askAgain(event)
        // However long the answer took, it is about what they did before it was asked for.
        const mayMove = isWanted || isOwn() || !isInUse(element)
        if (mayMove || !moves(element, event.detail.ctx.text)) return hidePill(element)
        event.preventDefault()
        isStale = true
        isOffered = true
        showPill(element)
      },
      focusout: () => setTimeout(schedule),
      mouseleave: schedule,
      change: schedule,
      'sapa:stale': () => {
        isStale = true
        schedule()
      },
      'sapa:refresh': () => {
        isStale = true
        wantedUntil = performance.now() + ownMs
        refresh()
      }
    })
  ]
  return () => {
    clearTimeout(timer)
    stops.forEach(stop => stop())
    if (isStale) tellSuccessor(element.id)
  }
})

// News that came while the answer that replaces this element was under way are not in it.
function tellSuccessor(id) {
  setTimeout(() => document.getElementById(id)?.dispatchEvent(new CustomEvent('sapa:stale')))
}

/** `12`, or `customer:7` for what is not named by `data-live-key`. */
function isAbout(detail, match, key) {
  const [name, id] = match.includes(':') ? match.split(':') : [key, match]
  return String(detail[name]) === id
}

// R1 and R2 of the interface rules: never under a caret, never under a pointer that picks a row.
function isBusy(element) {
  if (isField(document.activeElement) && element.contains(document.activeElement)) return true
  return document.hidden && !('liveHidden' in element.dataset)
}

// In a list under the pointer or the keyboard rows may change, but not move.
function isInUse(element) {
  if (!element.dataset.livePill) return false
  return isPicking(element) || element.matches(':hover') || element.contains(document.activeElement)
}

const isPicking = element => element.querySelector('[data-select]:checked') !== null

function moves(element, html) {
  if (isPicking(element)) return true
  const next = new DOMParser().parseFromString(html, 'text/html')
  return order(element) !== order(next)
}

const order = root =>
  [...root.querySelectorAll('[data-row]')].map(row => row.getAttribute('href')).join(' ')

const pillOf = element => document.getElementById(element.dataset.livePill)

function hidePill(element) {
  const pill = pillOf(element)
  if (pill) pill.hidden = true
}

// A list in use is not reordered under the hand: a pill offers the news.
function showPill(element) {
  const pill = pillOf(element)
  if (!pill) return
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
