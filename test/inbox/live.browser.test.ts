import t from 'tap'
import { openBrowser } from '../support/browser.ts'
import { needs } from '../support/require.ts'
import { until } from '../support/until.ts'
import { inboxWorld, openConversation } from './world.ts'

t.test('twenty tabs of one browser share a stream and all stay live', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  const id = await world.mail()
  const { page, context, problems } = await openBrowser(t)
  await world.enter(context, 'agent')
  const tabs = [page]
  while (tabs.length < 20) tabs.push(await context.newPage())

  for (const tab of tabs) await tab.goto(`${world.url}/conversations/${id}`)
  await until(() => world.sapa.live.size === 1, { what: 'one stream for all tabs' })
  await world.again(id, 'Apakah ada kabar?')

  for (const [n, tab] of tabs.entries()) {
    await tab.waitForSelector('.timeline >> text=Apakah ada kabar?', { state: 'attached' })
    t.pass(`tab ${n + 1} shows the news`)
  }
  t.equal(world.sapa.live.size, 1)
  t.strictSame(problems, [])
})

t.test('a tab that leads hands over when it closes, and nothing is missed', async t => {
  if (!needs(t, 'chromium')) return
  const { world, id, page, context } = await openConversation(t)
  await until(() => world.sapa.live.size === 1)
  const second = await context.newPage()
  await second.goto(`${world.url}/conversations/${id}`)

  await page.close()
  await world.again(id, 'Pesan saat pindah tangan')

  await second.waitForSelector('text=Pesan saat pindah tangan')
})

t.test('a message taken back leaves the pages of colleagues', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  await world.undoLonger()
  const id = await world.mail()
  const browser = await openBrowser(t)
  const other = await browser.newContext()
  await world.enter(browser.context, 'agent')
  await world.enter(other, 'supervisor')
  const [writer, reader] = [browser.page, await other.newPage()]
  for (const page of [writer, reader]) await page.goto(`${world.url}/conversations/${id}`)
  await writer.fill('.composer__text', 'Salah kirim')
  await writer.keyboard.press('Control+Enter')
  await reader.waitForSelector('.mail--out')

  await writer.click('.mail--out button:has-text("Undo")')

  await reader.waitForSelector('.mail--out', { state: 'detached' })
  t.strictSame(browser.problems, [])
})
