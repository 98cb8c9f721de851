import { behavior } from './registry.js'
import { isField, isShown, listen } from './dom.js'

const sequenceMs = 1000

// Whatever shows a key in aria-keyshortcuts answers to it; data-keys="g i" adds sequences.
behavior('page-keys', root => {
  let first = { key: '', at: 0 }

  return listen(document, {
    keydown: event => {
      if (event.defaultPrevented || event.isComposing || event.repeat) return
      const single = !event.ctrlKey && !event.metaKey && !event.altKey
      // A field's own undo comes first.
      if (isField(event.target) && spelled(event) === 'control+z') return
      if (single && (isField(event.target) || isOff() || inOverlay(event))) return

      const key = spelled(event)
      const sequence = event.timeStamp - first.at < sequenceMs ? `${first.key} ${key}` : ''
      first = { key, at: event.timeStamp }
      const element = (sequence && bySequence(root, sequence)) || byShortcut(root, key)
      if (!element) return
      event.preventDefault()
      if (isField(element)) element.focus()
      else element.click()
    }
  })
})

const isOff = () => document.documentElement.dataset.singleKeys === 'off'

const inOverlay = event =>
  document.querySelector('dialog[open]') !== null || event.target.closest?.('[popover]') !== null

function spelled(event) {
  const isLetter = /^[a-z]$/i.test(event.key)
  const parts = [isLetter ? event.key.toLowerCase() : event.key]
  if (event.shiftKey && isLetter) parts.unshift('shift')
  if (event.altKey) parts.unshift('alt')
  if (event.ctrlKey || event.metaKey) parts.unshift('control')
  return parts.join('+')
}

// A menu's item or a button that only exists for its key answers without being shown.
function byShortcut(root, key) {
  const named = [...root.querySelectorAll('[aria-keyshortcuts]')].filter(element =>
    element.getAttribute('aria-keyshortcuts').toLowerCase().split(/\s+/).includes(key.toLowerCase())
  )
  return named.find(isShown) ?? named.find(element => element.closest('[popover], [hidden]'))
}

function bySequence(root, sequence) {
  return root.querySelector(`[data-keys="${CSS.escape(sequence).replaceAll('\\ ', ' ')}"]`)
}
