import { behavior } from './registry.js'
import { everySecond, now } from './clock.js'

// <span data-behavior="undo-countdown" data-until="1763715600000"><b data-seconds></b></span>
behavior('undo-countdown', element =>
  everySecond(stop => {
    const left = Math.ceil((Number(element.dataset.until) - now()) / 1000)
    const output = element.querySelector('[data-seconds]')
    if (output) output.textContent = `${Math.max(left, 0)} ${element.dataset.unit ?? ''}`.trim()
    if (left > 0) return
    stop()
    element.dispatchEvent(new CustomEvent('sapa:undo-over', { bubbles: true }))
    element.remove()
  })
)
