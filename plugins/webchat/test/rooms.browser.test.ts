import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContext, Page } from 'playwright-core'
import type { Test } from 'tap'
import t from 'tap'
import { becomes } from '../../../test/support/becomes.ts'
import { axe, noOverflow, openBrowser, shot } from '../../../test/support/browser.ts'
import { fileMs } from '../../../test/support/patience.ts'
import { needs } from '../../../test/support/require.ts'
import { until } from '../../../test/support/until.ts'
import { snippets } from '../rooms/snippet.ts'
import { tabs, type Tab } from '../rooms/tabs.ts'
import type { WidgetConfig } from '../wire.ts'
import { chatWorld } from './world.ts'

t.setTimeout(fileMs)

/** A Sapa with a web chat of its own language, and the way to its page. */
async function roomWorld(t: Test) {
  const world = await chatWorld(t)
  const { url, as, db } = world
  const { id, key } = await world.connect('Chat situs', { language: 'id' })
  return {
    ...world,
    pageOf: (tab: Tab) => `${url}/p/webchat/widget?account=${id}&tab=${tab}`,
    async enter(context: BrowserContext) {
      const cookies = as.admin({ url: '/' }).cookies as Record<string, string>
      await context.addCookies(
        Object.entries(cookies).map(([name, value]) => ({ name, value, url }))
      )
    },
    /** What the loader on somebody's page gets. */
    async config(): Promise<WidgetConfig> {
      return (await fetch(`${url}/chat/${key}/config`)).json() as Promise<WidgetConfig>
    },
    async settings(): Promise<Record<string, unknown>> {
      const row = await db
        .selectFrom('account')
        .select('settings')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      return JSON.parse(row.settings) as Record<string, unknown>
    }
  }
}

const colorOfHead = `getComputedStyle(document.querySelector('.plugin-webchat__head')).backgroundColor`

/** Waits until the head of the preview has this colour. */
const seesColor = (page: Page, color: string) =>
  until(() => page.evaluate<boolean>(`${colorOfHead} === '${color}'`))

