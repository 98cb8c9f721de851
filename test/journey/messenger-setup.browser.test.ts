import t from 'tap'
import { whatsappWorld } from '../../plugins/whatsapp/test/world.ts'
import { call, verify } from '../../plugins/whatsapp/provider/call.ts'
import { envelope, message, messages } from '../../plugins/whatsapp/provider/payload.ts'
import type { Phone } from '../../plugins/whatsapp/provider/world.ts'
import { telegramWorld } from '../../plugins/telegram/test/world.ts'
import { write } from '../../plugins/telegram/provider/people.ts'
import { axe, noOverflow, openBrowser, shot } from '../support/browser.ts'
import { enter } from '../support/enter.ts'
import { needs } from '../support/require.ts'
import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import { fileMs } from '../support/patience.ts'

t.setTimeout(fileMs)

const budi = { name: 'Budi Santoso', phone: '6281234567890', userId: 'ID.71002233445566778899' }

interface Scrollable {
  scrollIntoView(): void
}

/** A wide and a narrow screen are looked at; the picture for the manual begins at a text of the page. */
async function look(t: Test, page: Page, name: string, begin: string) {
  for (const [width, colorScheme] of [
    [1440, 'light'],
    [390, 'dark']
  ] as const) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 900 })
    t.same(await axe(page), [], `${name} ${width} ${colorScheme}`)
    t.same(await noOverflow(page), [], `${name} ${width} ${colorScheme}`)
    await shot(page, `${name}-${width}-${colorScheme}`)
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 1000, height: 720 })
  const card = page.locator('.card', { has: page.getByText(begin, { exact: true }) })
  await card.first().evaluate((element: unknown) => (element as Scrollable).scrollIntoView())
  await shot(page, name)
}

t.test('an owner connects a WhatsApp number and sees its first message', async t => {
  if (!needs(t, 'chromium')) return
  const env = { ALLOW_PRIVATE_HOSTS: '127.0.0.1', PUBLIC_URL: 'https://bantuan.sinar.example' }
  const standIns = new Map<string, string>()
  const world = await whatsappWorld(t, { env, standIns })
  const { graph, meta, app } = world
  standIns.set('https://graph.facebook.com', meta.url)
  const phone = graph.phones[0] as Phone
  graph.subscribed.clear()
  const { port } = app.server.address() as { port: number }
  const site = `http://127.0.0.1:${port}`
  const { page, context, problems } = await openBrowser(t)
  await enter(context, world.as.owner, site)

  await page.goto(`${site}/settings/accounts/new?type=whatsapp`)
  await page.getByLabel('Phone number ID').fill(phone.id)
  await page.getByLabel('WhatsApp Business account ID').fill(phone.waba)
  await page.getByLabel('Access token', { exact: true }).fill(phone.token)
  await page.getByLabel('App secret', { exact: true }).fill(graph.appSecret)
  await page.getByRole('button', { name: 'Test connection' }).click()
  await page.getByText('Works, see below').or(page.getByText('All is well')).waitFor()
  await look(t, page, 'whatsapp-form', 'Phone number ID')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()

  await page.waitForURL('**/settings/accounts/*?notice=created')
  await page.getByText('Meta has not called this address yet.').waitFor()
  const hook = new URL(await page.getByLabel('Callback URL', { exact: true }).inputValue())
  t.equal(hook.origin, 'https://bantuan.sinar.example')
  t.equal(await page.getByText('Older messages').count(), 0)
  await look(t, page, 'whatsapp-guide', 'At the provider')

  const token = await page.getByLabel('Verify token', { exact: true }).first().inputValue()
  const local = `${site}${hook.pathname}`
  t.equal((await verify(local, token)).status, 200)
  graph.subscribed.add(phone.waba)
  const words = { type: 'text', text: { body: 'Halo, apakah masih buka?' } }
  const one = messages(phone, budi, [message(graph, budi, words)])
  t.equal(await call(local, envelope(graph, [one]), graph.appSecret), 200)
  await page.getByText('It works: Budi Santoso wrote “Halo, apakah masih buka?”.').waitFor()
  await page.getByRole('button', { name: 'Check again' }).click()
  await page.getByText('All is well').waitFor()
  await look(t, page, 'whatsapp-check', 'Set-up check')
  t.same(problems, [])
})

t.test('an owner connects a Telegram bot and sees its first message', async t => {
  if (!needs(t, 'chromium')) return
  const world = await telegramWorld(t)
  const { api, url } = world
  const bot = api.addBot()
  const { page, context, problems } = await openBrowser(t)
  await enter(context, world.as.owner, url)

  await page.goto(`${url}/settings/accounts/new?type=telegram`)
  await page.getByLabel('Bot token', { exact: true }).fill(bot.token)
  await page.getByText('More settings').click()
  await page.getByLabel('Address of the Bot API').fill(api.url)
  await page.getByText('More settings').click()
  await page.getByRole('button', { name: 'Test connection' }).click()
  await page.getByText('All is well').waitFor()
  await look(t, page, 'telegram-form', 'Bot token')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()

  await page.waitForURL('**/settings/accounts/*?notice=created')
  await page.getByText('All is well').waitFor()
  const ask = page.getByRole('link', { name: 'Write now' })
  t.equal(await ask.getAttribute('href'), `https://t.me/${bot.me.username}`)
  await look(t, page, 'telegram-first', 'Set-up check')

  const person = { id: 771_001, first_name: 'Budi', last_name: 'Santoso', language_code: 'id' }
  write(bot, person, { text: 'Halo, apakah masih buka?' })
  await page.getByText('It works: Budi Santoso wrote “Halo, apakah masih buka?”.').waitFor()

  await page.goto(`${url}/settings/accounts/new?type=telegram`)
  await page.getByLabel('Bot token', { exact: true }).fill(bot.token)
  await page.getByText('More settings').click()
  await page.getByLabel('Address of the Bot API').fill(api.url)
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await page.getByText(bot.me.first_name, { exact: false }).first().waitFor()
  t.equal(
    (await world.db.selectFrom('account').select('id').where('type', '=', 'telegram').execute())
      .length,
    1
  )
  t.same(
    problems.filter(problem => !problem.includes('status of 409')),
    []
  )
})
