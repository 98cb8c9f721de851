import type { Page } from 'playwright-core'
import t from 'tap'
import { openBrowser } from '../support/browser.ts'
import { holdFirst } from '../support/hold.ts'
import { needs } from '../support/require.ts'
import { until } from '../support/until.ts'
import { messengerWorld, type MessengerWorld } from './messenger-world.ts'
import { inboxWorld, openConversation } from './world.ts'

const dayMs = 24 * 3_600_000

/** So that what is awaited next is not awaited for nothing: the page has drawn what it was given. */
const settled = (page: Page) =>
  page.evaluate<void>('new Promise(done => setTimeout(() => requestAnimationFrame(done), 300))')

t.test('an answer to an older question never stands last', async t => {
  if (!needs(t, 'chromium')) return

  t.test('of two conversations the one that was picked last opens', async t => {
    const world = await inboxWorld(t)
    const { page, context, problems } = await openBrowser(t)
    const first = await world.mail()
    const second = await world.mail({ name: 'Sri Wahyuni' })
    await world.enter(context, 'agent')
    await page.goto(`${world.url}/inbox/unassigned`)
    const held = await holdFirst(page, new RegExp(`/conversations/${first}\\b`))

    await page.click(`#row-${first} .row__link`)
    await until(held.isHeld)
    await page.click(`#row-${second} .row__link`)
    await page.waitForSelector(`#timeline-${second}`)
    held.release()

    await settled(page)
    t.equal(await page.locator(`#timeline-${second}`).count(), 1)
    t.match(page.url(), new RegExp(`/conversations/${second}\\b`))
    t.strictSame(problems, [])
  })

  t.test('a search of templates ends with what stands in the field', async t => {
    const { page, problems } = await openTemplates(t)
    const held = await holdFirst(page, /\/templates\/list/)

    await page.fill('.templates__search [name=q]', 'promo')
    await until(held.isHeld)
    await page.fill('.templates__search [name=q]', '')
    await page.selectOption('.templates__search [name=language]', 'id')
    await until(() => held.count() > 1)
    held.release()

    await page.waitForSelector('.template-row:has-text("lanjut_laporan")')
    await until(async () => (await page.locator('.template-row').count()) === 1)
    t.strictSame(problems, [])
  })

  t.test('a preview shows all that was typed', async t => {
    const { page, problems } = await openTemplates(t)
    await page.click('.template-row__pick:has-text("lanjut_laporan")')
    await page.waitForSelector('#template-field-1')
    const held = await holdFirst(page, /\/template-preview/)

    await page.fill('#template-field-1', 'Ibu')
    await until(held.isHeld)
    await page.fill('#template-field-1', 'Ibu Ratna')
    await until(() => held.count() === 2)
    await page.fill('#template-field-2', '#4821')
    await until(() => held.count() === 3)
    held.release()

    await page.waitForSelector('.template-preview:has-text("Halo Ibu Ratna")')
    await page.waitForSelector('.template-preview mark', { state: 'detached' })
    t.strictSame(problems, [])
  })

  t.test('the channel that was picked last is the one', async t => {
    const { page, world, problems } = await openMessengers(t)
    const pick = async (label: string) => {
      await page.click('.composer__channel')
      await page.click(`.channel-option:has-text("${label}")`)
    }
    const held = await holdFirst(
      page,
      new RegExp(`composer-state\\?route=${world.telegram.account}`)
    )

    await pick('Telegram')
    await until(held.isHeld)
    await pick('WhatsApp')
    await page.waitForSelector('.composer__channel:has-text("WhatsApp")')
    held.release()

    await settled(page)
    t.match(await page.innerText('.composer__channel'), 'WhatsApp')
    t.equal(await page.inputValue('.composer__route [name=route]'), world.whatsapp.key)
    t.strictSame(problems, [])
  })

  t.test('a quote that was dropped does not come back', async t => {
    const { page, message, problems } = await openMessengers(t)
    const quote = `document.dispatchEvent(new CustomEvent('sapa:quote', { detail: { id: ${message} } }))`
    await page.evaluate(quote)
    await page.waitForSelector('.composer__quote')
    const held = await holdFirst(page, /\/quote\?/)

    await page.evaluate(quote)
    await until(held.isHeld)
    await page.click('[data-unquote]')
    held.release()

    await settled(page)
    t.equal(await page.locator('.composer__quote').count(), 0)
    t.strictSame(problems, [])
  })
})

