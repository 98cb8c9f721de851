import type { Chat } from './chat.ts'
import { h, icon } from './element.ts'
import { word } from './word.ts'

/** Asked when the conversation is done: one to five stars, and a word if you like. */
export function drawRating(chat: Chat) {
  let stars = 0
  let isSent = false
  const comment = h('textarea', { id: 'rating-comment', rows: 2, maxlength: 1000 })
  const answer = h('p', { role: 'status' })
  const choices = [1, 2, 3, 4, 5].map(count => {
    const input = h('input', {
      ...{ type: 'radio', name: 'stars', value: count, class: 'sr' },
      'aria-label': word('ratingStar', { count }),
      onchange: () => choose(count)
    })
    return h('label', {}, input, icon('star'))
  })
  const more = h(
    'div',
    { hidden: true },
    h('label', { for: 'rating-comment' }, word('ratingComment')),
    comment,
    h('button', { type: 'submit', class: 'main' }, word('ratingSend'))
  )
  const form = h(
    'form',
    {},
    h('fieldset', {}, h('legend', {}, word('ratingAsk')), h('div', { class: 'stars' }, ...choices)),
    more
  )
  const element = h('section', { class: 'card', hidden: true }, form, answer)
  const choose = (count: number) => {
    stars = count
    more.hidden = false
    for (const [index, choice] of choices.entries()) choice.classList.toggle('on', index < count)
  }
  form.addEventListener('submit', event => {
    event.preventDefault()
    chat.api.call('PUT', 'rating', { stars, comment: comment.value.trim() }).then(
      () => {
        isSent = true
        form.hidden = true
        answer.textContent = word('ratingThanks')
      },
      () => {
        answer.textContent = word('failed')
      }
    )
  })
  return {
    element,
    update() {
      const { rating } = chat.state ?? {}
      element.hidden = !rating?.isAsked || (rating.stars !== null && !isSent)
    }
  }
}
