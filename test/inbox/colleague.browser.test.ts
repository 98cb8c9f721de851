import type { Page } from 'playwright-core'
import t from 'tap'
import { becomes } from '../support/becomes.ts'
import { axe, openBrowser, shot } from '../support/browser.ts'
import { holdFirst } from '../support/hold.ts'
import { needs } from '../support/require.ts'
import { until } from '../support/until.ts'
import { inboxWorld, openConversation } from './world.ts'

t.test('who else is answering shows in the row, the head and a strip', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  const id = await world.mail()
  const browser = await openBrowser(t)
  const other = await browser.newContext()
  await world.enter(browser.context, 'agent')
  await world.enter(other, 'supervisor')
  const writer = browser.page
  const reader = await other.newPage()
  await reader.goto(`${world.url}/conversations/${id}`)
  await writer.goto(`${world.url}/conversations/${id}`)
  await reader.waitForSelector('.strip:not([hidden]):has-text("is looking at this too")')

  await writer.fill('.composer__text', 'Baik Bu, kami cek dulu.')
  await reader.waitForSelector('.strip:not([hidden]):has-text("is writing a reply")')
  await reader.waitForSelector(`#row-${id} .writing:not([hidden])`)
  await reader.waitForSelector(`#header-${id} .writing:not([hidden])`)
  t.notOk(await writer.isVisible('.strip:has-text("is writing")'), 'nobody sees themselves')
  await shot(reader, 'presence-1440-light')
  t.strictSame(await axe(reader), [])

  await world.again(id, 'Halo?')
  await reader.waitForSelector('.timeline >> text=Halo?')
  await reader.waitForSelector(`#row-${id}:has-text("Halo?") .writing:not([hidden])`)

  const late = await other.newPage()
  await late.goto(`${world.url}/inbox/all`)
  await late.waitForSelector(`#row-${id} .writing:not([hidden])`)

  await writer.goto(`${world.url}/inbox/all`)
  await reader.waitForSelector('.strip', { state: 'hidden' })
  t.strictSame(browser.problems, [])
})

t.test('who is answering shows whatever is answered late', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  const id = await world.mail()
  const browser = await openBrowser(t)
  const other = await browser.newContext()
  await world.enter(browser.context, 'agent')
  await world.enter(other, 'supervisor')
  const writer = browser.page
  const reader = await other.newPage()
  const told: string[] = []
  let free = () => {}
  const isFree = new Promise<void>(resolve => (free = resolve))
  let count = 0
  await writer.route(/conversations\/\d+\/presence$/, async route => {
    count += 1
    if (count === 1) await isFree
    told.push(route.request().postData() ?? '')
    await route.continue()
  })
  await writer.goto(`${world.url}/conversations/${id}`)
  const known = await holdFirst(reader, /:\d+\/presence$/)
  await reader.addInitScript(
    `document.addEventListener('sapa:presence-known', () => (window.isKnown = true))`
  )
  await reader.goto(`${world.url}/conversations/${id}`)
  await until(known.isHeld)

  await until(() => count > 0)
  await writer.fill('.composer__text', 'Baik Bu, kami cek dulu.')
  free()
  await until(() => told.length === 2)
  t.strictSame(told, ['state=viewing', 'state=replying'], 'in the order in which it was so')

  await reader.waitForSelector('.strip:not([hidden]):has-text("is writing a reply")')
  known.release()
  await until(() => reader.evaluate<boolean>('window.isKnown === true'))
  t.ok(await reader.isVisible('.strip:has-text("is writing a reply")'), 'news hold')
  t.strictSame(browser.problems, [])
})

t.test('an overtaken reply can be sent anyway', async t => {
  if (!needs(t, 'chromium')) return
  const { world, id, page } = await openConversation(t)
  await page.fill('.composer__text', 'Sabtu pukul 10, Bu.')
  await world.again(id, 'Tolong hari Minggu saja.')
  await page.waitForSelector('.timeline >> text=Tolong hari Minggu saja.')

  await page.click('.composer button[type=submit]')

  await page.waitForSelector('.composer__call--overtaken')
  const button = () => page.innerText('.composer .button--primary >> nth=0')
  await becomes(t, button, /Send anyway/)
  await shot(page, 'overtaken-1440-light')
  t.strictSame(await axe(page), [])
  await page.click('.composer button[type=submit]')
  await page.waitForSelector('.mail--out')
  await becomes(t, button, /^Send\s+via/)
})

t.test('what came since the last visit stands below a line', async t => {
  if (!needs(t, 'chromium')) return
  const { world, id, page } = await openConversation(t)
  t.equal(await page.locator('.timeline__new').count(), 0, 'a first visit has no line')
  await page.goto(`${world.url}/inbox/closed`)
  for (let n = 1; n <= 30; n++) await world.again(id, `Pesan susulan ${n}`)

  await page.goto(`${world.url}/conversations/${id}`)

  const line = page.locator('.timeline__new')
  t.equal(await line.count(), 1)
  t.match(
    await page.$eval('.timeline__new', element => element.nextElementSibling?.textContent),
    /Pesan susulan 1\b/
  )
  t.ok(await line.isVisible())
  const begins = async () => {
    const top = (await line.boundingBox())?.y ?? 0
    return top > 0 && top < 300
  }
  await becomes(t, begins, true, 'the reading begins at the line')
  await shot(page, 'unread-line-1440-light')
})

t.test('an agent marks a conversation as unread and copies its link by key', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  const id = await world.mail()
  const { page, context, problems } = await openBrowser(t)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await world.enter(context, 'agent')
  await page.goto(`${world.url}/conversations/${id}?view=all`)

  await page.keyboard.press('y')
  await page.waitForSelector('.toast:has-text("Copied")')
  t.match(await page.evaluate('navigator.clipboard.readText()'), `/conversations/${id}`)

  await page.keyboard.press('?')
  await page.waitForSelector('dialog#keys[open]')
  await shot(page, 'keys-1440-light')
  t.strictSame(await axe(page), [])
  await page.keyboard.press('Escape')

  await page.keyboard.press('u')
  await page.waitForURL('**/inbox/all')
  await page.waitForSelector(`#row-${id}.row--unread`)
  await pressTogether(page, 'g', 'i')
  await page.waitForURL('**/inbox/mine')
  await pressTogether(page, 'g', 'c')
  await page.waitForURL('**/customers')
  t.strictSame(problems, [])
})

/** Keys that belong together come within a second, however slow the machine. */
const pressTogether = (page: Page, ...keys: string[]) =>
  Promise.all(keys.map(key => page.keyboard.press(key)))
