import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { becomes } from '../support/becomes.ts'
import { axe, noOverflow, openBrowser, shot } from '../support/browser.ts'
import { needs } from '../support/require.ts'
import { checkSoon } from '../support/soon.ts'
import { until } from '../support/until.ts'
import { messengerWorld, type MessengerWorld } from './messenger-world.ts'

const dayMs = 24 * 3_600_000
const marginMs = 5 * 60_000
/** So short that seconds are counted, long enough for the slowest machine to show them. */
const leftMs = 55_000

/** An agent has the customer's conversation open. */
async function open(t: Test, prepare: (world: MessengerWorld) => Promise<unknown>) {
  const world = await messengerWorld(t)
  await prepare(world)
  const browser = await openBrowser(t)
  await world.enter(browser.context, 'agent')
  await browser.page.goto(`${world.url}/conversations/${world.id}`)
  return { ...browser, world }
}

const byWhatsapp = ({ url, id, whatsapp }: MessengerWorld) =>
  `${url}/conversations/${id}?route=${encodeURIComponent(whatsapp.key)}`
const text = (page: Page) => page.inputValue('.composer__text')
const isLocked = (page: Page) =>
  page.evaluate<boolean>(`document.querySelector('.composer__text').readOnly`)
const caret = (page: Page) =>
  page.evaluate<number>(`document.querySelector('.composer__text').selectionStart`)
const isFocused = (page: Page) =>
  page.evaluate<boolean>(`document.activeElement.matches('.composer__text')`)

/** Looked at by eyes (SAPA_SHOTS) and by axe, wide in light and narrow in dark. */
async function look(t: Test, page: Page, name: string): Promise<void> {
  for (const [width, height, colorScheme] of [
    [1440, 900, 'light'],
    [390, 844, 'dark']
  ] as const) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height })
    await shot(page, `composer-${name}-${width}-${colorScheme}`)
    t.strictSame(await axe(page), [], `${name} ${width} ${colorScheme}`)
    t.strictSame(await noOverflow(page), [], `${name} ${width} ${colorScheme}`)
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 1440, height: 900 })
}

t.test('the window closes by the clock while the page is open', async t => {
  if (!needs(t, 'chromium')) return
  const { page, world, problems } = await open(t, async sapa => {
    await sapa.write(sapa.telegram, 'WA saya error, lewat sini ya kak.')
    await sapa.write(sapa.whatsapp, 'Sudah bisa lagi.')
    sapa.clock.forward(dayMs - marginMs - leftMs)
  })
  await page.clock.install()
  await page.reload()
  await page.click('.composer__text')
  await page.keyboard.type('Baik Bu, kami cek dulu.')
  await page.keyboard.press('Home')
  for (let n = 0; n < 4; n++) await page.keyboard.press('ArrowRight')
  await page.waitForSelector('.composer__left:has-text("s left")')
  await look(t, page, 'closing')
  await page.focus('.composer__text')

  world.clock.forward(leftMs + 1000)
  await page.clock.fastForward(leftMs + 1000)
  await until(() => isLocked(page), { what: 'the text is locked' })
  await page.waitForSelector('.composer__call:has-text("24-hour window closed")')

  t.equal(await text(page), 'Baik Bu, kami cek dulu.')
  t.ok(await isFocused(page), 'the focus stays')
  t.equal(await caret(page), 4, 'the caret stays')
  await page.keyboard.type('xyz')
  t.equal(await text(page), 'Baik Bu, kami cek dulu.', 'nothing can be typed')
  t.match(await page.innerText('.composer button[type=submit]'), 'Send a template')
  await look(t, page, 'closed')
  t.strictSame(problems, [])
})

