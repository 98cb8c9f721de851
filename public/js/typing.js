import { inOrder, tell } from './in-order.js'
import { behavior } from './registry.js'
import { listen } from './dom.js'

const typing = new Set()

// Registered before any element listens, so that all of them find the news in place.
document.addEventListener('sapa:typing', ({ detail }) => {
  const conversation = String(detail.conversation)
  if (detail.isTyping) typing.add(conversation)
  else typing.delete(conversation)
})
// What stands is asked for again by the presence of colleagues.
document.addEventListener('sapa:resync', () => typing.clear())

// <div hidden data-behavior="customer-typing" data-conversation="12">Ratna is typing…</div>
behavior('customer-typing', line => {
  const show = () => {
    line.hidden = !typing.has(line.dataset.conversation)
  }
  show()
  return listen(document, { 'sapa:typing': show, 'sapa:resync': show })
})

const betweenMs = 3000

// <form data-behavior="tell-typing">: what is inside says by data-typing-url whether the customer can be
// told. Only replies; a note stays among colleagues.
behavior('tell-typing', form => {
  const area = form.querySelector('textarea')
  let saidAt = -Infinity
  let said = ''

  const queue = inOrder()
  const stop = (send = queue) => {
    if (said) send(said, { method: 'DELETE' })
    said = ''
    saidAt = -Infinity
  }
  const isReply = () => form.querySelector('[name=kind]:checked')?.value === 'reply'
  const typed = ({ target }) => {
    if (target !== area) return
    const url = form.querySelector('[data-typing-url]')?.dataset.typingUrl
    if (!url || !isReply() || !area.value.trim()) return stop()
    if (performance.now() - saidAt < betweenMs) return
    saidAt = performance.now()
    said = url
    queue(url, { method: 'PUT' })
  }
  const stops = [
    listen(form, {
      input: typed,
      change: () => stop(),
      submit: () => stop(),
      focusout: () => stop()
    }),
    listen(window, { pagehide: () => stop(tell) })
  ]
  return () => {
    stops.forEach(end => end())
    stop()
  }
})
