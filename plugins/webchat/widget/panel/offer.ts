import type { Chat } from './chat.ts'
import { h } from './element.ts'
import { Refusal } from './api.ts'
import { isWebAddress } from './text.ts'
import { word } from './word.ts'

type Links = { links: { channel: string; label: string; url: string }[] }

/** Ways to get the answer elsewhere: by mail, or on a channel that the visitor has anyway. */
export function drawOffer(chat: Chat) {
  const links = h('div', { class: 'links' })
  const answer = h('p', { role: 'status' })
  const input = h('input', {
    ...{ id: 'mail', type: 'email', autocomplete: 'email', required: true, maxlength: 200 }
  })
  const form = h(
    'form',
    { novalidate: true },
    h('label', { for: 'mail' }, word('emailLabel')),
    h('div', { class: 'bar' }, input, h('button', { type: 'submit' }, word('emailSend')))
  )
  const element = h('section', { class: 'card', hidden: true }, h('h2'), form, answer, links)
  form.addEventListener('submit', event => {
    event.preventDefault()
    if (!input.checkValidity()) {
      answer.textContent = word('fieldWrong')
      return input.focus()
    }
    const email = input.value.trim()
    chat.api.call('PUT', 'email', { email }).then(
      () => {
        form.hidden = true
        answer.textContent = word('emailSent', { email })
      },
      error => {
        answer.textContent = (error instanceof Refusal && error.message) || word('failed')
      }
    )
  })

  let isWanted = false
  let isAsked = false
  const askLinks = async () => {
    if (isAsked) return
    isAsked = true
    const found = await chat.api.call<Links>('GET', 'elsewhere').catch(() => ({ links: [] }))
    const shown = found.links.filter(({ url }) => isWebAddress(url))
    links.replaceChildren(
      ...shown.map(({ label, url }) =>
        h(
          'a',
          { href: url, target: '_blank', rel: 'noopener noreferrer' },
          word('elsewhere', { name: label })
        )
      )
    )
  }

  return {
    element,
    want() {
      isWanted = true
      this.update()
      element.scrollIntoView({ block: 'nearest' })
      input.focus()
    },
    update() {
      const { state, isKnown } = chat
      const isOffered = isKnown && state && (state.offers.email || state.offers.elsewhere)
      element.hidden = !isOffered || !(isWanted || !state.isOpen || state.isFormOnly)
      if (element.hidden || !state) return
      const title = element.querySelector('h2')
      if (title) title.textContent = word(state.isOpen ? 'emailAsk' : 'closedTitle')
      if (state.email?.isConfirmed) {
        form.hidden = true
        answer.textContent = word('emailConfirmed', { email: state.email.value })
      } else if (!state.offers.email) form.hidden = true
      if (state.offers.elsewhere) void askLinks()
    }
  }
}
