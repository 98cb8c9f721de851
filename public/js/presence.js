import { behavior } from './registry.js'
import { listen, word } from './dom.js'

const beatMs = 20_000
const typingMs = 60_000

// <div class="strip" hidden data-behavior="presence" data-conversation="12" data-me="7"
//   data-presence-url="/conversations/12/presence"><!-- icon --><span data-text></span></div>
behavior('presence', strip => {
  const { conversation, me, presenceUrl } = strip.dataset
  let told = ''
  let typedAt = -Infinity

  const tell = state => {
    told = state
    const body = new URLSearchParams({ state })
    fetch(presenceUrl, { method: 'POST', body, keepalive: true }).catch(() => {})
  }
  const state = () => (performance.now() - typedAt < typingMs ? 'replying' : 'viewing')
  const beat = () => {
    if (!document.hidden) tell(state())
  }
  const typed = ({ target }) => {
    if (!target.closest('.composer')) return
    typedAt = target.value?.trim() ? performance.now() : -Infinity
    if (told !== state()) tell(state())
  }
  const show = ({ detail }) => {
    if (String(detail.conversation) !== conversation) return
    const others = detail.people.filter(person => String(person.id) !== me)
    const writer = others.find(person => person.state === 'replying')
    const [someone] = writer ? [writer] : others
    strip.hidden = !someone
    if (!someone) return
    const text = word(writer ? 'writing' : 'viewing', { name: someone.name })
    strip.querySelector('[data-text]').textContent = text
  }

  beat()
  const timer = setInterval(beat, beatMs)
  const stops = [
    listen(document, { input: typed, 'sapa:presence': show, visibilitychange: beat }),
    listen(window, { pagehide: () => tell('gone') })
  ]
  return () => {
    clearInterval(timer)
    stops.forEach(stop => stop())
    tell('gone')
  }
})
