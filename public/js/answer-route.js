import { behavior } from './registry.js'
import { listen, word } from './dom.js'
import { everySecond, now } from './clock.js'

const longest = 2 ** 31 - 1
const warnMs = 2 * 3_600_000

// <span data-behavior="live-refresh answer-route" data-shut data-shut-later data-closes-at data-can="copies"
//   data-most data-title-length data-account> in a composer: what can leave by the chosen channel. The text
// itself is never touched: it is only locked while free words cannot leave.
behavior('answer-route', state => {
  const form = state.closest('form')
  const area = form.querySelector('textarea')
  let timer = 0

  const isReply = () => form.querySelector('[name=kind]:checked')?.value === 'reply'

  function settle() {
    const shut = isReply() ? state.dataset.shut : ''
    form.dataset.shut = shut
    lock(area, shut !== '')
    form.querySelector('[type=submit]').disabled = shut === 'nothing' || shut === 'gone'
    offer(form, state.dataset)
    schedule()
  }

  function schedule() {
    clearTimeout(timer)
    const closesAt = Number(state.dataset.closesAt)
    if (!closesAt || state.dataset.shut) return
    timer = setTimeout(close, Math.min(Math.max(closesAt - now(), 500), longest))
  }

  // Nobody tells: the window closes by the clock. What the server says then holds.
  function close() {
    if (now() < Number(state.dataset.closesAt)) return schedule()
    state.dataset.shut = state.dataset.shutLater || 'nothing'
    refresh()
  }
  const refresh = () => state.dispatchEvent(new CustomEvent('sapa:refresh'))

  function refused({ detail: { ctx } }) {
    if (ctx.sourceElement === form && ctx.response?.raw?.status === 409) refresh()
  }

  function clicked({ target }) {
    if (target.closest('[data-route]')) area.focus()
  }

  // In a title Enter goes on to the next one: it must not send.
  function keys(event) {
    if (event.target.name !== 'choice' || event.key !== 'Enter') return
    event.preventDefault()
    event.target.nextElementSibling?.focus()
  }

  const observer = new MutationObserver(settle)
  observer.observe(state, { attributes: true })
  settle()
  const stops = [
    listen(form, { change: settle, click: clicked, keydown: keys }),
    listen(document, { 'htmx:after:swap': settle, 'htmx:after:request': refused })
  ]
  return () => {
    observer.disconnect()
    clearTimeout(timer)
    stops.forEach(stop => stop())
  }
})

/** Chromium takes no key in a field that was focused while it was locked, until its selection is set anew. */
function lock(area, isLocked) {
  if (area.readOnly === isLocked) return
  area.readOnly = isLocked
  if (isLocked || document.activeElement !== area) return
  area.setSelectionRange(area.selectionStart, area.selectionEnd, area.selectionDirection)
}

/** What the channel does not know is neither shown nor posted. */
function offer(form, { can, most, titleLength, account }) {
  const able = can.split(' ')
  for (const part of form.querySelectorAll('[data-needs]')) {
    const { needs } = part.dataset
    part.hidden = needs === 'choices' ? Number(most) === 0 : !able.includes(needs)
    part.querySelectorAll('input').forEach((input, index) => {
      input.disabled = part.hidden || (input.name === 'choice' && index >= Number(most))
      if (input.name !== 'choice') return
      input.hidden = input.disabled
      input.maxLength = Number(titleLength) || 100
    })
  }
  const there = form.querySelector('[data-quoted-by]')
  if (there) there.hidden = there.dataset.quotedBy === account
}

// <span class="chip" hidden data-behavior="window-left" data-until="…ms"><b></b></span>: shown for the last two hours.
behavior('window-left', chip =>
  everySecond(() => {
    const left = Number(chip.dataset.until) - now()
    const isShown = left > 0 && left < warnMs
    if (chip.hidden === isShown) chip.hidden = !isShown
    const text = isShown ? word('dueLeft', { time: spellOut(left) }) : ''
    const output = chip.querySelector('b')
    if (output.textContent !== text) output.textContent = text
  })
)

function spellOut(ms) {
  const seconds = Math.ceil(ms / 1000)
  if (seconds < 60) return `${seconds} ${word('unitSecond')}`
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const rest = `${minutes % 60} ${word('unitMinute')}`
  return hours > 0 ? `${hours} ${word('unitHour')} ${rest}` : rest
}