t.test('the customer writes, and the closed window opens again', async t => {
  if (!needs(t, 'chromium')) return
  const { page, world, problems } = await open(t, async sapa => {
    await sapa.write(sapa.telegram, 'WA saya error, lewat sini ya kak.')
    await sapa.write(sapa.whatsapp, 'Halo kak.')
    await sapa.template()
    sapa.clock.forward(dayMs)
  })
  await page.goto(byWhatsapp(world))
  await until(() => isLocked(page))
  await page.click('.composer__mode:has-text("note")')
  t.notOk(await isLocked(page), 'notes are always possible')
  await page.fill('.composer__text', 'Tunggu pelanggan membalas.')
  await page.click('.composer__mode:has-text("Reply")')
  t.ok(await isLocked(page))
  await page.keyboard.press('Control+Enter')
  await page.waitForSelector('dialog[open] >> text=lanjut_laporan')
  await page.keyboard.press('Escape')
  await page.waitForSelector('#templates', { state: 'detached' })
  await page.focus('.composer__text')

  const isFree = async () => {
    await world.write(world.whatsapp, 'Boleh, silakan.')
    await until(async () => !(await isLocked(page)), { what: 'the text is free again' })
  }
  await checkSoon(t, 'the text is free again', isFree, async () => {
    world.clock.forward(dayMs)
    await page.reload()
    await until(() => isLocked(page))
    await page.focus('.composer__text')
  })

  t.ok(await isFocused(page), 'the focus stays')
  await page.waitForSelector('.composer__call', { state: 'detached' })
  await page.keyboard.type('Baik, Bu.')
  t.equal(await text(page), 'Baik, Bu.')
  await becomes(t, () => page.innerText('.composer button[type=submit]'), /Send\s+via WhatsApp/)
  t.strictSame(problems, [])
})

t.test('the picker is worked by keyboard, and what is typed goes where it says', async t => {
  if (!needs(t, 'chromium')) return
  const { page, world, problems } = await open(t, async sapa => {
    await sapa.write(sapa.whatsapp, 'Halo kak.')
    sapa.clock.forward(2 * dayMs)
    await sapa.write(sapa.telegram, 'WA saya error, lewat sini ya kak.')
  })
  await page.click('.composer__text')
  await page.keyboard.type('Pak Hendra sudah berangkat.')
  await page.keyboard.press('Escape')
  for (const [width, height] of [
    [390, 844],
    [1440, 900]
  ] as const) {
    await page.setViewportSize({ width, height })
    await page.keyboard.press('c')
    await page.waitForSelector('.channel-picker:popover-open')
    await shot(page, `composer-picker-${width}-light`)
    t.strictSame(await axe(page), [], `picker ${width}`)
    if (width === 1440) continue
    await page.keyboard.press('Escape')
    await page.waitForSelector('.composer__channel:focus')
  }
  await becomes(t, () => page.evaluate('document.activeElement.textContent'), /Telegram/)

  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.composer__channel:has-text("Email")')
  t.ok(await isFocused(page), 'back in the text')
  t.equal(await text(page), 'Pak Hendra sudah berangkat.')
  await becomes(t, () => page.isVisible('.composer__copies'), true, 'mail knows copies')
  await becomes(t, () => page.isVisible('.composer__choices'), false, 'and no buttons')
  await becomes(t, () => page.innerText('.composer button[type=submit]'), /Send\s+via Email/)

  await world.write(world.telegram, 'Kak?')
  await page.waitForSelector('.composer__call:has-text("just wrote on Telegram")')
  t.match(await page.innerText('.composer__channel'), 'Email', 'never by itself')
  await look(t, page, 'moved')
  await page.focus('.composer__text')
  await page.keyboard.press('Control+Enter')
  await page.waitForSelector('.composer__call--overtaken')
  await page.keyboard.press('Control+Enter')
  await page.waitForSelector('.mail--out')
  const sent = await world.db
    .selectFrom('message')
    .select(['account_id', 'channel'])
    .where('kind', '=', 'outbound')
    .executeTakeFirstOrThrow()
  t.equal(sent.account_id, world.mailAccount)

  await page.click('.composer__call .link:has-text("Switch")')
  await page.waitForSelector('.composer__channel:has-text("Telegram")')
  t.strictSame(
    problems.filter(problem => !problem.includes('409')),
    []
  )
})

