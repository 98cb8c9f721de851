import t, { type Test } from 'tap'
import { becomes } from '../support/becomes.ts'
import { axe, noOverflow, openBrowser, shot } from '../support/browser.ts'
import { serveInterface } from '../support/interface-server.ts'
import { needs } from '../support/require.ts'
import { until } from '../support/until.ts'

const refused = /the server responded with a status of (409|500)/

const hasChromium = needs(t, 'chromium')
const browser = hasChromium ? await openBrowser(t) : undefined

async function open(t: Test) {
  if (!browser) throw new Error('no chromium')
  const served = await serveInterface(t)
  const context = await browser.newContext()
  t.teardown(() => context.close())
  const page = await context.newPage()
  await page.goto(served.url)
  await until(() => served.streams.length === 1)
  const area = page.locator('textarea')
  const saved = page.locator('[data-saved]')
  return { page, context, problems: browser.problems, served, area, saved }
}

t.test(
  'the frame is accessible and fits, light and dark, wide and narrow',
  { skip: !hasChromium },
  async t => {
    const { page, problems } = await open(t)
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1440, 1024, 390]) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 844 })

        t.same(await axe(page), [], `${width} ${colorScheme}`)
        t.same(await noOverflow(page), [], `${width} ${colorScheme}`)
        await shot(page, `frame-${width}-${colorScheme}`)
      }
    }
    t.same(problems, [])
  }
)

t.test(
  'what is typed survives a mode switch, a refused send and a reload',
  { skip: !hasChromium },
  async t => {
    const { page, served, area, saved, problems } = await open(t)

    await area.pressSequentially('Faktur sudah kami kirim')
    await until(() =>
      served.received.some(({ path, body }) => path === '/draft' && body.includes('kami+kirim'))
    )
    await until(async () => (await saved.textContent()) === 'Draf tersimpan')
    await page.locator('.composer__mode').nth(1).click()
    t.equal(await area.inputValue(), '', 'a note has a draft of its own')
    await area.pressSequentially('Cek stok')
    await page.locator('.composer__mode').first().click()
    t.equal(await area.inputValue(), 'Faktur sudah kami kirim')

    for (const status of [500, 409]) {
      served.sendStatus = status
      const asked = page.waitForResponse(/\/send$/)
      await area.press('Control+Enter')
      await asked
      t.equal(await area.inputValue(), 'Faktur sudah kami kirim', `after ${status}`)
    }
    await page.locator('#call .callout').waitFor()
    await page.locator('#toasts .toast').waitFor()

    await page.reload()
    await becomes(t, () => area.inputValue(), 'Faktur sudah kami kirim')
    await page.locator('.composer__mode').nth(1).click()
    t.equal(await area.inputValue(), 'Cek stok')
    t.same(
      problems.filter(problem => !refused.test(problem)),
      []
    )
  }
)

t.test('a sent reply empties its own draft and renews the key', { skip: !hasChromium }, async t => {
  const { page, served, area } = await open(t)

  await area.fill('Baik Bu')
  await area.press('Control+Enter')
  await page.locator('.message--out', { hasText: 'Terkirim' }).waitFor()

  await becomes(t, () => area.inputValue(), '')
  await becomes(t, () => page.inputValue('[name=idempotency_key]'), /^(?!first$)/)
  t.equal(served.received.filter(({ path }) => path === '/send').length, 1)
  await page.reload()
  t.equal(await area.inputValue(), '')
})

t.test('keys act on the page, never while somebody types', { skip: !hasChromium }, async t => {
  const { page, area } = await open(t)
  await page.evaluate(
    `document.querySelector('#close').onclick = event => event.target.dataset.hits = 'x' + (event.target.dataset.hits ?? '')`
  )
  const hits = () => page.locator('#close').getAttribute('data-hits')

  await area.pressSequentially('eje')
  t.equal(await hits(), null)
  await area.press('Escape')
  await page.keyboard.press('e')
  t.equal(await hits(), 'x')

  await page.keyboard.press('j')
  await page.keyboard.press('j')
  t.equal(await page.locator('[data-row]:focus .row__name').textContent(), 'Ratna Kusumawardani')
  await page.evaluate(`document.documentElement.dataset.singleKeys = 'off'`)
  await page.keyboard.press('e')
  t.equal(await hits(), 'x', 'single keys can be switched off')
})

