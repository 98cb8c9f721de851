import { behavior } from './registry.js'
import { everySecond, now, spell } from './clock.js'
import { word } from './dom.js'

// <span class="chip" data-behavior="due" data-due="…ms" data-from="…ms"><b data-due-text>…</b></span>
behavior('due', element =>
  everySecond(() => {
    const due = Number(element.dataset.due)
    const left = due - now()
    const { amount, unit } = spell(left)
    const time = `${amount} ${word(`unit${unit}`)}`
    const output = element.querySelector('[data-due-text]') ?? element
    const text = word(left < 0 ? 'dueOver' : 'dueLeft', { time })
    if (text && output.textContent !== text) output.textContent = text
    const isSoon = left < (due - Number(element.dataset.from ?? due)) / 2
    element.classList.toggle(`${element.classList[0]}--danger`, left < 0)
    element.classList.toggle(`${element.classList[0]}--warn`, left >= 0 && isSoon)
  })
)

behavior('relative-time', element =>
  everySecond(() => {
    const ago = now() - Date.parse(element.dateTime)
    const { amount, unit } = spell(ago)
    const text =
      ago < 60_000 ? word('justNow') : word('ago', { time: `${amount} ${word(`unit${unit}`)}` })
    if (text && element.textContent !== text) element.textContent = text
  })
)
