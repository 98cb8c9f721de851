import t from 'tap'
import { becomes } from '../support/becomes.ts'
import { axe, noOverflow, openBrowser, shot } from '../support/browser.ts'
import { needs } from '../support/require.ts'
import { until } from '../support/until.ts'
import { inboxWorld, openConversation } from './world.ts'

t.test('many conversations are selected, closed and brought back', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  for (let n = 1; n <= 4; n++) await world.mail({ name: `Pelanggan ${n}` })
  const { page, context, problems } = await openBrowser(t)
  await world.enter(context, 'agent')
  await page.goto(`${world.url}/inbox/all`)

  await page.check('.list-bar [data-select-all]')
  await becomes(t, () => page.textContent('[data-bulk-count]'), /4 chosen/)
  await page.uncheck('#row-1 [data-select]')
  await becomes(t, () => page.textContent('[data-bulk-count]'), /3 chosen/)
  await shot(page, 'bulk-1440-light')
  t.strictSame(await axe(page), [])
  await page.click('.bulk-bar button:has-text("Close")')
  await page.waitForSelector('.toast:has-text("3 conversations closed")')
  await until(async () => (await page.locator('.row').count()) === 1)
  await shot(page, 'bulk-done-1440-light')

  await page.click('.toast button:has-text("Undo")')
  await until(async () => (await page.locator('.row').count()) === 4)
  t.strictSame(problems, [])
})

t.test('pasted and dropped files go along; one that is too large is told apart', async t => {
  if (!needs(t, 'chromium')) return
  const { page, problems } = await openConversation(t)
  const drop = (type: string, name: string, size: number) =>
    page.evaluate(`(() => {
      const box = new DataTransfer()
      box.items.add(new File([new Uint8Array(${size})], '${name}', { type: 'image/png' }))
      const target = document.querySelector('.composer__text')
      const init = { bubbles: true, cancelable: true, dataTransfer: box, clipboardData: box }
      target.dispatchEvent('${type}' === 'paste' ? new ClipboardEvent('paste', init) : new DragEvent('drop', init))
    })()`)

  await drop('paste', 'nota.png', 2000)
  await page.waitForSelector('.composer__files >> text=nota.png')
  await drop('drop', 'drum.png', 3000)
  await page.waitForSelector('.composer__files >> text=drum.png')
  await drop('drop', 'video.mp4', 31 * 1024 * 1024)
  await page.waitForSelector('.composer__call:has-text("video.mp4 is larger than 30")')
  t.equal(await page.locator('.composer__files .file').count(), 2)
  await shot(page, 'files-1440-light')
  t.strictSame(await axe(page), [])

  await page.fill('.composer__text', 'Terlampir, Bu.')
  await page.click('.composer button[type=submit]')
  await page.waitForSelector('.mail--out .file >> nth=1')
  await becomes(t, () => page.locator('.composer__files .file').count(), 0)
  t.strictSame(problems, [])
})

/** What another language may need: every text grows by a third, and nothing may be cut off or pushed out. */
const grow = `(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const node = walker.currentNode
    const text = node.textContent.trim()
    if (!/[a-z]{3}/i.test(text) || node.parentElement.closest('template, script')) continue
    node.textContent += ' ' + 'xa'.repeat(Math.ceil(text.length * 0.35 / 2))
  }
  return [...document.querySelectorAll('button, .button, .chip, .tabs__item')]
    .filter(element => element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1)
    .filter(element => !element.matches('.truncate') && !element.querySelector('.truncate'))
    .map(element => element.className + ': ' + element.textContent.trim())
})()`

t.test('words that are a third longer break nothing', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  const id = await world.mail()
  const { newContext } = await openBrowser(t)
  for (const width of [1440, 1024, 390]) {
    const context = await newContext({ viewport: { width, height: 844 } })
    await world.enter(context, 'agent')
    const page = await context.newPage()
    for (const path of ['/inbox/all', `/conversations/${id}`, `/conversations/${id}/customer`]) {
      await page.goto(world.url + path)
      t.strictSame(await page.evaluate(grow), [], `${path} at ${width}: nothing cut off`)
      t.strictSame(await noOverflow(page), [], `${path} at ${width}: no sideways scroll`)
      await shot(page, `long${path.replaceAll('/', '-')}-${width}`)
    }
    await context.close()
  }
})