t.test(
  'tabs share one stream, and the next tab goes on where the first stopped',
  { skip: !hasChromium },
  async t => {
    const { page, context, served } = await open(t)
    const listen = `window.seen = []; document.addEventListener('sapa:conversation.changed', event => seen.push(event.detail.conversation))`
    const others = []
    for (let n = 0; n < 3; n++) {
      const other = await context.newPage()
      await other.goto(served.url)
      await other.evaluate(listen)
      others.push(other)
    }
    t.equal(served.streams.length, 1)

    served.push('event-5', { topic: 'conversation.changed', conversation: 12 })
    for (const other of others) await until(() => other.evaluate<boolean>('seen.includes(12)'))
    await page.close()
    await until(() => served.streams.length === 1 && served.streams[0]?.last === 'event-5')
    served.push('event-6', { topic: 'conversation.changed', conversation: 13 })
    for (const other of others) await until(() => other.evaluate<boolean>('seen.includes(13)'))
  }
)

t.test('a live part refreshes itself, but not under a caret', { skip: !hasChromium }, async t => {
  const { page, served } = await open(t)
  const changed = { topic: 'conversation.changed', conversation: 12 }
  const title = () => page.locator('#head h2').textContent()
  const asked = () => served.received.filter(({ path }) => path === '/head').length

  served.push('1', { ...changed, conversation: 99 })
  served.push('2', changed)
  await until(async () => (await title()) === 'Berubah 1')
  t.equal(asked(), 1, 'other conversations do not concern it')

  await page.fill('#subject', 'Faktur')
  // Three rounds of the part beside it are longer than the longest wait of this one.
  for (const round of [2, 3, 4]) {
    served.push(`${round + 1}`, changed)
    await until(() => served.received.filter(({ path }) => path === '/beside').length === round)
  }
  t.equal(asked(), 1)
  await page.locator('#subject').blur()
  await until(async () => (await title()) === 'Berubah 2')
})

t.test(
  'the timeline stays where it is read and counts what came',
  { skip: !hasChromium },
  async t => {
    const { page } = await open(t)
    const place = () =>
      page.evaluate<number>(`document.querySelector('.timeline__scroll').scrollTop`)
    await page.evaluate(`document.querySelector('.timeline__scroll').scrollTop = -400`)

    await page.evaluate(
      `document.querySelector('#timeline').insertAdjacentHTML('beforeend', '<div class="message message--in" data-message><div class="bubble">Baru</div></div>')`
    )
    await page.locator('[data-new-pill]', { hasText: '1 pesan baru' }).waitFor()

    t.ok((await place()) < -300)
    await page.click('[data-new-pill]')
    await until(async () => (await place()) === 0)
    await page.locator('[data-new-pill]').waitFor({ state: 'hidden' })
  }
)

t.test('a dangerous button asks first', { skip: !hasChromium }, async t => {
  const { page } = await open(t)
  await page.evaluate(
    `window.erased = 0; document.querySelector('#erase').addEventListener('click', () => erased++)`
  )

  await page.click('#erase')
  await page.click('dialog [value=no]')
  t.equal(await page.evaluate('erased'), 0)
  await page.click('#erase')
  await page.click('dialog [value=yes]')
  await until(() => page.evaluate<boolean>('erased === 1'))
})

t.test('an undo that is over before it is shown goes at once', { skip: !hasChromium }, async t => {
  const { page } = await open(t)
  const errors: string[] = []
  page.on('pageerror', error => errors.push(error.message))

  await page.evaluate(
    `document.body.insertAdjacentHTML('beforeend', '<p id="lewat" data-behavior="undo-countdown" data-until="1">Urungkan</p>')`
  )

  await page.locator('#lewat').waitFor({ state: 'detached' })
  t.same(errors, [])
})
