import t, { type Test } from 'tap'
import type { Page } from 'playwright-core'
import { becomes } from '../../../test/support/becomes.ts'
import { openBrowser, shot, type OpenBrowser } from '../../../test/support/browser.ts'
import { fileMs } from '../../../test/support/patience.ts'
import { needs } from '../../../test/support/require.ts'
import { until } from '../../../test/support/until.ts'
import { axeOf, openPanel, openShop, panelOf, saidIn, say, snippet, type ShopPage } from './shop.ts'
import { chatWorld, type ChatWorld } from './world.ts'

t.setTimeout(fileMs)

interface Scene {
  world: ChatWorld
  browser: OpenBrowser
  shop: string
}

/** Everything that a page's style can do to what stands on it. */
const hostileCss = `<style>
  * { all: unset; display: none !important; color: red !important; font-size: 60px !important }
  html, body { display: block !important }
  div, iframe, button, :not(:defined) { display: none !important; visibility: hidden !important;
    opacity: 0 !important; transform: scale(0) !important; position: static !important }
</style>`

t.test('the widget on pages of every kind', async t => {
  if (!needs(t, 'chromium')) return
  const world = await chatWorld(t)
  await world.configure({
    hideOn: ['/kasir*'],
    greetingId: 'Halo! Bisa dibantu?',
    greetingAfter: 1
  })
  const second = await world.connect('Bengkel', { side: 'left', welcomeId: 'Ini bengkel' })
  const one = snippet(world.url, world.key)
  const policy =
    `default-src 'none'; script-src ${world.url}; frame-src ${world.url}; ` +
    `connect-src ${world.url}; img-src data:; require-trusted-types-for 'script'`
  const pages: Record<string, ShopPage> = {
    '/': { head: one },
    '/benci': { head: hostileCss + one },
    '/ketat': { head: one, policy },
    '/dua': { head: one + snippet(world.url, second.key) + one },
    '/aneh': { head: oddScript + one, body: '<main id="Sapa"><h1>Toko lama</h1></main>' },
    '/antre': { head: queue(world.url, world.key) }
  }
  const scene = { world, browser: await openBrowser(t), shop: await openShop(t, pages) }

  await t.test('asks for nothing before they are idle, and shifts nothing', t => idle(t, scene))
  await t.test('stands above hostile styles', t => styles(t, scene))
  await t.test('obeys a strict content policy', t => strict(t, scene))
  await t.test('gets along with old and hostile scripts', t => odd(t, scene))
  await t.test('stands twice, for two businesses', t => twice(t, scene, second.key))
  await t.test('follows pages that turn without loading', t => turning(t, scene))
  await t.test('hears calls made before it was there', t => calls(t, scene))
  await t.test('lives where storage is closed', t => closed(t, scene))
  await t.test('hangs on a button of the page itself', t => trigger(t, scene))
  t.strictSame(scene.browser.problems, [])
})

async function visit({ browser, shop }: Scene, path: string, options = {}): Promise<Page> {
  const page = await (await browser.newContext(options)).newPage()
  await page.goto(shop + path)
  return page
}

const queue = (sapa: string, key: string) => `<script>
  window.Sapa = function () { (window.Sapa.q = window.Sapa.q || []).push(arguments) }
  window.heard = []
  for (const name of ['ready', 'open', 'close', 'unread', 'message']) Sapa('on', name, () => heard.push(name))
  Sapa('on', 'unread', count => { window.unread = count })
  Sapa('boot', { key: '${key}', title: true })
  Sapa('open')
</script><script async src="${sapa}/widget.js"></script>`

async function idle(t: Test, scene: Scene): Promise<void> {
  const page = await (await scene.browser.newContext()).newPage()
  const asked: string[] = []
  page.on('request', request => {
    const url = new URL(request.url())
    if (url.origin === scene.world.url) asked.push(url.pathname.split('/').at(-1) ?? '')
  })
  await page.addInitScript(`
    window.shift = 0
    new PerformanceObserver(list => { for (const { value } of list.getEntries()) shift += value })
      .observe({ type: 'layout-shift', buffered: true })
    addEventListener('load', () => { window.askedAtLoad = performance.getEntriesByType('resource').map(({ name }) => name).filter(name => name.includes('/chat/')).length })`)
  await page.goto(scene.shop)
  await page.locator('.k').waitFor()
  t.strictSame(asked, ['widget.js', 'config'], 'a script and what it looks like, no more')
  t.equal(await page.evaluate(`askedAtLoad`), 0, 'and the second after the page was loaded')
  t.equal(await page.evaluate(`shift`), 0, 'nothing has moved')
  t.equal(await page.evaluate(`document.cookie`), '')
  t.strictSame(await page.evaluate(`Object.keys(window).filter(name => /sapa/i.test(name))`), [
    'Sapa'
  ])

  await page.getByText('Halo! Bisa dibantu?').waitFor()
  await shot(page, 'widget-greeting')
  t.strictSame(await page.evaluate(`shift`), 0)
  await page.locator('.k').hover()
  await page.locator('iframe').waitFor({ state: 'attached' })
  t.equal(await page.locator('.f').isVisible(), false, 'the frame comes before it is opened')
  await page.evaluate(`Sapa('shutdown')`)
  t.equal(await page.evaluate(`Object.keys(localStorage).join()`), '', 'the next is greeted, too')
}

