import t from 'tap'
import type { Page } from 'playwright-core'
import { closeConversation } from '../../server/conversation/close.ts'
import { agentActor } from '../../server/conversation/event.ts'
import { becomes } from '../support/becomes.ts'
import { openBrowser } from '../support/browser.ts'
import { holdFirst } from '../support/hold.ts'
import { needs } from '../support/require.ts'
import { until } from '../support/until.ts'
import { inboxWorld, openConversation } from './world.ts'

const shifts = `
  window.shifted = 0
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value
  }).observe({ type: 'layout-shift', buffered: false })`

const names = (page: Page) => page.$$eval('.row__name', rows => rows.map(row => row.textContent))

t.test('a list in use keeps its order while forty events arrive', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  const ids: number[] = []
  for (let n = 1; n <= 12; n++) ids.push(await world.mail({ name: `Pelanggan ${n}` }))
  const { page, context, problems } = await openBrowser(t)
  await world.enter(context, 'agent')
  await page.goto(`${world.url}/inbox/all`)
  await until(() => world.sapa.live.size === 1)
  await page.hover('#row-6')
  const before = await names(page)
  await page.evaluate(shifts)
  let asked = 0
  page.on('request', request => (asked += /\/pane/.test(request.url()) ? 1 : 0))

  for (let n = 1; n <= 40; n++) await world.again(ids[n % 12] ?? 1, `Susulan ${n}`)
  await page.waitForSelector('#list-pill:not([hidden])')
  t.strictSame(await names(page), before, 'no row has moved under the pointer')
  const shifted = await page.evaluate<number>('window.shifted')
  t.ok(shifted < 0.02, `layout shift ${shifted}`)
  const isCalm = async () => {
    const askedBefore = asked
    await page.evaluate('new Promise(done => setTimeout(done, 400))')
    return asked === askedBefore
  }
  await until(isCalm, { what: 'the offered list is not asked for again and again' })

  const late = await holdFirst(page, /\/inbox\/all\//)
  await page.click('#list-pill')
  await until(late.isHeld)
  await page.hover('#row-6')
  await page.evaluate('{ const at = performance.now(); performance.now = () => at + 60_000 }')
  late.release()
  await until(async () => (await names(page))[0] === 'Pelanggan 5')
  await page.waitForSelector('#list-pill', { state: 'hidden' })

  await world.again(ids[4] ?? 1, 'Masih yang pertama')
  await page.waitForSelector('#row-5:has-text("Masih yang pertama")')
  t.ok(await page.isHidden('#list-pill'), 'what moves nothing is shown at once')
  t.strictSame(problems, [])
})

t.test('a stream that was cut off shows what it missed', async t => {
  if (!needs(t, 'chromium')) return
  const { world, id, page, context } = await openConversation(t)
  await until(() => world.sapa.live.size === 1)
  await page.fill('.composer__text', 'Sebentar ya')

  await context.setOffline(true)
  world.app.server.closeAllConnections()
  await until(() => world.sapa.live.size === 0)
  await world.again(id, 'Pesan saat terputus')
  await page.waitForSelector('#offline:not([hidden])')
  await context.setOffline(false)

  await page.waitForSelector('.timeline >> text=Pesan saat terputus')
  await page.waitForSelector('#offline', { state: 'hidden' })
  t.equal(await page.inputValue('.composer__text'), 'Sebentar ya')
})

t.test('an ended session leads to the sign-in and keeps the draft', async t => {
  if (!needs(t, 'chromium')) return
  const { world, page } = await openConversation(t)
  await until(() => world.sapa.live.size === 1)
  await page.fill('.composer__text', 'Belum selesai menulis')

  await world.db.deleteFrom('session').execute()
  world.sapa.live.tell([{ topic: 'session.ended', agent: world.ids.agent }])

  await page.waitForURL('**/sign-in**')
  const kept = await page.evaluate<string>('JSON.stringify({ ...localStorage })')
  t.match(kept, 'Belum selesai menulis')
})

t.test('signing out leaves no draft of theirs in the browser', async t => {
  if (!needs(t, 'chromium')) return
  const { world, id, page } = await openConversation(t)
  await page.fill('.composer__text', 'Belum selesai menulis')
  const kept = () => page.evaluate<string>('JSON.stringify({ ...localStorage })')
  await until(async () => (await kept()).includes('Belum selesai'))
  const colleague = `sapa:draft:${id}:${world.ids.owner}:reply`
  await page.evaluate(`localStorage.setItem('${colleague}', '{"text":"Milik rekan","at":1}')`)

  await page.goto(`${world.url}/me`)
  await page.click('form[action="/sign-out"] button')
  await page.waitForURL('**/sign-in**')

  t.notMatch(await kept(), 'Belum selesai')
  t.match(await kept(), 'Milik rekan')
})

t.test('focus stays where the work is', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  const id = await world.mail()
  await world.mail({ name: 'Sri Wahyuni' })
  const { page, context } = await openBrowser(t)
  await world.enter(context, 'agent')
  await page.goto(`${world.url}/inbox/unassigned`)

  await page.focus(`#row-${id} .row__take`)
  await page.keyboard.press('Enter')
  await page.waitForSelector(`#row-${id}`, { state: 'detached' })
  await becomes(
    t,
    () => page.evaluate(`document.getElementById('list').contains(document.activeElement)`),
    true
  )

  const { db, clock } = world
  await page.goto(`${world.url}/conversations/${id}`)
  await page.waitForSelector('[aria-keyshortcuts="e"]')
  await page.focus('[aria-keyshortcuts="e"]')
  await closeConversation(db, id, agentActor(world.ids.supervisor), clock.now)
  await page.waitForSelector('button:has-text("Reopen")')
  await becomes(
    t,
    () => page.evaluate(`document.activeElement.closest('#header-${id}') !== null`),
    true,
    'a colleague who closes it does not take the focus away'
  )
})
