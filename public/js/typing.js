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
