import { isShown } from './dom.js'

let path = []

// Where the focus was: the named regions around it, from the inside out.
document.addEventListener('focusin', ({ target }) => {
  path = []
  for (let at = target; at && at !== document.body; at = at.parentElement) {
    if (at.id) path.push(at.id)
  }
})

// A swap that takes the focused element away leaves the focus in its region, not at the page's top: in a form on
// the first field that is wrong.
document.addEventListener('htmx:after:swap', () => {
  const { activeElement } = document
  if (activeElement !== document.body && activeElement !== null) return
  for (const id of path) {
    const region = document.getElementById(id)
    if (!region || !isShown(region)) continue
    const place = region.querySelector('[aria-invalid=true], [data-row]') ?? region
    if (place.tabIndex < 0 && !place.hasAttribute('tabindex')) place.tabIndex = -1
    return place.focus({ preventScroll: true })
  }
})
