/** Single-page sites change the address without loading a page. */
export function onNavigation(turned: () => void): void {
  let last = location.href
  const look = () => {
    if (location.href === last) return
    last = location.href
    turned()
  }
  addEventListener('popstate', look)
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name]
    history[name] = function (this: History, ...values: Parameters<History['pushState']>) {
      original.apply(this, values)
      // The page gives itself its new title after the call.
      setTimeout(look, 0)
    }
  }
}
