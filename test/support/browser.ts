import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page
} from 'playwright-core'
import type { Test } from 'tap'
import { patienceMs } from './patience.ts'
import { chromiumPath } from './require.ts'
import { slowDown } from './slow.ts'

const flags = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  '--disable-dev-shm-usage'
]

export interface OpenBrowser {
  page: Page
  context: BrowserContext
  /** Uncaught errors, `console.error` and CSP violations of all pages; assert that it is empty. */
  problems: string[]
  /** Another person: own cookies, same list of problems. */
  newContext(options?: BrowserContextOptions): Promise<BrowserContext>
}

/** A real Chromium whose pages close with the test. `needs(t, 'chromium')` first. */
export async function openBrowser(
  t: Test,
  options: BrowserContextOptions = {}
): Promise<OpenBrowser> {
  const browser = await borrow()
  const contexts: BrowserContext[] = []
  t.teardown(async () => {
    for (const context of contexts) await context.close()
    giveBack()
  })

  const problems: string[] = []
  const newContext = async (wanted: BrowserContextOptions = {}) => {
    const defaults = { viewport: { width: 1440, height: 900 }, locale: 'en-GB' }
    const context = await browser.newContext({ ...defaults, ...wanted })
    contexts.push(context)
    await slowDown(context)
    context.setDefaultTimeout(patienceMs)
    context.on('weberror', event => problems.push(`error: ${event.error().message}`))
    context.on('console', message => {
      if (message.type() === 'error') problems.push(`console: ${message.text()}`)
    })
    return context
  }

  const context = await newContext(options)
  return { page: await context.newPage(), context, problems, newContext }
}

const lingerMs = 2_000
let shared: Promise<Browser> | undefined
let borrowers = 0
let goodbye: NodeJS.Timeout | undefined

/** One for all tests of this process that come soon after each other; contexts keep them apart. */
async function borrow(): Promise<Browser> {
  clearTimeout(goodbye)
  const running = await shared?.catch(() => undefined)
  if (!running?.isConnected()) shared = launch()
  borrowers += 1
  return shared!
}

function giveBack(): void {
  borrowers -= 1
  if (borrowers > 0) return
  goodbye = setTimeout(() => {
    const closing = shared
    shared = undefined
    void closing?.then(browser => browser.close())
  }, lingerMs)
}

function launch(): Promise<Browser> {
  const executablePath = chromiumPath()
  if (!executablePath) throw new Error('no chromium')
  return chromium.launch({ executablePath, args: flags })
}

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8'
)
const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa']

/** WCAG 2.0 to 2.2, A and AA; each violation as `rule: what, at selector`. */
export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(`window.axe || (() => { ${axeSource} })()`)
  return page.evaluate<string[]>(`
    axe.run(document, { runOnly: ${JSON.stringify(wcag)} }).then(({ violations }) =>
      violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ target }) => id + ': ' + help + ', at ' + target.join(' '))))`)
}

/** The elements that make the page scroll sideways; empty when it does not. */
export async function noOverflow(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= width) return []
    const wide = [...document.body.querySelectorAll('*')]
      .filter(element => element.getBoundingClientRect().right > width + 1)
      .map(element => element.tagName.toLowerCase() + '.' + element.className)
    return ['page is ' + document.documentElement.scrollWidth + ' of ' + width + ' wide', ...wide]
  })()`)
}

/** Saved as `<SAPA_SHOTS>/<name>.png` when that folder is named, for eyes to look at. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env['SAPA_SHOTS']
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}
