import htmx from 'htmx.org'
import { behavior } from './registry.js'
import { listen } from './dom.js'

const waitMs = 80
const hiddenMs = 4000
/** As many as the server tells at once. */
const most = 100

// On a timeline's log, data-conversation="12": what changes of a message that stands there is asked for and
// morphed in. Many changes in one moment are one request; the text that is written and the place stay.
behavior('message-refresh', log => {
  const { conversation } = log.dataset
  const stale = new Set()
  let timer = 0

  const ask = async () => {
    const ids = [...stale].slice(0, most)
    ids.forEach(id => stale.delete(id))
    const url = `/conversations/${conversation}/messages?ids=${ids.join(',')}`
    const place = { source: log, target: log, swap: 'none' }
    try {
      await htmx.ajax('GET', url, place)
    } finally {
      // One at a time: what has come meanwhile is asked for then.
      timer = 0
      schedule()
    }
  }
  // A timer that runs is kept: news without end must not put the request off for ever.
  const schedule = () => {
    if (stale.size === 0) return
    const wait = document.hidden ? hiddenMs : waitMs
    timer ||= setTimeout(ask, wait + Math.random() * wait)
  }
  const note = ids => {
    for (const id of ids) stale.add(id)
    schedule()
  }

  const stop = listen(document, {
    'sapa:live': ({ detail }) => {
      if (detail.topic === 'resync') return note(newest(log))
      if (detail.topic !== 'message.changed' || String(detail.conversation) !== conversation) return
      if (log.querySelector(`#message-${Number(detail.message)}`)) note([detail.message])
    },
    visibilitychange: () => {
      clearTimeout(timer)
      timer = 0
      schedule()
    }
  })
  return () => {
    clearTimeout(timer)
    stop()
  }
})

const newest = log =>
  [...log.querySelectorAll('[data-message]')].slice(-most).map(message => message.dataset.message)
