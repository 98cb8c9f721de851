import t from 'tap'
import { axe, openBrowser, shot } from '../support/browser.ts'
import { needs } from '../support/require.ts'
import { until } from '../support/until.ts'
import { inboxWorld } from './world.ts'

t.test('many conversations are selected, closed and brought back', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  for (let n = 1; n <= 4; n++) await world.mail({ name: `Pelanggan ${n}` })
  const { page, context, problems } = await openBrowser(t)
  await world.enter(context, 'agent')
  await page.goto(`${world.url}/inbox/all`)

  await page.check('.list-bar [data-select-all]')
  t.match(await page.textContent('[data-bulk-count]'), '4 chosen')
  await page.uncheck('#row-1 [data-select]')
  t.match(await page.textContent('[data-bulk-count]'), '3 chosen')
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
  const world = await inboxWorld(t)
  const id = await world.mail()
  const { page, context, problems } = await openBrowser(t)
  await world.enter(context, 'agent')
  await page.goto(`${world.url}/conversations/${id}`)
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
  t.equal(await page.locator('.composer__files .file').count(), 0)
  t.strictSame(problems, [])
})
