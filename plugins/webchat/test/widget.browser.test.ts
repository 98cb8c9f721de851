import t, { type Test } from 'tap'
import type { Page } from 'playwright-core'
import { becomes } from '../../../test/support/becomes.ts'
import { noOverflow, openBrowser, shot, type OpenBrowser } from '../../../test/support/browser.ts'
import { enter } from '../../../test/support/enter.ts'
import { fileMs } from '../../../test/support/patience.ts'
import { needs } from '../../../test/support/require.ts'
import { until } from '../../../test/support/until.ts'
import { axeOf, openPanel, openShop, panelOf, panelFrame, saidIn, say, snippet } from './shop.ts'
import { chatWorld, type ChatWorld } from './world.ts'

t.setTimeout(fileMs)

interface Scene {
  world: ChatWorld
  browser: OpenBrowser
  shop: string
}

t.test('a visitor and the shop', async t => {
  if (!needs(t, 'chromium')) return
  const world = await chatWorld(t)
  const shop = await openShop(t, { '/': { head: snippet(world.url, world.key) } })
  const browser = await openBrowser(t)
  const scene = { world, browser, shop }

  await t.test('talk on a page of another site', t => talk(t, scene))
  await t.test('tap an answer instead of typing it', t => tap(t, scene))
  await t.test('with a keyboard alone', t => keyboard(t, scene))
  await t.test('on a phone of 320 pixels', t => phone(t, scene))
  await t.test('on a shared computer', t => end(t, scene))
  await t.test('who may run nothing in the other', t => hostile(t, scene))
  t.strictSame(browser.problems, [])
})

async function visit({ browser, shop }: Scene, options = {}): Promise<Page> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  await page.goto(shop)
  return page
}

async function talk(t: Test, scene: Scene): Promise<void> {
  const { world } = scene
  const page = await visit(scene)
  const panel = await openPanel(page)
  await shot(page, 'widget-empty')
  t.strictSame(await axeOf(page), [], 'nothing said yet')

  await say(panel, 'Apakah mesin cuci ini masih ada?')
  await panel.getByText('Terkirim').waitFor()
  const conversation = await world.conversationOf('Apakah mesin cuci ini masih ada?')
  const desk = await scene.browser.newContext()
  await enter(desk, world.as.agent, world.url)
  const agent = await desk.newPage()
  await agent.goto(`${world.url}/conversations/${conversation}`)
  await agent.locator('.composer__text').fill('Masih, Kak: https://toko.example/f9.')
  await agent.keyboard.press('Control+Enter')
  await panel.getByText('Masih, Kak').waitFor()
  await say(panel, 'Kalau yang 7 kg?')
  await agent.locator('.timeline').getByText('Kalau yang 7 kg?').waitFor()
  await desk.close()
  t.equal(await panel.locator('.bub a').getAttribute('href'), 'https://toko.example/f9')
  t.match(await panel.locator('.bub a').getAttribute('rel'), /noopener/)
  await shot(page, 'widget-talk')
  t.strictSame(await axeOf(page), [], 'after some words')

  await page.keyboard.press('Escape')
  await page.locator('.k').waitFor()
  await world.reply(conversation, 'Mau dikirim besok?')
  await page.locator('.k[aria-label*="1"]').waitFor()
  await page.getByText('Mau dikirim besok?').waitFor()
  t.equal(await page.locator('.k span').textContent(), '1', 'a badge counts what is new')

  await page.reload()
  await page.locator('.k span').getByText('1').waitFor()
  const again = await openPanel(page)
  await again.getByText('Mau dikirim besok?').waitFor()
  t.strictSame((await saidIn(again)).slice(1), [
    'Apakah mesin cuci ini masih ada?',
    'Masih, Kak: https://toko.example/f9.',
    'Kalau yang 7 kg?',
    'Mau dikirim besok?'
  ])
  await until(
    async () =>
      (
        await world.db
          .selectFrom('message')
          .select('status')
          .where('text', '=', 'Mau dikirim besok?')
          .executeTakeFirst()
      )?.status === 'read',
    { what: 'the mark that it was read' }
  )
}

