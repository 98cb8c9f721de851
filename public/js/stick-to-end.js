import { behavior } from './registry.js'
import { listen, word } from './dom.js'

const nearPx = 120

// The scroller is column-reverse, so its end is scrollTop 0 and older places are negative.
behavior('stick-to-end', scroller => {
  const pill = scroller.parentElement.querySelector('[data-new-pill]')
  const isNear = () => Math.abs(scroller.scrollTop) <= nearPx
  let count = 0

  const show = () => {
    if (!pill) return
    pill.hidden = count === 0
    const output = pill.querySelector('[data-count]') ?? pill
    output.textContent = word(count === 1 ? 'newMessage' : 'newMessages', { n: count })
  }
  const toEnd = () => {
    count = 0
    scroller.scrollTo({ top: 0 })
    show()
  }

  const observer = new MutationObserver(changes => {
    const added = changes.flatMap(change => [...change.addedNodes]).flatMap(messagesIn)
    const late = added.filter(message => isLast(scroller, message))
    if (isNear() || late.length === 0) return
    count += late.length
    show()
  })
  observer.observe(scroller, { childList: true, subtree: true })
  openAtNew(scroller)

  const stops = [
    listen(scroller, { scroll: () => count > 0 && isNear() && toEnd() }, { passive: true }),
    pill ? listen(pill, { click: toEnd }) : () => {},
    listen(document, { 'sapa:sent': toEnd })
  ]
  return () => {
    observer.disconnect()
    stops.forEach(stop => stop())
  }
})

// Only when what is new does not fit: then the reading begins at its first line.
function openAtNew(scroller) {
  const line = scroller.querySelector('.timeline__new')
  if (!line) return
  const above = scroller.getBoundingClientRect().top - line.getBoundingClientRect().top
  if (above > 0) scroller.scrollTop -= above + 8
}

function messagesIn(node) {
  if (node.nodeType !== 1) return []
  return node.matches('[data-message]') ? [node] : [...node.querySelectorAll('[data-message]')]
}

// Older pages are put in front; only what follows everything known counts as new.
function isLast(scroller, message) {
  const all = [...scroller.querySelectorAll('[data-message]')]
  return all.indexOf(message) >= all.length - 20 && all.length > 1
}
