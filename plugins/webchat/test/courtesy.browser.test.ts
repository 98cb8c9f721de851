import t from 'tap'
import { openBrowser, shot } from '../../../test/support/browser.ts'
import { enter } from '../../../test/support/enter.ts'
import { fileMs } from '../../../test/support/patience.ts'
import { needs } from '../../../test/support/require.ts'
import { openPanel, openShop, say, snippet } from './shop.ts'
import { chatWorld } from './world.ts'

t.setTimeout(fileMs)

t.test('visitor and agent see each other write, and what was read', async t => {
  if (!needs(t, 'chromium')) return
  const world = await chatWorld(t)
  const shop = await openShop(t, { '/': { head: snippet(world.url, world.key) } })
  const { page, newContext, problems } = await openBrowser(t)
  await page.goto(shop)
  const panel = await openPanel(page)
  await say(panel, 'Apakah mesin cuci ini masih ada?')
  const id = await world.conversationOf('Apakah mesin cuci ini masih ada?')
  await panel.getByText('Terkirim').waitFor()
  t.equal(await panel.getByText('Dibaca').count(), 0)

  const desk = await newContext()
  await enter(desk, world.as.agent, world.url)
  const agent = await desk.newPage()
  await agent.goto(`${world.url}/conversations/${id}`)
  await panel.getByText('Dibaca').waitFor()

  await panel.locator('.compose textarea').pressSequentially('Saya di Bekasi', { delay: 20 })
  await agent.locator('.conversation__typing p').waitFor()
  await shot(agent, 'chat-agent-sees-typing')
  await panel.locator('.compose textarea').press('Enter')
  await agent.locator('.conversation__typing p').waitFor({ state: 'hidden' })
  await agent.locator('.timeline').getByText('Saya di Bekasi').waitFor()

  await agent.locator('.composer__text').pressSequentially('Masih, Kak.', { delay: 20 })
  await panel.getByText('Dewi Anggraini sedang menulis').waitFor({ state: 'attached' })
  await shot(page, 'chat-visitor-sees-typing')
  await agent.keyboard.press('Control+Enter')
  await panel.getByText('Masih, Kak.').waitFor()
  await panel.getByText('Dewi Anggraini sedang menulis').waitFor({ state: 'detached' })
  t.strictSame(problems, [])
})
