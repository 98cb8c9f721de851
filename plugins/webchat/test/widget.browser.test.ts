import t from 'tap'
import { axe, openBrowser, shot } from '../../../test/support/browser.ts'
import { needs } from '../../../test/support/require.ts'
import { openPanel, openShop, say, snippet } from './shop.ts'
import { chatWorld } from './world.ts'

t.setTimeout(110_000)

t.test('a visitor and the shop talk on a page of another site', async t => {
  if (!needs(t, 'chromium')) return
  const world = await chatWorld(t)
  const shop = await openShop(t, { '/': { head: snippet(world.url, world.key) } })
  const { page, problems } = await openBrowser(t)
  await page.goto(shop.url)
  const panel = await openPanel(page)
  await shot(page, 'widget-empty')

  await say(panel, 'Apakah mesin cuci ini masih ada?')
  await panel.getByText('Terkirim').waitFor()
  const conversation = await world.conversationOf('Apakah mesin cuci ini masih ada?')

  const start = Date.now()
  await world.reply(conversation, 'Masih, Kak. Stok 6 unit: https://toko.example/f9')
  await panel.getByText('Masih, Kak.').waitFor()
  const tookMs = Date.now() - start
  t.ok(tookMs < 2000, `the answer was there after ${tookMs} ms`)
  await shot(page, 'widget-talk')
  t.strictSame(await axe(page), [])
  t.strictSame(problems, [])
})
