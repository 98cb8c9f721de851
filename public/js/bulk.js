import { behavior } from './registry.js'
import { listen, word } from './dom.js'

// On the list: counts what is selected; a [data-select-all] selects what is shown.
behavior('bulk', list => {
  const boxes = () => [...list.querySelectorAll('[data-select]')]
  const show = () => {
    const all = boxes()
    const chosen = all.filter(box => box.checked).length
    const output = list.querySelector('[data-bulk-count]')
    if (output) output.textContent = word('chosen', { n: chosen })
    for (const box of list.querySelectorAll('[data-select-all]')) {
      box.checked = chosen > 0 && chosen === all.length
      box.indeterminate = chosen > 0 && chosen < all.length
    }
  }
  const changed = ({ target }) => {
    if (target.matches('[data-select-all]')) {
      const isOn = target.checked
      boxes().forEach(box => (box.checked = isOn))
      const bar = isOn ? '.bulk-bar' : '.list-bar'
      show()
      // The bar that was clicked has given way to the other one.
      list.querySelector(`${bar} [data-select-all]`)?.focus()
    } else if (target.matches('[data-select]')) show()
  }
  const stops = [listen(list, { change: changed }), listen(document, { 'htmx:after:swap': show })]
  show()
  return () => stops.forEach(stop => stop())
})
