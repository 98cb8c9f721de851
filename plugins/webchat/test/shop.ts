import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import type { Frame, FrameLocator, Page } from 'playwright-core'
import { axe } from '../../../test/support/browser.ts'
import { until } from '../../../test/support/until.ts'

export interface ShopPage {
  head?: string
  body?: string
  /** Content-Security-Policy of the page. */
  policy?: string
}

/** Somebody else's site: another origin, and another site, than Sapa's. Returns its address. */
export async function openShop(t: Test, pages: Record<string, ShopPage>): Promise<string> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    const page = pages[path] ?? pages['/'] ?? {}
    response.setHeader('content-type', 'text/html; charset=utf-8')
    if (page.policy) response.setHeader('content-security-policy', page.policy)
    response.end(
      `<!doctype html><html lang="id"><head><meta charset="utf-8">` +
        `<meta name="viewport" content="width=device-width, initial-scale=1">` +
        `<title>Mesin cuci</title><link rel="icon" href="data:,">${page.head ?? ''}</head>` +
        `<body>${page.body ?? '<main><h1>Mesin cuci</h1><p>Rp 4.899.000</p></main>'}</body></html>`
    )
  })
  await new Promise<void>(resolve => server.listen(0, 'localhost', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://localhost:${(server.address() as AddressInfo).port}`
}

/** The one line of the snippet. */
export const snippet = (sapa: string, key: string, more = '') =>
  `<script async src="${sapa}/widget.js" data-key="${key}" ${more}></script>`

/** The panel inside the page. */
export const panelOf = (page: Page, key = ''): FrameLocator =>
  page.frameLocator(`iframe[src*="/chat/${key}"]`)

/** Presses the button and waits until one can write. */
export async function openPanel(page: Page): Promise<FrameLocator> {
  await page.locator('.k').click()
  const panel = panelOf(page)
  await panel.locator('.compose textarea').waitFor()
  return panel
}

export async function say(panel: FrameLocator, text: string): Promise<void> {
  await panel.locator('.compose textarea').fill(text)
  await panel.locator('.compose textarea').press('Enter')
}

/** What stands in the log, in the order in which it is read. */
export const saidIn = (panel: FrameLocator): Promise<string[]> =>
  panel.locator('.bub').allTextContents()

/** The page around and the panel, each on its own: axe does not look into frames of other origins. */
export async function axeOf(page: Page): Promise<string[]> {
  const frame = await panelFrame(page)
  return [...(await axe(page)), ...(await axe(frame as unknown as Page))]
}

export function panelFrame(page: Page): Promise<Frame> {
  return until(() => page.frames().find(frame => frame.url().includes('/panel')), {
    what: 'the frame'
  })
}
