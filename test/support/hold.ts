import type { Page, Route } from 'playwright-core'

export interface Held {
  /** The server has answered; the page does not know it yet. */
  isHeld(): boolean
  release(): void
  /** How many such requests the page has made so far. */
  count(): number
}

/** The first request for such an address is answered by the server at once, and reaches the page when released. */
export async function holdFirst(page: Page, address: RegExp): Promise<Held> {
  let release = () => {}
  let isHeld = false
  const isFree = new Promise<void>(resolve => (release = resolve))
  let seen = 0
  await page.route(address, async (route: Route) => {
    seen += 1
    if (seen > 1) return route.continue()
    const response = await route.fetch()
    isHeld = true
    await isFree
    // The page may have given it up.
    await route.fulfill({ response }).catch(() => {})
  })
  return { isHeld: () => isHeld, release: () => release(), count: () => seen }
}