async function styles(t: Test, scene: Scene): Promise<void> {
  const page = await visit(scene, '/benci')
  const panel = await openPanel(page)
  t.match(await page.locator('.f').boundingBox(), { width: 376, height: 640 })
  await say(panel, 'Masih terbaca?')
  await panel.getByText('Terkirim').waitFor()
  await page.keyboard.press('Escape')
  t.match(await page.locator('.k').boundingBox(), { width: 56, height: 56 })
}

async function strict(t: Test, scene: Scene): Promise<void> {
  const page = await visit(scene, '/ketat')
  const panel = await openPanel(page)
  await say(panel, 'Aman, Kak')
  await panel.getByText('Terkirim').waitFor()
  t.ok(await page.locator('.f').isVisible())
  const color = await page.evaluate(
    `getComputedStyle(document.documentElement.lastElementChild.shadowRoot.querySelector('.k')).backgroundColor`
  )
  t.equal(color, 'rgb(10, 106, 100)', 'it has its colours')
}

/** As libraries of 2008 do it, a site that freezes what it can, and a wrapper that cannot wait. */
const oddScript = `<script>
  for (const one of [Array, String, Object]) one.prototype.toJSON = function () { return 'aneh' }
  Array.prototype.remove = Array.prototype.at = function () { throw new Error('remove') }
  for (const one of [Object, Array, Function, Map, Promise]) Object.freeze(one.prototype)
  const usual = window.fetch
  window.fetch = (...all) => new Promise((done, failed) => setTimeout(() => usual(...all).then(done, failed), 50))
  document.addEventListener('focusin', event => event.stopImmediatePropagation(), true)
  document.addEventListener('keydown', event => event.preventDefault(), true)
</script>`

async function odd(t: Test, scene: Scene): Promise<void> {
  const page = await visit(scene, '/aneh')
  const panel = await openPanel(page)
  await say(panel, 'Tokonya masih buka?')
  await panel.getByText('Terkirim').waitFor()
  await page.evaluate(`Sapa('update', { name: 'Ratna', facts: { paket: 'Emas' } })`)
  const conversation = await scene.world.conversationOf('Tokonya masih buka?')
  await scene.world.reply(conversation, 'Masih, Kak')
  await panel.getByText('Masih, Kak').waitFor()
  await page.reload()
  const again = await openPanel(page)
  await again.getByText('Tokonya masih buka?').waitFor()
  t.pass('the token was kept')
}

async function twice(t: Test, scene: Scene, second: string): Promise<void> {
  const page = await visit(scene, '/dua')
  await until(async () => (await page.locator('.k').count()) === 2, { what: 'two buttons' })
  await page.evaluate(`Sapa('${second}.open')`)
  const shop = panelOf(page, second)
  await shop.getByText('Ini bengkel').waitFor()
  await say(shop, 'Servis AC berapa?')
  await shop.getByText('Terkirim').waitFor()
  // Which of the two lines the browser runs first is open.
  await page.evaluate(`Sapa('${second}.close'); Sapa('${scene.world.key}.open')`)
  const first = panelOf(page, scene.world.key)
  await first.locator('.compose textarea').waitFor()
  t.notOk((await saidIn(first)).includes('Servis AC berapa?'), 'each has its own visitor')
  t.equal(await page.locator('.k').count(), 2, 'the same line twice is one widget')
}

