import { behavior } from './registry.js'
import { listen } from './dom.js'

/**
 * Runs when htmx has brought back a good answer to what this element asked. A morph can make this
 * element out of the button that asked: that answer is not meant.
 */
function whenDone(element, act) {
  let isAsking = false
  return listen(document, {
    'htmx:before:request': ({ detail: { ctx } }) => {
      if (ctx.sourceElement === element) isAsking = true
    },
    'htmx:after:request': ({ detail: { ctx } }) => {
      if (ctx.sourceElement === element && isAsking && ctx.response?.raw?.ok) act()
    }
  })
}

// On "Close": what follows in the list opens, so that a queue is worked off without the mouse.
behavior('close-next', button => {
  let next = null
  const stops = [
    listen(button, { click: () => (next = neighbour()) }, true),
    whenDone(button, () => {
      if (!next?.isConnected) return toList()
      next.focus({ preventScroll: true })
      next.click()
    })
  ]
  return () => stops.forEach(stop => stop())
})

// On what leaves the conversation where it is and goes back to the list.
behavior('then-list', button => whenDone(button, toList))

// On a toast's undo: back to what was closed.
behavior('then-go', button => whenDone(button, () => location.assign(button.dataset.go)))

// The way back of a phone's page: to the list that this conversation was opened from.
behavior('to-list', link => {
  const list = document.getElementById('list')
  if (list?.dataset.href) link.href = list.dataset.href
})

function neighbour() {
  const rows = [...document.querySelectorAll('#list [data-row]')]
  const at = rows.findIndex(row => row.hasAttribute('aria-current'))
  // Taking it may have moved it out of this list: then the list begins anew.
  return rows[at + 1] ?? rows[at - 1] ?? null
}

function toList() {
  location.assign(document.getElementById('list')?.dataset.href ?? '/inbox')
}