t.test('an admin changes the look and sees it before it is saved', async t => {
  if (!needs(t, 'chromium')) return
  const world = await roomWorld(t)
  const { page, context, problems } = await openBrowser(t)
  await world.enter(context)
  await page.goto(world.pageOf('look'))
  const preview = page.getByRole('complementary', { name: 'Preview' })

  await page.getByLabel('Name in the header').fill('Sinar Elektronik')
  await preview.getByText('Sinar Elektronik').waitFor()
  await page.getByLabel('Colour', { exact: true }).fill('#787878')
  await page.getByText(/Shown as #\w{6}, so that text can be read/).waitFor()
  await page.getByRole('button', { name: 'Colour #B83A17' }).click()
  await page.getByText('White text can be read, contrast').waitFor()
  await seesColor(page, 'rgb(184, 58, 23)')
  await preview.getByText('Dark', { exact: true }).click()
  await seesColor(page, 'rgb(185, 60, 25)')
  await page.getByText('One of my page').click()
  await page.getByLabel('CSS selector of your button').fill('#chat')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()

  t.match(await world.settings(), { brand: '#b83a17', side: 'own', trigger: '#chat' })
  t.match(await world.settings(), { title: 'Sinar Elektronik', language: 'id' })
  const config = await until(async () => {
    const answer = await world.config()
    return answer.name === 'Sinar Elektronik' ? answer : undefined
  })
  t.match(config, {
    colors: { light: { brand: '#b83a17', onBrand: '#ffffff' } },
    launcher: { side: 'own', trigger: '#chat' }
  })
  await page.reload()
  t.equal(await page.getByLabel('Name in the header').inputValue(), 'Sinar Elektronik')
  await seesColor(page, 'rgb(184, 58, 23)')
  t.same(problems, [])
})

t.test('what is wrong keeps what was typed and is named beside its field', async t => {
  if (!needs(t, 'chromium')) return
  const world = await roomWorld(t)
  const { page, context, problems } = await openBrowser(t)
  await world.enter(context)
  await page.goto(world.pageOf('look'))
  const before = await world.settings()

  await page.getByLabel('Name in the header').fill('Sinar <b>Elektronik</b>')
  await page.getByLabel('Colour', { exact: true }).fill('merah')
  await page.getByLabel('Distance to the side, px').fill('5000')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Nothing has been saved yet.').waitFor()

  const color = page.getByLabel('Colour', { exact: true })
  await becomes(t, () => color.inputValue(), 'MERAH')
  await becomes(t, () => page.evaluate('document.activeElement.name'), 'brand', 'the first')
  t.equal(await page.getByLabel('Name in the header').inputValue(), 'Sinar <b>Elektronik</b>')
  t.equal(await page.getByLabel('Distance to the side, px').inputValue(), '5000')
  const notes = await page.evaluate<string[]>(`
    [...document.querySelectorAll('[aria-invalid="true"]')].map(field =>
      document.getElementById(field.getAttribute('aria-describedby').split(' ').at(-1)).textContent)`)
  t.equal(notes.length, 2)
  t.ok(
    notes.every(note => note.trim() !== ''),
    'each says what is wrong'
  )
  t.strictSame(await world.settings(), before)
  t.same(problems, [])
  t.same(await axe(page), [])
})

t.test('opening hours are shown when they count, and a day can be emptied', async t => {
  if (!needs(t, 'chromium')) return
  const world = await roomWorld(t)
  const { page, context, problems } = await openBrowser(t)
  await world.enter(context)
  await page.goto(world.pageOf('hours'))

  await page.getByLabel('Monday').waitFor({ state: 'hidden' })
  await page.getByLabel('Open', { exact: true }).first().selectOption('weekly')
  const monday = () => page.getByLabel('Monday').inputValue()
  await becomes(t, monday, '09:00-17:00', 'the usual week is offered')
  await page.getByLabel('Monday').fill('')
  await page.getByLabel('Saturday').fill('9-12, 13.00-15.30')
  await page.getByLabel('While closed, Indonesian').fill('Tinggalkan nomor Anda.')
  const preview = page.getByRole('complementary', { name: 'Preview' })
  await preview.getByText('Closed', { exact: true }).click()
  await preview.getByText('Tinggalkan nomor Anda.').waitFor()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()

  await becomes(t, monday, '')
  const saturday = () => page.getByLabel('Saturday').inputValue()
  await becomes(t, saturday, '09:00-12:00, 13:00-15:30')
  t.same(problems, [])
})

t.test('a key is shown once, and the one before can be ended', async t => {
  if (!needs(t, 'chromium')) return
  const world = await roomWorld(t)
  const { page, context, problems } = await openBrowser(t)
  await world.enter(context)
  await page.goto(world.pageOf('safety'))

  await page.getByRole('button', { name: 'Make a key' }).click()
  const first = await page.locator('.plugin-webchat__key').textContent()
  t.match(first, /^[\w-]{43}$/)
  await page.goto(world.pageOf('safety'))
  await page.getByText('One key is in use.').waitFor()
  t.notOk((await page.content()).includes(first ?? ''))
  await page.getByRole('button', { name: 'Make a new key' }).click()
  const second = await page.locator('.plugin-webchat__key').textContent()
  t.not(second, first)
  await page.getByText('Two keys are good').waitFor()
  await page.getByRole('button', { name: 'End the old key' }).click()
  await page.locator('dialog').getByRole('button', { name: 'End the old key' }).click()
  await page.getByText('One key is in use.').waitFor()
  t.same(problems, [])
})

t.test('the page works without a script', async t => {
  if (!needs(t, 'chromium')) return
  const world = await roomWorld(t)
  const { newContext } = await openBrowser(t)
  const context = await newContext({ javaScriptEnabled: false })
  await world.enter(context)
  const page = await context.newPage()
  await page.goto(world.pageOf('greeting'))

  await page.getByLabel('Welcome, English').fill('Hello there.')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  await page.getByText('EN', { exact: true }).click()
  await page.locator('.plugin-webchat__said').getByText('Hello there.').waitFor()
  await page.goto(world.pageOf('look'))
  t.notOk(await page.locator('.plugin-webchat__swatch').first().isVisible())
})

t.test('by keyboard alone from the tabs to saving', async t => {
  if (!needs(t, 'chromium')) return
  const world = await roomWorld(t)
  const { page, context } = await openBrowser(t)
  await world.enter(context)
  await page.goto(world.pageOf('look'))
  const tabTo = async (name: string) => {
    for (let press = 0; press < 80; press++) {
      await page.keyboard.press('Tab')
      const texts = await page.evaluate<string[]>(`
        [document.activeElement, ...(document.activeElement.labels ?? [])]
          .map(one => one.textContent.trim())`)
      if (texts.includes(name)) return
    }
    throw new Error(`Tab does not reach ${name}`)
  }

  await page.getByRole('link', { name: 'Look' }).focus()
  await tabTo('Greeting')
  await page.keyboard.press('Enter')
  await page.waitForURL(/tab=greeting/)
  await page.getByRole('link', { name: 'Greeting' }).focus()
  await tabTo('Welcome, Indonesian')
  await page.keyboard.type('Halo, Kak.')
  await tabTo('Save')
  await page.keyboard.press('Enter')
  await page.getByText('Saved.').waitFor()

  t.match(await world.settings(), { welcomeId: 'Halo, Kak.' })
})

t.test('what is pasted shows the chat on a site with a strict policy', async t => {
  if (!needs(t, 'chromium')) return
  const { url, key } = await chatWorld(t)
  const codes = new Map(snippets({ publicUrl: url, key }).map(({ name, code }) => [name, code]))
  const policy = `default-src 'none'; ${codes.get('csp')?.replace('script-src', "script-src 'nonce-toko'")}`
  const site = createServer((request, response) => {
    const code = codes.get(request.url === '/gtm' ? 'gtm' : 'html') ?? ''
    response.setHeader('content-type', 'text/html')
    response.setHeader('content-security-policy', policy)
    // A tag manager has its own leave to run what it holds.
    const pasted = code.replace('<script>', '<script nonce="toko">')
    response.end(`<!doctype html><html lang="id"><title>Toko</title><h1>Toko</h1>${pasted}`)
  })
  await new Promise<void>(resolve => site.listen(0, '127.0.0.1', resolve))
  t.teardown(() => site.close())
  const { port } = site.address() as AddressInfo
  const { page, problems } = await openBrowser(t)

  for (const path of ['html', 'gtm']) {
    await page.goto(`http://localhost:${port}/${path}`)
    await page.getByRole('button', { name: 'Chat' }).waitFor()
  }
  t.same(
    problems.filter(problem => !problem.includes('favicon')),
    []
  )
})

const looks = { light: [1440, 390, 320], dark: [1440] }

for (const colorScheme of ['light', 'dark'] as const) {
  t.test(`every tab in the ${colorScheme}`, async t => {
    if (!needs(t, 'chromium')) return
    const world = await roomWorld(t)
    const { page, context } = await openBrowser(t, { colorScheme })
    await world.enter(context)
    for (const tab of tabs) {
      await page.goto(world.pageOf(tab))
      await page.waitForLoadState('networkidle')
      t.same(await axe(page), [], tab)
      for (const width of looks[colorScheme]) {
        await page.setViewportSize({ width, height: 900 })
        t.same(await noOverflow(page), [], `${tab} ${width}`)
        await shot(page, `rooms-${tab}-${width}-${colorScheme}`)
      }
      await page.setViewportSize({ width: 1440, height: 900 })
    }
  })
}