async function tap(t: Test, scene: Scene): Promise<void> {
  const { world } = scene
  const page = await visit(scene, { viewport: { width: 320, height: 640 } })
  const panel = await openPanel(page)
  await say(panel, 'Bisa diantar besok?')
  await panel.getByText('Terkirim').waitFor()
  const conversation = await world.conversationOf('Bisa diantar besok?')
  const choices = [
    { id: 'antar:pagi', title: 'Pagi saja' },
    { id: 'antar:sore', title: 'Sore', hint: 'sampai pukul 17.00' },
    { id: 'antar:batal', title: 'Tidak jadi diantar, saya ambil sendiri ke toko' }
  ]
  await world.reply(conversation, 'Bisa, Kak. Pagi atau sore?', { choices })
  const afternoon = panel.getByRole('button', { name: 'Sore' })
  await afternoon.waitFor()
  t.strictSame(await axeOf(page), [])
  const frame = await panelFrame(page)
  t.strictSame(await smallTargets(frame), [])
  t.strictSame(await noOverflow(frame as unknown as Page), [])
  await shot(page, 'widget-choices')
  await afternoon.press('Enter')
  await panel.locator('.out .bub').getByText('Sore', { exact: true }).waitFor()
  await afternoon.waitFor({ state: 'hidden' })
  const chosen = () =>
    world.db.selectFrom('message').select('headers').where('text', '=', 'Sore').executeTakeFirst()
  const { headers } = await until(chosen, { what: 'the answer in the timeline' })
  t.match(JSON.parse(headers), { choice: 'antar:sore' })
}

async function keyboard(t: Test, scene: Scene): Promise<void> {
  const page = await visit(scene)
  await page.locator('.k').waitFor()
  await page.keyboard.press('Tab')
  await becomes(t, () => focused(page), 'k', 'the button is reached')
  await page.keyboard.press('Enter')
  const panel = panelOf(page)
  await panel.locator('.compose textarea').waitFor()
  const inside = await panelFrame(page)
  await until(() =>
    inside.evaluate(`document.hasFocus() && document.activeElement.tagName === 'TEXTAREA'`)
  )
  await page.keyboard.type('Halo')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('Saya Ratna')
  const typed = () => panel.locator('.compose textarea').inputValue()
  await becomes(t, typed, 'Halo\nSaya Ratna')
  await page.keyboard.press('Enter')
  await panel.getByText('Terkirim').waitFor()
  t.equal((await saidIn(panel)).at(-1), 'Halo\nSaya Ratna')

  await page.keyboard.press('Shift+Tab')
  const place = () => inside.evaluate<string>(`document.activeElement.className`)
  await becomes(t, place, 'scroll', 'messages scroll')
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  await panel.getByRole('button', { name: 'Akhiri chat' }).waitFor()
  t.strictSame(await axeOf(page), [], 'with the menu open')
  await page.keyboard.press('Escape')
  await panel.getByRole('button', { name: 'Akhiri chat' }).waitFor({ state: 'hidden' })
  await page.keyboard.press('Escape')
  await until(async () => (await focused(page)) === 'k', { what: 'the focus to come back' })
}

const focused = (page: Page) =>
  page.evaluate<string>(
    `document.activeElement?.shadowRoot?.activeElement?.className ?? document.activeElement?.tagName`
  )

async function phone(t: Test, scene: Scene): Promise<void> {
  const page = await visit(scene, {
    ...{ viewport: { width: 320, height: 568 }, isMobile: true, hasTouch: true },
    ...{ colorScheme: 'dark', reducedMotion: 'reduce' }
  })
  await page.locator('.k').waitFor()
  t.strictSame(await noOverflow(page), [])
  const panel = await openPanel(page)
  await say(panel, 'a'.repeat(300))
  await panel.getByText('Terkirim').waitFor()
  const box = await page.locator('.f').boundingBox()
  t.match(box, { x: 0, y: 0, width: 320, height: 568 }, 'the panel fills the phone')
  const frame = await panelFrame(page)
  t.strictSame(await noOverflow(frame as unknown as Page), [])
  t.strictSame(await smallTargets(frame), [], 'everything is large enough to touch')
  t.strictSame(await axeOf(page), [], 'in the dark')
  await shot(page, 'widget-320')
}

