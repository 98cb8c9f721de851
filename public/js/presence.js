import { inOrder, tell } from './in-order.js'
import { behavior } from './registry.js'
import { listen, word } from './dom.js'

const beatMs = 20_000
const typingMs = 60_000
const everybody = new Map()
/** What was told since the question left: its answer may be older. */
const heard = new Set()
let asked

/** The colleagues who are in a conversation, who writes first. */
function colleagues(conversation) {
  const others = everybody.get(conversation) ?? []
  return others.filter(person => String(person.id) !== document.body.dataset.me)
}

const writerOf = conversation => colleagues(conversation).find(({ state }) => state === 'replying')

// Registered before any element listens, so that all of them find the news in place.
document.addEventListener('sapa:presence', ({ detail }) => keep(detail))
document.addEventListener('sapa:resync', () => {
  asked = undefined
  ask()
})

for (const topic of ['sapa:presence', 'sapa:typing'])
  document.addEventListener(topic, ({ detail }) => heard.add(nameOf(detail)))

const nameOf = ({ topic, conversation }) => `${topic} ${conversation}`

const keep = ({ conversation, people }) => everybody.set(String(conversation), people)

// Marks are told when they change: a page that opens later asks once for what stands.
function ask() {
  if (asked) return
  heard.clear()
  asked = fetch('/presence', { headers: { accept: 'application/json' } })
    .then(reply => (reply.ok ? reply.json() : []))
    .catch(() => [])
    .then(events => {
      const news = events.filter(event => !heard.has(nameOf(event)))
      news.forEach(event => {
        if (event.topic === 'presence') return keep(event)
        document.dispatchEvent(new CustomEvent(`sapa:${event.topic}`, { detail: event }))
      })
      document.dispatchEvent(new CustomEvent('sapa:presence-known'))
    })
}

// <span class="writing" hidden data-behavior="writing" data-conversation="12"><!-- icon --><span data-text></span></span>
behavior('writing', mark => {
  const show = () => {
    const writer = writerOf(mark.dataset.conversation)
    if (mark.hidden !== !writer) mark.hidden = !writer
    const text = writer ? word('replying', { name: writer.name.split(' ')[0] }) : ''
    const output = mark.querySelector('[data-text]')
    if (output.textContent !== text) output.textContent = text
  }
  ask()
  show()
  // A refreshed row or head comes without the mark.
  return listen(document, {
    'sapa:presence': show,
    'sapa:presence-known': show,
    'htmx:after:swap': show
  })
})

// <div class="strip" hidden data-behavior="presence" data-conversation="12"
//   data-presence-url="/conversations/12/presence"><!-- icon --><span data-text></span></div>
behavior('presence', strip => {
  const { conversation, presenceUrl } = strip.dataset
  let told = ''
  let typedAt = -Infinity
  const queue = inOrder()

  const say = (state, send = queue) => {
    told = state
    send(presenceUrl, { method: 'POST', body: new URLSearchParams({ state }) })
  }
  const state = () => (performance.now() - typedAt < typingMs ? 'replying' : 'viewing')
  const beat = () => {
    if (!document.hidden) say(state())
  }
  const typed = ({ target }) => {
    if (!target.closest('.composer')) return
    typedAt = target.value?.trim() ? performance.now() : -Infinity
    if (told !== state()) say(state())
  }
  const sent = ({ target }) => {
    if (!target.closest?.('.composer')) return
    typedAt = -Infinity
    if (told === 'replying') say('viewing')
  }
  const show = () => {
    const writer = writerOf(conversation)
    const someone = writer ?? colleagues(conversation)[0]
    strip.hidden = !someone
    strip.classList.toggle('strip--info', !writer)
    if (!someone) return
    const text = word(writer ? 'writing' : 'viewing', { name: someone.name })
    strip.querySelector('[data-text]').textContent = text
  }

  beat()
  ask()
  show()
  const timer = setInterval(beat, beatMs)
  const stops = [
    listen(document, {
      input: typed,
      'sapa:filled': sent,
      'sapa:presence': show,
      'sapa:presence-known': show,
      visibilitychange: beat
    }),
    listen(window, { pagehide: () => say('gone', tell) })
  ]
  return () => {
    clearInterval(timer)
    stops.forEach(stop => stop())
    say('gone')
  }
})
