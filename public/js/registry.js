const starters = new Map()
const running = new WeakMap()
let isWatching = false

/** Names a behaviour; `start(element)` may return a function that stops it. */
export function behavior(name, start) {
  starters.set(name, start)
  if (isWatching) bind(document)
}

/** Follows the document, so content swapped in later is bound and removed content is stopped. */
export function watch() {
  isWatching = true
  bind(document)
  new MutationObserver(changes => {
    for (const change of changes) {
      if (change.type === 'attributes') bindOne(change.target)
      for (const node of change.addedNodes) if (node.nodeType === 1) bind(node)
      for (const node of change.removedNodes) if (node.nodeType === 1) release(node)
    }
  }).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['data-behavior']
  })
}

function bind(root) {
  if (root !== document && root.matches('[data-behavior]')) bindOne(root)
  for (const element of root.querySelectorAll('[data-behavior]')) bindOne(element)
}

// A morph can make another control out of this element: what it was before must not linger.
function bindOne(element) {
  if (!element.isConnected) return
  if (!running.has(element)) running.set(element, new Map())
  const mine = running.get(element)
  const names = (element.dataset.behavior ?? '').split(/\s+/)
  for (const [name, stop] of mine) {
    if (names.includes(name)) continue
    stop()
    mine.delete(name)
  }
  for (const name of names) {
    if (mine.has(name) || !starters.has(name)) continue
    mine.set(name, starters.get(name)(element) ?? (() => {}))
  }
}

// A morph moves nodes: what is connected again by now was not removed.
function release(root) {
  if (root.isConnected) return
  for (const element of [root, ...root.querySelectorAll('[data-behavior]')]) {
    running.get(element)?.forEach(stop => stop())
    running.delete(element)
  }
}
