const firstWaitMs = 1000
const longestWaitMs = 30_000
const restMs = 120_000

/**
 * An EventSource that also survives refusals. It cannot send Last-Event-ID on its first
 * request, so the id that this browser saw last travels in the address.
 */
export function openStream(url, startId, tell) {
  let lastId = startId
  let waitMs = firstWaitMs
  let timer = 0
  let source

  function open() {
    source = new EventSource(lastId ? `${url}?last=${encodeURIComponent(lastId)}` : url)
    source.onopen = () => {
      waitMs = firstWaitMs
      tell({ isUp: true })
    }
    source.onmessage = event => {
      if (event.lastEventId) lastId = event.lastEventId
      // Too many browsers of one person: the oldest waits instead of pushing out the next.
      if (event.data.includes('"topic":"replaced"')) return rest()
      tell({ id: event.lastEventId, data: event.data })
    }
    source.onerror = () => {
      tell({ isUp: false })
      // A page that is being left sees this too: it must not ask again.
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(retry, firstWaitMs / 2)
    }
  }

  // The browser gives up after a refusal (restart behind a proxy, ended session).
  async function retry() {
    const abort = new AbortController()
    const reply = await fetch(url, {
      headers: { accept: 'text/event-stream' },
      signal: abort.signal
    }).catch(() => null)
    abort.abort()
    if (reply?.status === 401) return tell({ data: '{"topic":"signed-out"}' })
    timer = setTimeout(open, waitMs * (0.7 + Math.random() * 0.6))
    waitMs = Math.min(waitMs * 2, longestWaitMs)
  }

  function rest() {
    source.close()
    timer = setTimeout(open, restMs)
  }

  open()
  return {
    close() {
      clearTimeout(timer)
      source.close()
    }
  }
}