const smallTargets = (frame: { evaluate<T>(code: string): Promise<T> }) =>
  frame.evaluate<string[]>(`[...document.querySelectorAll('button, summary, input, textarea')]
    .filter(element => element.checkVisibility())
    .filter(element => { const { width, height } = element.getBoundingClientRect(); return width < 44 || height < 44 })
    .map(element => element.outerHTML.slice(0, 80))`)

async function end(t: Test, scene: Scene): Promise<void> {
  const page = await visit(scene)
  const panel = await openPanel(page)
  await say(panel, 'Nomor kartu saya tertinggal')
  await panel.getByText('Terkirim').waitFor()
  await panel.locator('.compose textarea').fill('PIN saya 4')
  await panel
    .locator('input[type=file]')
    .setInputFiles({ name: 'ktp.txt', mimeType: 'text/plain', buffer: Buffer.from('Ratna') })
  await panel.locator('.tray').getByText('ktp.txt').waitFor()
  await panel.locator('summary').click()
  await panel.getByRole('button', { name: 'Akhiri chat' }).click()
  t.strictSame(await axeOf(page), [], 'the question')
  await panel.getByRole('button', { name: 'Ya, akhiri' }).click()
  await panel.getByText('Chat ini sudah berakhir.').waitFor()
  t.strictSame(await axeOf(page), [], 'the end')
  await shot(page, 'widget-ended')
  const left = () =>
    page.evaluate<string>(`Object.keys(localStorage).filter(key => key.includes('pub_')).join()`)
  await becomes(t, left, '', 'nothing is left in the browser')
  t.notOk((await saidIn(panel)).includes('Nomor kartu saya tertinggal'), 'nor on the screen')
  await panel.getByRole('button', { name: 'Mulai chat baru' }).click()
  await panel.locator('.compose textarea').waitFor()
  t.equal(await panel.locator('.compose textarea').inputValue(), '', 'not even half a sentence')
  t.equal(await panel.locator('.tray li').count(), 0)
  await page.reload()
  const again = await openPanel(page)
  t.notOk((await saidIn(again)).includes('Nomor kartu saya tertinggal'))
}

async function hostile(t: Test, scene: Scene): Promise<void> {
  const { world } = scene
  const page = await visit(scene)
  const panel = await openPanel(page)
  const nasty = '<img src=x onerror="top.postMessage(1,`*`)"> javascript:alert(1) <b>tebal</b>'
  await say(panel, nasty)
  await panel.getByText('Terkirim').waitFor()
  const conversation = await world.conversationOf(nasty)
  await world.reply(conversation, `${nasty} http://a"onmouseover=alert(1)//`)
  await panel.getByText('onmouseover').waitFor()
  t.equal((await saidIn(panel)).at(-2), nasty, 'markup is text')
  const found = await (
    await panelFrame(page)
  ).evaluate<number>(
    `document.querySelectorAll('.log img, .log b, .log a:not([href^=http])').length`
  )
  t.equal(found, 0)

  await page.evaluate(`{
    const frame = document.documentElement.lastElementChild.shadowRoot.querySelector('iframe')
    const other = document.createElement('iframe')
    other.srcdoc = '<script>parent.postMessage({ sapa: "close" }, "*"); parent.postMessage({ sapa: "token", token: "x" }, "*")</' + 'script>'
    document.body.append(other)
    window.postMessage({ sapa: 'close' }, '*')
    window.postMessage({ sapa: 'token', token: 'gestohlen' }, '*')
    const blank = document.createElement('iframe')
    document.body.append(blank)
    blank.contentWindow.eval('parent.document.documentElement.lastElementChild.shadowRoot.querySelector("iframe").contentWindow.postMessage({ sapa: "shutdown" }, "*")')
  }`)
  await say(panel, 'Masih di sini')
  await panel.getByText('Masih di sini').waitFor()
  t.ok(await page.locator('.f').isVisible(), 'what another frame says closes nothing')
  const token = await page.evaluate<string>(
    `Object.entries(localStorage).find(([key]) => key.startsWith('sapa:'))?.[1]`
  )
  t.match(token, /^[\w-]{43}$/, 'and leaves the token alone')
  t.equal((await saidIn(panel)).includes(nasty), true, 'and the messages')
}
