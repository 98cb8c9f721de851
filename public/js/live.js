import { behavior } from './registry.js'
import { listen, randomId } from './dom.js'
import { keepRecent } from './live-recent.js'
import { openStream } from './live-stream.js'

const offlineMs = 5000
const resync = { data: '{"topic":"resync"}' }

// On <body>: one stream per browser. The tab that holds the lock reads it and tells the others.
behavior('live', body => {
  const url = body.dataset.liveUrl ?? '/live'
  const channel = new BroadcastChannel('sapa-live')
  const tab = randomId()
  // From the page, so that what happens between its drawing and the first stream is not missed.
  let lastId = positionOfPage()
  const recent = keepRecent(lastId)
  let timer = 0
  let stream

  const state = isUp => {
    if (!isUp) {
      // Each vain attempt says so again: the first one counts.
      timer ||= setTimeout(showOffline, offlineMs, true)
      return
    }
    clearTimeout(timer)
    timer = 0
    showOffline(false)
  }
  const receive = ({ id, data, isUp }) => {
    if (isUp !== undefined) return state(isUp)
    if (id) {
      lastId = id
      recent.add({ id, data })
    }
    dispatch(body, data)
  }
  const lead = () => {
    stream = openStream(url, lastId, news => {
      channel.postMessage(news)
      receive(news)
    })
    channel.postMessage({ leads: true })
  }
  // What happened between the drawing of this page and its first news is asked of the tab that leads.
  const ask = () => channel.postMessage({ asker: tab, after: lastId })
  const answer = ({ asker, after }) => {
    for (const news of recent.since(after) ?? [resync]) channel.postMessage({ ...news, to: asker })
  }
  channel.onmessage = ({ data: news }) => {
    if (news.asker) return stream && answer(news)
    if (news.leads) return ask()
    if (!news.to || news.to === tab) receive(news)
  }
  ask()
  // The server may have drawn what is swapped in before something that was heard of while it was under way.
  const catchUp = ({ detail: { ctx } }) => {
    if (!ctx.text?.includes('data-live-at="')) return
    for (const news of recent.since(positionOfPage()) ?? [resync]) dispatch(body, news.data)
  }

  let stop = holdLock(lead, () => stream?.close())
  const stopSwap = listen(document, {
    'htmx:after:swap': event => queueMicrotask(() => catchUp(event))
  })
  const stopPage = listen(window, {
    pagehide: () => stop(),
    // Back from the browser's page cache, where no news arrived.
    pageshow: ({ persisted }) => {
      if (!persisted) return
      stop = holdLock(lead, () => stream?.close())
      dispatch(body, resync.data)
    }
  })
  return () => {
    stopPage()
    stopSwap()
    stop()
    channel.close()
  }
})

/** Where the server stood when it began to draw this page. */
const positionOfPage = () => document.querySelector('[data-live-at]')?.dataset.liveAt ?? ''

// Web Locks are missing on plain http: then only the tab in front holds a stream.
function holdLock(take, drop) {
  if (!navigator.locks) {
    const follow = () => (document.hidden ? drop() : take())
    follow()
    const stop = listen(document, { visibilitychange: follow })
    return () => {
      stop()
      drop()
    }
  }
  let release
  const held = new Promise(resolve => (release = resolve))
  const abort = new AbortController()
  navigator.locks
    .request('sapa-live', { signal: abort.signal }, () => {
      take()
      return held
    })
    .catch(() => {})
  return () => {
    abort.abort()
    release()
    drop()
  }
}

function dispatch(body, data) {
  const detail = JSON.parse(data)
  if (detail.topic === 'signed-out') {
    location.assign(body.dataset.signInUrl ?? '/sign-in')
    return
  }
  document.dispatchEvent(new CustomEvent(`sapa:${detail.topic}`, { detail }))
  document.dispatchEvent(new CustomEvent('sapa:live', { detail }))
}

function showOffline(isOffline) {
  const bar = document.getElementById('offline')
  if (bar) bar.hidden = !isOffline
}
