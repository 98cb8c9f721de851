import t from 'tap'
import { axe, noOverflow, openBrowser, shot } from '../support/browser.ts'
import { needs } from '../support/require.ts'
import { inboxWorld } from './world.ts'

const phone = { viewport: { width: 390, height: 844 } }

t.test('a phone assigns, snoozes and reaches every room', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  const id = await world.mail()
  const { page, context, problems } = await openBrowser(t, phone)
  await world.enter(context, 'owner')

  await page.goto(`${world.url}/conversations/${id}`)

  await page.click(`[popovertarget=more-${id}]`)
  await page.getByRole('menuitem', { name: 'Assign' }).click()
  await page.locator(`#assign-${id}`).getByRole('menuitem', { name: 'Take', exact: true }).click()
  await page.waitForSelector('.event:has-text("took it")')
  await page.click(`[popovertarget=more-${id}]`)
  await page.getByRole('menuitem', { name: 'Snooze' }).click()
  await page.locator(`#snooze-${id}`).getByRole('menuitem', { name: 'Tomorrow' }).click()
  await page.waitForSelector('.event:has-text("snoozed")')

  await page.goto(`${world.url}/inbox/mine`)
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Snoozed' }).waitFor()
  await shot(page, 'rooms-390-light')
  t.strictSame(await axe(page), [])
  t.strictSame(await noOverflow(page), [])
  await page.getByRole('menuitem', { name: 'Customers' }).click()
  await page.waitForURL('**/customers')
  t.strictSame(problems, [])
})

t.test('ending a snooze and reopening stay in the conversation', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  const id = await world.mail()
  const { page, context, problems } = await openBrowser(t)
  await world.enter(context, 'agent')
  const address = `${world.url}/conversations/${id}`
  await page.goto(address)

  await page.click(`[popovertarget=snooze-${id}]`)
  await page.locator(`#snooze-${id} button`).first().click()
  await page.waitForSelector('.event:has-text("snoozed")')
  await page.click(`[popovertarget=more-${id}]`)
  await page.getByRole('menuitem', { name: 'End snooze' }).click()
  await page.waitForSelector('.event:has-text("reopened")')
  t.equal(page.url(), address)

  await page.click(`#header-${id} [data-behavior=close-next]`)
  await page.waitForURL('**/inbox/**')
  await page.goto(address)
  await page.getByRole('button', { name: 'Reopen' }).click()
  await page.waitForSelector(`#header-${id} [data-behavior=close-next]`)
  t.equal(page.url(), address)
  t.strictSame(problems, [])
})
