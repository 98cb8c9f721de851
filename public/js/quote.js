import htmx from 'htmx.org'
import { behavior } from './registry.js'
import { listen } from './dom.js'

// <form data-behavior="quote" data-quote-url="/conversations/12/quote">: a message's menu says
// `sapa:quote` with { id }; the bar above the text names it and goes along with the reply.
behavior('quote', form => {
  const bar = form.querySelector('[data-quote-bar]')
  const area = form.querySelector('textarea')

  function quote({ detail }) {
    const reply = form.querySelector('[name=kind][value=reply]')
    if (reply?.disabled) return
    if (reply && !reply.checked) reply.click()
    area.focus()
    const url = `${form.dataset.quoteUrl}?message=${detail.id}`
    htmx.ajax('GET', url, { source: bar, target: bar, swap: 'innerHTML' })
  }

  function drop(event) {
    if (!event.target.closest('[data-unquote]')) return
    htmx.trigger(bar, 'htmx:abort')
    bar.replaceChildren()
    area.focus()
  }

  const stops = [listen(document, { 'sapa:quote': quote }), listen(bar, { click: drop })]
  return () => stops.forEach(stop => stop())
})
