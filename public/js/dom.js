export const isField = element =>
  element instanceof Element &&
  element.matches('textarea, select, input:not([type=checkbox], [type=radio]), [contenteditable]')

export const isShown = element => element.getClientRects().length > 0

/** Adds listeners and returns the function that removes them again. */
export function listen(target, listeners, options) {
  const names = Object.keys(listeners)
  for (const name of names) target.addEventListener(name, listeners[name], options)
  return () => {
    for (const name of names) target.removeEventListener(name, listeners[name], options)
  }
}

/** Text of the page's word list (views/shared/_words.eta), so that scripts carry no language. */
export function word(name, values = {}) {
  const text = document.getElementById('words')?.dataset[name] ?? ''
  return text.replace(/\[(\w+)\]/g, (_, key) => values[key] ?? '')
}

export function fromTemplate(id) {
  return document.getElementById(id)?.content.firstElementChild?.cloneNode(true)
}

/** A random id that also works where crypto.randomUUID is missing (plain http in a shop's LAN). */
export function randomId() {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map(byte => byte.toString(16).padStart(2, '0'))
    .join('')
}