t.test('a message that arrives while something is under way is shown', async t => {
  if (!needs(t, 'chromium')) return
  const { world, id, page, context, problems } = await openConversation(t)
  await until(() => world.sapa.live.size === 1)
  await page.evaluate(`addEventListener('sapa:live', ({ detail }) => {
    if (detail.topic === 'message.added') window.heard = (window.heard ?? 0) + 1
  }, true)`)
  const isHeard = (times: number) =>
    until(() => page.evaluate(`window.heard === ${times}`), { what: `${times} messages told` })

  t.test('the news of another one', async t => {
    const held = await holdFirst(page, /\/news\?/)

    await world.again(id, 'Apakah ada kabar?')
    await until(held.isHeld)
    await world.again(id, 'Sudah seminggu, lho.')
    await isHeard(2)
    held.release()

    await page.waitForSelector('.timeline >> text=Apakah ada kabar?')
    await page.waitForSelector('.timeline >> text=Sudah seminggu, lho.')
    t.strictSame(problems, [])
  })

  t.test('the conversation itself, picked from the list', async t => {
    const other = await world.mail({ name: 'Sri Wahyuni' })
    await isHeard(3)
    await page.reload()
    const held = await holdFirst(page, new RegExp(`/conversations/${other}\\b`))
    await page.evaluate(`addEventListener('sapa:live', ({ detail }) => {
      if (detail.topic === 'message.added') window.heard = 1
    }, true)`)

    await page.click(`#row-${other} .row__link`)
    await until(held.isHeld)
    await world.again(other, 'Ralat: hari Minggu saja.')
    await isHeard(1)
    held.release()

    await page.waitForSelector(`#timeline-${other} >> text=Ralat: hari Minggu saja.`)
    t.strictSame(problems, [])
  })

  t.test('the page of a second tab, while the first one reads the stream', async t => {
    const second = await context.newPage()
    const held = await holdFirst(second, new RegExp(`/conversations/${id}\\b`))
    await page.evaluate('window.heard = 0')

    const opening = second.goto(`${world.url}/conversations/${id}`)
    await until(held.isHeld)
    await world.again(id, 'Halo, masih di sana?')
    await isHeard(1)
    held.release()
    await opening

    await second.waitForSelector('.timeline >> text=Halo, masih di sana?')
    t.strictSame(problems, [])
  })
})

t.test('a message that arrives while the first conversation opens is shown', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  const id = await world.mail()
  const { page, context, problems } = await openBrowser(t)
  await world.enter(context, 'agent')
  await page.goto(`${world.url}/inbox/unassigned`)
  await until(() => world.sapa.live.size === 1)
  await page.evaluate(`addEventListener('sapa:live', ({ detail }) => {
    if (detail.topic === 'message.added') window.isHeard = true
  }, true)`)
  const held = await holdFirst(page, new RegExp(`/conversations/${id}\\b`))

  await page.click(`#row-${id} .row__link`)
  await until(held.isHeld)
  await world.again(id, 'Ralat: hari Minggu saja.')
  await until(() => page.evaluate('window.isHeard === true'), { what: 'the message is told' })
  held.release()

  await page.waitForSelector(`#timeline-${id} >> text=Ralat: hari Minggu saja.`)
  t.strictSame(problems, [])
})

t.test(
  'files picked while another is on its way all arrive, and the answer waits for them',
  async t => {
    if (!needs(t, 'chromium')) return
    const { page, problems } = await openConversation(t)
    const held = await holdFirst(page, /\/uploads$/)
    const pick = (name: string) =>
      page.setInputFiles('.composer [type=file]', {
        ...{ name, mimeType: 'text/plain', buffer: Buffer.from(name) }
      })

    await page.fill('.composer__text', 'Berikut tiga nota.')
    await pick('nota-1.txt')
    await until(held.isHeld)
    await pick('nota-2.txt')
    await pick('nota-3.txt')
    await page.click('.composer button[type=submit]')
    t.equal(await page.inputValue('.composer__text'), 'Berikut tiga nota.', 'not sent yet')
    held.release()

    for (const n of [1, 2, 3])
      await page.waitForSelector(`.composer .file:has-text("nota-${n}.txt")`)
    await page.waitForSelector('.composer[data-uploading]', { state: 'detached' })
    await page.click('.composer button[type=submit]')
    await page.waitForSelector('.mail--out:has-text("nota-3.txt")')
    t.equal(await page.locator('.mail--out .file').count(), 3)
    t.strictSame(problems, [])
  }
)

async function openMessengers(t: Parameters<typeof messengerWorld>[0]) {
  const world = await messengerWorld(t)
  await world.write(world.whatsapp, 'Halo kak.')
  const message = await world.write(world.telegram, 'Lewat sini juga boleh.')
  const browser = await openBrowser(t)
  await world.enter(browser.context, 'agent')
  await browser.page.goto(`${world.url}/conversations/${world.id}`)
  return { ...browser, world, message }
}

async function openTemplates(t: Parameters<typeof messengerWorld>[0]) {
  const world: MessengerWorld = await messengerWorld(t)
  await world.write(world.whatsapp, 'Halo kak.')
  await world.template()
  await world.template({ name: 'promo_akhir_tahun', category: 'marketing', language: 'en_US' })
  world.clock.forward(2 * dayMs)
  const browser = await openBrowser(t)
  await world.enter(browser.context, 'agent')
  const route = encodeURIComponent(world.whatsapp.key)
  await browser.page.goto(`${world.url}/conversations/${world.id}?route=${route}`)
  await browser.page.click('.composer__call .link:has-text("Send a template")')
  await browser.page.waitForSelector('dialog[open] .template-row >> nth=1')
  return browser
}