async function turning(t: Test, scene: Scene): Promise<void> {
  const page = await visit(scene, '/')
  await page.locator('.k').waitFor()
  await page.evaluate(`history.pushState(null, '', '/kasir/bayar')`)
  await page.locator('.k').waitFor({ state: 'hidden' })
  await page.goBack()
  await page.locator('.k').waitFor()
  const panel = await openPanel(page)
  await say(panel, 'Ongkir ke Cimahi?')
  await panel.getByText('Terkirim').waitFor()
  await panel.locator('.compose textarea').fill('belum selesai')
  await page.evaluate(`{
    history.pushState(null, '', '/produk/kulkas')
    document.title = 'Kulkas'
    const next = document.createElement('body')
    next.innerHTML = '<main><h1>Kulkas</h1></main>'
    document.body.replaceWith(next)
  }`)
  await page.getByRole('heading', { name: 'Kulkas' }).waitFor()
  const text = await panel.locator('.compose textarea').inputValue()
  t.equal(text, 'belum selesai', 'another body leaves the chat as it was')
  await page.evaluate(`document.documentElement.lastElementChild.remove()`)
  await panel.getByText('Ongkir ke Cimahi?').waitFor()
  t.pass('what throws it out gets it back')
  const seen = () =>
    scene.world.db
      .selectFrom('event')
      .select('id')
      .where('particulars', 'like', '%kulkas%')
      .executeTakeFirst()
  await until(seen, { what: 'the page in the timeline' })
}

async function calls(t: Test, scene: Scene): Promise<void> {
  const page = await visit(scene, '/antre')
  const panel = panelOf(page)
  await panel.locator('.compose textarea').waitFor()
  await until(async () => (await page.evaluate<string>(`heard.join()`)).includes('ready'))
  t.match(await page.evaluate(`heard`), ['open', 'ready'])
  await say(panel, 'Halo dari antrean')
  await panel.getByText('Terkirim').waitFor()
  const conversation = await scene.world.conversationOf('Halo dari antrean')
  await page.evaluate(`Sapa('close')`)
  await page.evaluate(`new Promise(done => setTimeout(done, 1000))`)
  t.notOk(await page.getByText('Halo! Bisa dibantu?').isVisible(), 'no greeting for who talks')
  await scene.world.reply(conversation, 'Halo Ratna')
  await until(async () => (await page.evaluate<string>(`heard.join()`)).includes('message'))
  await page.locator('.k span').getByText('1').waitFor()
  await becomes(t, () => page.evaluate(`unread`), 1)
  await becomes(t, () => page.title(), '(1) Mesin cuci', 'the title counts where the page wants it')
  await page.evaluate(`Sapa('hide')`)
  await page.locator('.k').waitFor({ state: 'hidden' })
  await page.evaluate(`Sapa('show'); Sapa('toggle')`)
  await panel.getByText('Halo Ratna').waitFor()
  await page.evaluate(`Sapa('shutdown')`)
  await until(async () => (await page.locator('.k').count()) === 0, { what: 'the end' })
  t.strictSame(await page.evaluate(`Object.keys(localStorage)`), [], 'nothing stays')
  await page.evaluate(`Sapa('boot', { key: '${scene.world.key}' })`)
  const again = await openPanel(page)
  t.notOk((await saidIn(again)).includes('Halo dari antrean'), 'the next person sees nothing of it')
}

async function closed(t: Test, scene: Scene): Promise<void> {
  const context = await scene.browser.newContext()
  await context.addInitScript(`for (const name of ['localStorage', 'sessionStorage']) {
    Object.defineProperty(window, name, { get() { throw new DOMException('closed', 'SecurityError') } })
  }
  Object.defineProperty(navigator, 'locks', { get() { throw new DOMException('closed', 'SecurityError') } })
  delete window.crypto.randomUUID`)
  const page = await context.newPage()
  await page.goto(scene.shop)
  const panel = await openPanel(page)
  await say(panel, 'Tanpa penyimpanan')
  await panel.getByText('Terkirim').waitFor()
  const conversation = await scene.world.conversationOf('Tanpa penyimpanan')
  await scene.world.reply(conversation, 'Tetap sampai')
  await panel.getByText('Tetap sampai').waitFor()
  t.strictSame((await saidIn(panel)).slice(1), ['Tanpa penyimpanan', 'Tetap sampai'])
}

async function trigger(t: Test, scene: Scene): Promise<void> {
  const { world } = scene
  const own = await world.connect('Sendiri', { side: 'own', trigger: '[data-chat]' })
  const body = '<main><h1>Kontak</h1><a href="/kontak" data-chat><b>Chat kami</b></a></main>'
  const shop = await openShop(t, { '/': { head: snippet(world.url, own.key), body } })
  const page = await visit({ ...scene, shop }, '/')
  const link = page.getByRole('link', { name: 'Chat kami' })
  await until(async () =>
    page.evaluate(`document.documentElement.lastElementChild.shadowRoot !== null`)
  )
  await link.click()
  await panelOf(page).locator('.compose textarea').waitFor()
  t.equal(new URL(page.url()).pathname, '/', 'the link leads nowhere else')
  t.strictSame(await axeOf(page), [])
  await page.evaluate(`Sapa('close')`)
  const focus = () => page.evaluate(`document.activeElement.dataset.chat`)
  await becomes(t, focus, '', 'the focus is back')
}
