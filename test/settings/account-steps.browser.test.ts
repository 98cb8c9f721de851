import type { AddressInfo } from 'node:net'
import t from 'tap'
import { setup } from '../support/app.ts'
import { axe, noOverflow, openBrowser, shot } from '../support/browser.ts'
import { addCounter } from '../support/counter-channel.ts'
import { connect, read, writes } from '../support/counter-world.ts'
import { enter } from '../support/enter.ts'
import { needs } from '../support/require.ts'
import { checkSoon } from '../support/soon.ts'
import { fileMs } from '../support/patience.ts'

t.setTimeout(fileMs)

t.test('after connecting, the page leads to the first message', async t => {
  if (!needs(t, 'chromium')) return
  const world = await setup(t, { isIdle: false })
  const counter = addCounter(world.sapa)
  counter.check = async report => {
    report({ step: 'bell', state: 'ok', ms: 40 })
    report({
      ...{ step: 'door', state: 'failed' },
      detail: { en: 'The door is locked.', id: 'Pintu terkunci.' },
      remedy: { en: 'Unlock it with the key.', id: 'Buka dengan kuncinya.' }
    })
  }
  await world.app.listen({ port: 0, host: '127.0.0.1' })
  const site = `http://127.0.0.1:${(world.app.server.address() as AddressInfo).port}`
  const { page, context, problems } = await openBrowser(t)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await enter(context, world.as.owner, site)

  async function look(name: string) {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1440, 390]) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 900 })
        t.same(await axe(page), [], `${name} ${width} ${colorScheme}`)
        t.same(await noOverflow(page), [], `${name} ${width} ${colorScheme}`)
        await shot(page, `${name}-${width}-${colorScheme}`)
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 })
  }

  await page.goto(`${site}/setup/channel?type=loket`)
  await page.locator('[name=key]').fill('kunci-satu')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.waitForURL('**/setup/channel?account=*')
  await page.getByText('Unlock it with the key.').waitFor()
  await look('account-steps-wizard')
  const id = Number(new URL(page.url()).searchParams.get('account'))
  const { word } = await read(world, id)

  const secret = page.getByLabel('Watchword', { exact: true })
  t.equal(await secret.getAttribute('type'), 'password', 'covered until it is asked for')
  await page.getByRole('button', { name: 'Show: Watchword' }).click()
  t.equal(await secret.getAttribute('type'), 'text')
  t.equal(await secret.inputValue(), word)
  await page.getByRole('button', { name: 'Copy: Watchword' }).click()
  await page.getByText('Copied').waitFor()
  t.equal(await page.evaluate('navigator.clipboard.readText()'), word)

  counter.check = async report => report({ step: 'door', state: 'ok', ms: 12 })
  await page.getByRole('button', { name: 'Check again' }).click()
  await page.getByText('All is well').waitFor()

  let watched = id
  const isSeen = async () => {
    await writes(world, watched, 'Budi Santoso', 'Halo, apakah masih buka?')
    await page.getByText('It works: Budi Santoso wrote “Halo, apakah masih buka?”.').waitFor()
  }
  await page.getByText('Waiting for the first message.').waitFor()
  await checkSoon(t, 'seen in the wizard', isSeen, async () => {
    const other = await connect(world, { type: 'loket', key: `kunci-sesudah-${watched}` })
    watched = other.id
    await page.goto(`${site}${other.url}?notice=created`)
    await page.getByText('Waiting for the first message.').waitFor()
  })

  const second = await connect(world, { type: 'loket', key: 'kunci-lain' })
  await page.goto(`${site}${second.url}?notice=created`)
  await page.getByText('All is well').waitFor()
  const ending = 'The key ends on 3 December 2026 at 10:00. Make a new one before and save it here.'
  counter.opened.at(-1)?.notice({ en: ending, id: ending })
  const notice = page.locator('.account-card').getByText(ending)
  await notice.waitFor()
  await look('account-steps')
  await page.getByRole('button', { name: 'Done' }).click()
  await notice.waitFor({ state: 'detached' })
  await writes(world, second.id, 'Wati', 'Selamat siang')
  await page.getByText('It works: Wati wrote “Selamat siang”.').waitFor()
  await page.getByRole('link', { name: 'Open the conversation' }).click()
  await page.waitForURL('**/conversations/*')
  t.same(problems, [])
})
