import type { Page } from 'playwright-core'
import t from 'tap'
import { axe, openBrowser, shot } from '../support/browser.ts'
import { enter } from '../support/enter.ts'
import { needs } from '../support/require.ts'
import { talkWorld, type TalkWorld } from '../support/talk-world.ts'
import { until } from '../support/until.ts'

t.test('a customer who types shows above the composer and moves nothing', async t => {
  if (!needs(t, 'chromium')) return
  const world = await talkWorld(t)
  const { id } = await world.writes('Halo, AC saya bocor sejak kemarin. Bisa dijadwalkan?')
  const { page, problems } = await open(world, t)
  await page.goto(`${world.url}/conversations/${id}`)
  await page.click('.composer__text')
  await page.keyboard.type('Baik Bu,')
  const before = await places(page)

  await says(world, page, true)

  t.equal(await page.innerText('.conversation__typing'), 'Ratna is typing…')
  t.strictSame(await places(page), before, 'nothing has moved')
  await page.keyboard.type(' kami cek')
  t.equal(await page.inputValue('.composer__text'), 'Baik Bu, kami cek', 'the caret stayed')
  t.strictSame(await axe(page), [])
  await shot(page, 'typing-1440-light')
  await page.emulateMedia({ colorScheme: 'dark' })
  await shot(page, 'typing-1440-dark')
  await page.setViewportSize({ width: 390, height: 844 })
  await says(world, page, true)
  await shot(page, 'typing-390-dark')
  await page.emulateMedia({ colorScheme: 'light' })
  await shot(page, 'typing-390-light')

  const late = await page.context().newPage()
  await late.goto(`${world.url}/conversations/${id}`)
  await says(world, late, true)
  await late.close()

  await world.writes('Hari Sabtu saja')
  await page.waitForSelector('.conversation__typing p', { state: 'hidden' })
  await page.waitForSelector('.timeline >> text=Hari Sabtu saja')
  t.strictSame(problems, [])
})

t.test('an agent who writes a reply is told to the customer, a note is not', async t => {
  if (!needs(t, 'chromium')) return
  const world = await talkWorld(t)
  const { told } = world
  const { id } = await world.writes('Halo, AC saya bocor')
  const { page, problems } = await open(world, t)
  await page.goto(`${world.url}/conversations/${id}`)
  const typed = () => told.filter(({ what }) => what !== 'read').map(({ what }) => what)

  await page.keyboard.press('i')
  await page.keyboard.type('Pelanggan lama, hati-hati.')
  await page.keyboard.press('Escape')
  await page.keyboard.press('r')
  // At once: who types for longer than three seconds is told again.
  await page.keyboard.insertText('Baik Bu, kami cek dulu.')
  await until(() => typed().length === 1)
  t.strictSame(typed(), ['typing'])

  await page.keyboard.press('Escape')
  await until(() => typed().length === 2)
  t.strictSame(typed(), ['typing', 'stopped'], 'leaving the field ends it')
  t.strictSame(problems, [])
})

t.test('what comes into a tab in the background is read when somebody looks at it', async t => {
  if (!needs(t, 'chromium')) return
  const world = await talkWorld(t)
  const { told } = world
  const { id } = await world.writes('Halo')
  const { page, context, problems } = await open(world, t)
  await context.addInitScript(`
    let isAway = false
    Object.defineProperty(document, 'hidden', { get: () => isAway })
    window.away = value => {
      isAway = value
      document.dispatchEvent(new Event('visibilitychange'))
    }`)
  await page.goto(`${world.url}/conversations/${id}`)
  await until(() => told.length === 1)

  await page.evaluate('away(true)')
  await world.writes('Masih bocor')
  await page.waitForSelector('.timeline >> text=Masih bocor')
  t.equal(told.length, 1, 'nobody has looked')

  await page.evaluate('away(false)')
  await until(() => told.length === 2)
  t.match(told[1], { what: 'read', thread: { remoteId: 'm2' } })
  t.strictSame(problems, [])
})

async function open(world: TalkWorld, t: Parameters<typeof openBrowser>[0]) {
  const browser = await openBrowser(t)
  await enter(browser.context, world.as.agent, world.url)
  return browser
}

/** A channel says it again and again; the page learns of it when its presence is known. */
async function says(world: TalkWorld, page: Page, isTyping: boolean): Promise<void> {
  await until(async () => {
    world.line().typing('ratna', isTyping)
    return (await page.isVisible('.conversation__typing p')) === isTyping
  })
}

async function places(page: Page): Promise<unknown> {
  return page.evaluate(`['.composer', '.timeline', '.timeline [data-message]'].map(selector => {
    const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect()
    return [selector, x, y, width, height]
  })`)
}
