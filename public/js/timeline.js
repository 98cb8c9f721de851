import { behavior } from './registry.js'
import { listen } from './dom.js'

const shown = root => [...root.querySelectorAll('[data-message]')]

// <input name="seen" data-behavior="seen" data-timeline="timeline-12">: what stood on the page when the
// agent began to write. News that arrive while writing do not count as seen.
behavior('seen', input => {
  const { form } = input
  const area = form.querySelector('textarea')
  const note = () => {
    const timeline = document.getElementById(input.dataset.timeline)
    const ids = timeline ? shown(timeline).map(message => Number(message.dataset.message)) : []
    input.value = Math.max(Number(input.value), ...ids)
  }
  const began = event => {
    const isFirst = event.target === area && area.value.length <= (event.data?.length ?? 0)
    if (isFirst) note()
  }
  return listen(form, { input: began, 'sapa:filled': () => area.value || note() })
})

// The answer to the own reply and the pushed news may bring the same message: the first one stays.
// A run of activities comes whole each time: the longest takes the place of what it was.
behavior('once', root => {
  const observer = new MutationObserver(changes => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node.nodeType === 1) dropRepeats(root, node)
    }
  })
  observer.observe(root, { childList: true })
  return () => observer.disconnect()
})

function dropRepeats(root, leg) {
  for (const fold of leg.querySelectorAll('[id^=activity-]')) growRun(root, fold)
  for (const entry of leg.querySelectorAll('[id^=message-], [id^=event-]')) {
    const [first] = root.querySelectorAll(`#${CSS.escape(entry.id)}`)
    if (first !== entry) entry.remove()
  }
  if (leg.matches('.leg') && !leg.querySelector('[id^=message-], [id^=event-]')) leg.remove()
}

function growRun(root, fold) {
  const known = [...fold.querySelectorAll('[id^=event-]')]
    .map(event => root.querySelector(`#${CSS.escape(event.id)}`))
    .find(event => !fold.contains(event))
  if (!known) return
  const before = known.closest('[id^=activity-]') ?? known
  fold.open = before.open ?? false
  before.replaceWith(fold)
}

// <div data-behavior="read-later" data-seen-url="/conversations/12/seen">: what came while nobody looked
// at the tab is read once somebody does.
behavior('read-later', root => {
  let isUnread = false
  const observer = new MutationObserver(() => (isUnread ||= document.hidden))
  observer.observe(root, { childList: true })
  const look = () => {
    if (document.hidden || !isUnread) return
    isUnread = false
    const message = root.querySelector('[name=message]').value
    const body = new URLSearchParams({ message })
    fetch(root.dataset.seenUrl, { method: 'PUT', body }).catch(() => {})
  }
  const stop = listen(document, { visibilitychange: look })
  return () => {
    observer.disconnect()
    stop()
  }
})
