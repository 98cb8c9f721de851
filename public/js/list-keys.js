import { behavior } from './registry.js'
import { isField, isShown, listen } from './dom.js'

const steps = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }

behavior('list-keys', list =>
  listen(document, {
    keydown: event => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (isField(event.target) || !isShown(list) || document.querySelector('dialog[open]')) return
      // Arrows, Home and End scroll elsewhere; letters can be switched off (WCAG 2.1.4).
      const isLetter = event.key.length === 1
      if (isLetter ? lettersOff() : !list.contains(event.target)) return
      if (event.key in steps) move(list, steps[event.key], event)
      else if (event.key === 'x') select(list, event)
      else if (event.key === 'o') current(list)?.click()
    }
  })
)

const lettersOff = () => document.documentElement.dataset.singleKeys === 'off'

function current(list) {
  return (
    document.activeElement.closest?.('[data-row]') ?? list.querySelector('[data-row][aria-current]')
  )
}

function move(list, step, event) {
  const rows = [...list.querySelectorAll('[data-row]')]
  if (rows.length === 0) return
  event.preventDefault()
  const at = rows.indexOf(current(list))
  const next = Math.min(Math.max(at < 0 ? 0 : at + step, 0), rows.length - 1)
  rows[next].focus()
  rows[next].scrollIntoView({ block: 'nearest' })
}

function select(list, event) {
  const box = current(list)?.parentElement.querySelector('[data-select]')
  if (!box) return
  event.preventDefault()
  box.click()
}
