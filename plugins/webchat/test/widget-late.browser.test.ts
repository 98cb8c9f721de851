import t, { type Test } from 'tap'
import type { FrameLocator, Page } from 'playwright-core'
import { becomes } from '../../../test/support/becomes.ts'
import { openBrowser, type OpenBrowser } from '../../../test/support/browser.ts'
import { fileMs } from '../../../test/support/patience.ts'
import { needs } from '../../../test/support/require.ts'
import { until } from '../../../test/support/until.ts'
import { openPanel, openShop, panelFrame, saidIn, say, snippet } from './shop.ts'
import { holdAnswer, proofOf, signKey, tokenIn, userOf } from './user.ts'
import { chatWorld, type ChatWorld } from './world.ts'

t.setTimeout(fileMs)

interface Scene {
  world: ChatWorld
  browser: OpenBrowser
  shop: string
}

t.test('a panel whose answers come late', async t => {
  if (!needs(t, 'chromium')) return
  const world = await chatWorld(t)
  const limits = { visitorPerMinute: 6000, messagesPerMinute: 6000 }
  const { key } = await world.connect('Toko', { signKey, ...limits })
  const shop = await openShop(t, {
    '/': { head: snippet(world.url, key) },
    '/budi': { head: identified('budi-9') + snippet(world.url, key) }
  })
  const scene = { world, shop, browser: await openBrowser(t) }

  await t.test('shows nobody what somebody else has written', t => written(t, scene))
  await t.test('shows nobody what was said to somebody else', t => said(t, scene))
  await t.test('asks for the rest of itself until it comes', t => torn(t, scene))
  await t.test('keeps a hundred messages where storage is full', t => full(t, scene))
})

/** A page that says who has signed in before the chat is there. */
const identified = (user: string) => `<script>
  window.Sapa = function () { (Sapa.q = Sapa.q || []).push(arguments) }
  window.told = []
  Sapa('on', 'unread', count => told.push(count))
  Sapa('on', 'message', ({ text }) => told.push(text))
  Sapa('identify', ${proofOf(user)})
</script>`

async function begin({ browser, shop }: Scene, text: string): Promise<[Page, FrameLocator]> {
  const page = await (await browser.newContext()).newPage()
  await page.goto(shop)
  const panel = await openPanel(page)
  await say(panel, text)
  await panel.getByText('· Terkirim').waitFor()
  return [page, panel]
}

async function written(t: Test, scene: Scene): Promise<void> {
  const [page, panel] = await begin(scene, 'Saya mau bayar')
  const answer = holdAnswer(page, 'POST', '/messages')
  await answer.isReady
  await say(panel, 'Nomor kartu saya 4412')
  await answer.isHeld
  await panel.locator('summary').click()
  await panel.getByRole('button', { name: 'Akhiri chat' }).click()
  await panel.getByRole('button', { name: 'Ya, akhiri' }).click()
  await panel.getByRole('button', { name: 'Mulai chat baru' }).click()
  await panel.locator('.compose textarea').waitFor()
  answer.release()
  // One message after the other: this one is sent when the other one was answered.
  await say(panel, 'Saya orang lain')
  await panel.getByText('· Terkirim').waitFor()
  t.strictSame((await saidIn(panel)).slice(1), ['Saya orang lain'])
  await page.context().close()
}

async function said(t: Test, scene: Scene): Promise<void> {
  const { world } = scene
  const [page] = await begin(scene, 'Ini Ratna')
  await page.evaluate(`Sapa('identify', ${proofOf('ratna-7')})`)
  const user = async () => userOf(world, await tokenIn(page))
  await becomes(t, user, 'ratna-7')
  await page.keyboard.press('Escape')
  await world.reply(await world.conversationOf('Ini Ratna'), 'Tagihan Ratna lunas')
  await page.locator('.k span').getByText('1').waitFor()
  const answer = holdAnswer(page, 'GET', '/messages')
  await answer.isReady
  await page.goto(`${scene.shop}/budi`)
  await answer.isHeld
  await becomes(t, user, 'budi-9', 'who has signed in is known before the panel is opened')
  answer.release()
  const panel = await openPanel(page)
  await say(panel, 'Ini Budi')
  await panel.getByText('· Terkirim').waitFor()
  t.strictSame((await saidIn(panel)).slice(1), ['Ini Budi'])
  t.strictSame(
    (await page.evaluate<unknown[]>(`told`)).filter(one => one !== 0),
    [],
    'nothing of it is told to the page'
  )
  await page.context().close()
}

async function torn(t: Test, scene: Scene): Promise<void> {
  const page = await (await scene.browser.newContext()).newPage()
  let tears = 0
  await page.route(/\/later-[^/]*\.js/, route => (tears++ < 2 ? route.abort() : route.fallback()))
  await page.goto(scene.shop)
  const panel = await openPanel(page)
  await say(panel, 'Apakah bisa COD?')
  await scene.world.reply(await scene.world.conversationOf('Apakah bisa COD?'), 'Bisa, Kak.')
  await panel.getByText('Bisa, Kak.').waitFor()
  t.ok(tears > 2)
  await page.context().close()
}

async function full(t: Test, scene: Scene): Promise<void> {
  const [page, panel] = await begin(scene, 'Saya tempel daftarnya')
  const frame = await panelFrame(page)
  await page.route('**/messages*', route =>
    route.request().method() === 'POST' ? route.abort() : route.fallback()
  )
  const lines = Array.from({ length: 100 }, (_, n) => `Barang ${n + 1}`)
  const draft = `setengah kalimat ${'yang panjang '.repeat(40)}`.trim()
  await frame.evaluate(`{
    const field = document.querySelector('.compose textarea')
    const write = text => {
      field.value = text
      field.dispatchEvent(new InputEvent('input', { bubbles: true }))
    }
    const paste = lines => {
      for (const line of lines) {
        write(line)
        field.form.requestSubmit()
      }
    }
    paste(${JSON.stringify(lines.slice(0, 50))})
    write('setengah')
    for (let size = 2 ** 22; size >= 1; size /= 2) {
      try { for (let n = 0; ; n++) localStorage.setItem('penuh' + size + '-' + n, 'x'.repeat(size)) } catch {}
    }
    paste(${JSON.stringify(lines.slice(50))})
    write('setengah')
    write('${draft}')
  }`)
  await panel.getByText('Barang 100', { exact: true }).waitFor()
  const kept = () =>
    page.evaluate<string>(`JSON.parse(Object.entries(localStorage)
      .find(([name]) => name.endsWith(':q'))?.[1] ?? '[]').map(([name]) => name.split(':')[0]).join()`)
  await becomes(t, kept, /^(out,){40,}draft$/, 'the page keeps what the frame cannot')
  await page.unroute('**/messages*')
  await page.reload()
  const again = await openPanel(page)
  await becomes(t, () => again.locator('.compose textarea').inputValue(), draft)
  const arrived = async () =>
    (await scene.world.texts()).filter(text => text.startsWith('Barang')).join()
  await until(async () => (await arrived()).endsWith('Barang 100'), { what: 'all of them' })
  t.equal(await arrived(), lines.join(), 'in order, once')
  await becomes(
    t,
    async () => (await saidIn(again)).filter(text => text.startsWith('Barang')).at(-1) ?? '',
    'Barang 100'
  )
  await becomes(t, kept, 'draft', 'only the half sentence is left')
  await page.context().close()
}
