import type { Locator } from 'playwright-core'
import t from 'tap'
import { openBrowser, shot } from '../../../test/support/browser.ts'
import { enter } from '../../../test/support/enter.ts'
import { fileMs } from '../../../test/support/patience.ts'
import { needs } from '../../../test/support/require.ts'
import { until } from '../../../test/support/until.ts'
import { openPanel, openShop, say, snippet } from './shop.ts'
import { chatWorld } from './world.ts'

t.setTimeout(fileMs)

/** Nobody is told who does not listen yet, so somebody who writes goes on until it is seen. */
async function write(field: Locator, text: string, sign: Locator): Promise<void> {
  await field.fill(text)
  const isSeen = async () => {
    await field.pressSequentially('.')
    return (await sign.count()) > 0
  }
  await until(isSeen, { everyMs: 250, what: `${text} being written` })
}

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

  const typing = agent.locator('.conversation__typing p')
  const field = panel.locator('.compose textarea')
  await write(field, 'Saya di Bekasi', typing.filter({ visible: true }))
  await shot(agent, 'chat-agent-sees-typing')
  await field.press('Enter')
  await typing.waitFor({ state: 'hidden' })
  await agent.locator('.timeline').getByText('Saya di Bekasi').waitFor()

  const answer = agent.locator('.composer__text')
  await write(answer, 'Masih, Kak', panel.getByText('Dewi Anggraini sedang menulis'))
  await shot(page, 'chat-visitor-sees-typing')
  await answer.press('Control+Enter')
  await panel.getByText('Masih, Kak.').waitFor()
  await panel.getByText('Dewi Anggraini sedang menulis').waitFor({ state: 'detached' })
  t.strictSame(problems, [])
})
