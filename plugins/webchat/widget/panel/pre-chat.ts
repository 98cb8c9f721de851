import type { Profile } from '../../wire.ts'
import type { Chat } from './chat.ts'
import { h } from './element.ts'
import { write } from './storage.ts'
import { word } from './word.ts'

const kinds = { name: 'text', email: 'email', phone: 'tel' }
const autocomplete = { name: 'name', email: 'email', phone: 'tel' }

/** The fields that the owner asks for. What is typed here is a claim, and agents see it as one. */
export function drawPreChat(chat: Chat, done: () => void): HTMLFormElement {
  const { preChat = [], consent = null } = chat.state ?? {}
  const fields = preChat.map(({ name, label, isRequired }) => ({
    name,
    input: h('input', {
      ...{ id: `ask-${name}`, name, type: kinds[name], autocomplete: autocomplete[name] },
      ...{ required: isRequired, maxlength: 200 }
    }),
    label
  }))
  const agree = h('input', {
    type: 'checkbox',
    id: 'agree',
    required: consent?.isRequired ?? false
  })
  const form = h(
    'form',
    { class: 'ask', novalidate: true },
    ...fields.map(({ input, label }) =>
      h('p', {}, h('label', { for: input.id }, label), input, problemOf(input))
    ),
    consent && h('p', { class: 'agree' }, agree, h('label', { for: 'agree' }, consent.text)),
    consent && problemOf(agree),
    h('button', { type: 'submit', class: 'main' }, word('start'))
  )
  form.addEventListener('submit', event => {
    event.preventDefault()
    const wrong = [...fields.map(({ input }) => input), ...(consent ? [agree] : [])].filter(
      input => !check(form, input)
    )
    if (wrong[0]) return wrong[0].focus()
    const given = fields.map(({ name, input }) => [name, input.value.trim()] as const)
    const profile: Profile = Object.fromEntries(given.filter(([, value]) => value !== ''))
    if (consent) profile.hasConsent = agree.checked
    chat.person.update(profile, chat.isKnown)
    write('asked', true)
    done()
  })
  return form
}

const problemOf = (input: HTMLInputElement) =>
  h('span', { class: 'problem', id: `${input.id}-problem`, hidden: true })

function check(form: HTMLFormElement, input: HTMLInputElement): boolean {
  const isFine = input.checkValidity()
  const place = form.querySelector<HTMLElement>(`#${input.id}-problem`)
  if (place) {
    place.hidden = isFine
    place.textContent = isFine ? '' : wrongIn(input)
  }
  input.setAttribute('aria-invalid', String(!isFine))
  if (isFine) input.removeAttribute('aria-describedby')
  else input.setAttribute('aria-describedby', `${input.id}-problem`)
  return isFine
}

/** In our words: browsers speak their own language. */
function wrongIn({ type, validity }: HTMLInputElement): string {
  if (type === 'checkbox') return word('consentNeeded')
  return word(validity.valueMissing ? 'fieldNeeded' : 'fieldWrong')
}