t.test('a template is found, filled in and sent from the dialog', async t => {
  if (!needs(t, 'chromium')) return
  const { page, world, problems } = await open(t, async sapa => {
    await sapa.write(sapa.whatsapp, 'Halo kak.')
    await sapa.template()
    await sapa.template({ name: 'promo_akhir_tahun', category: 'marketing', language: 'en_US' })
    await sapa.template({
      ...{ name: 'tagihan', state: 'rejected', reason: 'Variabel tanpa contoh.' }
    })
    sapa.clock.forward(2 * dayMs)
  })
  await page.goto(byWhatsapp(world))
  await until(() => isLocked(page))
  await page.click('.composer__call .link:has-text("Send a template")')
  await page.waitForSelector('dialog[open] .template-row >> nth=2')
  await look(t, page, 'templates')
  t.match(await page.textContent('.template-row__off'), /Rejected.*Variabel tanpa contoh/s)
  await page.keyboard.type('promo')
  await until(async () => (await page.locator('.template-row').count()) === 1)
  await page.fill('[name=q]', '')
  await page.selectOption('[name=language]', 'id')
  await until(async () => (await page.locator('.template-row').count()) === 2)
  await page.focus('.template-row__pick')
  await page.keyboard.press('Enter')

  await page.waitForSelector('#template-field-1')
  await page.fill('#template-field-1', 'Ibu Ratna')
  await page.waitForSelector('.template-preview:has-text("Halo Ibu Ratna, kami")')
  t.equal(await page.locator('.template-preview mark').count(), 1, 'the other is still missing')
  await page.click('#templates button[type=submit]')
  await page.waitForSelector('#template-field-2-error')
  await page.waitForSelector('#template-field-2:focus')
  await look(t, page, 'template')
  t.equal(await page.inputValue('#template-field-1'), 'Ibu Ratna', 'nothing typed is lost')
  await page.fill('#template-field-2', '#4821')
  await page.keyboard.press('Enter')

  await page.waitForSelector('.message--out:has-text("Halo Ibu Ratna, kami ingin")')
  await page.waitForSelector('#templates', { state: 'detached' })
  const step = await world.db.selectFrom('outbox').select('payload').executeTakeFirstOrThrow()
  t.match(JSON.parse(step.payload), {
    template: { name: 'lanjut_laporan', language: 'id', values: { 1: 'Ibu Ratna', 2: '#4821' } }
  })
  t.strictSame(
    problems.filter(problem => !problem.includes('422')),
    []
  )
})

t.test('a message is answered with its quote and with buttons', async t => {
  if (!needs(t, 'chromium')) return
  let message = 0
  const { page, world, problems } = await open(t, async sapa => {
    message = await sapa.write(sapa.telegram, 'Sabtu atau Minggu, kak?')
  })
  await page.waitForSelector('.composer__text')
  const quote = `document.dispatchEvent(new CustomEvent('sapa:quote', { detail: { id: ${message} } }))`
  await page.evaluate(quote)
  await page.waitForSelector('.composer__quote:has-text("Sabtu atau Minggu")')
  await page.click('.composer__choices summary')
  await page.fill('.composer__titles input >> nth=0', 'Sabtu')
  await page.fill('.composer__titles input >> nth=1', 'Minggu')
  await page.fill('.composer__text', 'Pilih hari ya, Bu.')
  await look(t, page, 'quote')

  await page.click('.composer button[type=submit]')
  await page.waitForSelector('.message--out:has-text("Pilih hari")')
  const sent = await world.db
    .selectFrom('message')
    .select(['quoted_id', 'headers'])
    .where('kind', '=', 'outbound')
    .executeTakeFirstOrThrow()
  t.equal(sent.quoted_id, message)
  t.match(JSON.parse(sent.headers), { choices: [{ title: 'Sabtu' }, { title: 'Minggu' }] })
  // The news may have brought the message before the answer.
  await becomes(t, () => page.locator('.composer__quote').count(), 0)
  await becomes(t, () => page.inputValue('.composer__titles input >> nth=0'), '')

  await page.evaluate(quote)
  await page.click('[data-unquote]')
  await page.waitForSelector('.composer__quote', { state: 'detached' })
  t.ok(await isFocused(page))
  t.strictSame(problems, [])
})
