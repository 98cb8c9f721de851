import t from 'tap'
import { appendJournal } from '../../server/channel/journal/append.ts'
import { suggest } from '../../server/customer/suggest.ts'
import { inboxWorld } from '../inbox/world.ts'
import { becomes } from '../support/becomes.ts'
import { axe, noOverflow, openBrowser, shot } from '../support/browser.ts'
import { addLetters } from '../support/letter-channel.ts'
import { fileMs } from '../support/patience.ts'
import { needs } from '../support/require.ts'

t.setTimeout(fileMs)

t.test('an admin mends an account without leaving the page', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  addLetters(world.sapa)
  const { url, db, make } = world
  const account = await make.account(db, {
    ...{ type: 'surat', name: 'Toko', state: 'needs_attention', state_reason: 'AUTH 535' }
  })
  const { page, context, problems } = await openBrowser(t)
  await world.enter(context, 'admin')
  const card = page.locator(`#account-${account.id}`)

  await page.goto(`${url}/settings/accounts`)
  t.same(await axe(page), [])
  await shot(page, 'accounts-trouble')
  await card.getByText('AUTH 535').waitFor()
  await card.getByRole('button', { name: 'Switch off' }).click()
  await page.locator('dialog').getByRole('button', { name: 'Switch off' }).click()
  await card.getByRole('button', { name: 'Switch on' }).click()
  await card.getByRole('button', { name: 'Switch off' }).waitFor()

  await card.getByRole('link', { name: 'Toko' }).click()
  await page.selectOption('[name=auth]', 'google')
  // A sign-in needs no password.
  await page.waitForSelector('[name=password]', { state: 'hidden' })
  await page.selectOption('[name=auth]', 'password')
  await page.waitForSelector('[name=password]')
  await page.fill('[name=password]', 'rahasia')
  await page.fill('[name=address]', 'halo@toko.example')
  await page.locator('[name=address]').blur()
  await page.getByText('Found from the address').waitFor()
  t.equal(await page.inputValue('[name=host]'), 'mail.toko.example')
  t.equal(await page.inputValue('[name=password]'), 'rahasia', 'what was typed is left alone')
  await page.getByRole('button', { name: 'Test connection' }).click()
  await page.getByText('All is well').waitFor()

  const other = await context.newPage()
  await other.goto(`${url}/settings/accounts`)
  const otherCard = other.locator(`#account-${account.id}`)
  await otherCard.waitFor()
  await page.getByRole('button', { name: 'Remove account' }).click()
  await page.locator('dialog').getByRole('button', { name: 'Remove account' }).click()
  await page.getByText('The account was removed.').waitFor()
  await other.bringToFront()
  await otherCard.waitFor({ state: 'detached' })
  t.same(problems, [])
})

t.test('people, teams and tokens change in place', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  const { url } = world
  const { page, context, problems } = await openBrowser(t)
  await world.enter(context, 'admin')

  await page.goto(`${url}/settings/agents`)
  await page.getByLabel('Name', { exact: true }).fill('Wulan')
  await page.getByLabel('Email').fill('wulan@toko.example')
  await page.getByRole('button', { name: 'Invite' }).click()
  t.match(await page.getByLabel('Invitation link').inputValue(), '/invite/')
  await page.getByLabel('Role of Wulan').selectOption('supervisor')
  await page.getByLabel('Invitation link').waitFor({ state: 'detached' })
  await becomes(t, () => page.getByLabel('Role of Wulan').inputValue(), 'supervisor')
  await page.getByLabel('Name', { exact: true }).fill('Wulan lagi')
  await page.getByLabel('Email').fill('wulan@toko.example')
  await page.getByRole('button', { name: 'Invite' }).click()
  await page.getByText('Somebody here has this email already.').waitFor()
  t.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Wulan lagi')
  t.same(await axe(page), [])

  await page.goto(`${url}/settings/teams`)
  await page.getByLabel('Name of the team').fill('Garansi')
  await page.getByRole('button', { name: 'Add team' }).click()
  await page.getByLabel('Dewi Anggraini').check()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.locator('summary', { hasText: 'Dewi Anggraini' }).waitFor()
  t.same(await axe(page), [])

  await page.goto(`${url}/settings/tokens`)
  await page.getByLabel('Name', { exact: true }).fill('Kasir')
  await page.getByRole('button', { name: 'Create token' }).click()
  t.match(await page.getByLabel('Token', { exact: true }).inputValue(), /^sapa_/)
  await page.getByRole('button', { name: 'Revoke Kasir' }).click()
  await page.locator('dialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('No token yet.').waitFor()
  const unexpected = problems.filter(problem => !problem.includes('status of 422'))
  t.same(unexpected, [])
})

t.test('an agent finds customers and joins two who are one', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  const { url, db, make, clock } = world
  for (let n = 0; n < 45; n++) await make.customer(db, { name: `Pelanggan ${n}` })
  const first = await make.customer(db, { name: 'Ratna Dewi' })
  const id = await world.mail({ name: 'Ratna' })
  const { customer_id } = await db
    .selectFrom('conversation')
    .select('customer_id')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const twins = { customerId: customer_id, otherCustomerId: first.id }
  await suggest(db, { ...twins, reason: 'same_address' }, clock.now)
  const { page, context, problems } = await openBrowser(t)
  await world.enter(context, 'agent')

  await page.goto(`${url}/customers`)
  t.equal(await page.locator('tbody th').count(), 40)
  await page.getByRole('button', { name: 'Show more' }).click()
  await page.locator('tbody th').nth(46).waitFor()
  await page.getByRole('button', { name: 'Show more' }).waitFor({ state: 'detached' })
  await page.getByRole('searchbox').fill('ratna d')
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'Ratna Dewi' }).waitFor()

  await page.goto(`${url}/conversations/${id}`)
  await page.locator('.suggestion').getByRole('button', { name: 'Link' }).click()
  await page.locator('#customer h2', { hasText: 'Ratna Dewi' }).waitFor()
  await page.locator('.suggestion').waitFor({ state: 'detached' })
  await page.locator('#customer h2 a').click()
  await page.getByRole('button', { name: 'Separate again' }).click()
  await page.locator('dialog').getByRole('button', { name: 'Separate again' }).click()
  await page.getByText('No conversation yet.').waitFor()
  t.same(await axe(page), [])
  t.same(await noOverflow(page), [])
  t.same(problems, [])
})

t.test('by keyboard an account goes off and on again without losing the place', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  addLetters(world.sapa)
  const account = await world.make.account(world.db, { type: 'surat', name: 'Toko' })
  const { page, context, problems } = await openBrowser(t)
  await world.enter(context, 'admin')
  await page.goto(`${world.url}/settings/accounts`)
  const focused = () => page.evaluate<string>(`document.activeElement.textContent.trim()`)

  const card = page.getByRole('article', { name: 'Toko' })
  await card.getByRole('button', { name: 'Switch off' }).focus()
  await page.keyboard.press('Enter')
  await page.locator('dialog[open]').waitFor()
  await page.keyboard.press('Escape')
  await becomes(t, focused, 'Switch off')
  await page.keyboard.press('Enter')
  await page.locator('dialog[open]').waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')

  await becomes(t, focused, 'Switch on')
  t.equal(await page.evaluate(`document.activeElement.id`), `account-${account.id}-switch`)
  t.same(problems, [])
})

t.test('on a phone the current room of the settings is in sight', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  const { page, context } = await openBrowser(t, { viewport: { width: 390, height: 844 } })
  await world.enter(context, 'admin')

  await page.goto(`${world.url}/settings/tokens`)

  const scrolled = () => page.locator('.settings__nav').evaluate(({ scrollLeft }) => scrollLeft > 0)
  await becomes(t, scrolled, true)
  const room = await page.locator('.settings__nav [aria-current]').boundingBox()
  t.ok(room && room.x >= 0 && room.x + room.width <= 390)
})

t.test('a supervisor reads a set-aside message again', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  const { url, db, sapa, clock, accountId } = world
  const body = new TextEncoder().encode('Subject: Faktur\r\n\r\nBelum diterima')
  await appendJournal(db, accountId, [{ key: '1:1', body }], { blobs: sapa.blobs }, clock.now)
  await db.updateTable('journal').set({ state: 'failed', error: 'journal.error.timeout' }).execute()
  const { page, context, problems } = await openBrowser(t)
  await world.enter(context, 'supervisor')

  await page.goto(url)
  await page.getByRole('link', { name: 'Settings' }).first().click()
  await page.goto(`${url}/settings/health`)
  t.same(await axe(page), [])
  await shot(page, 'health-trouble')
  await page.getByRole('button', { name: 'Read again' }).click()
  await page.getByText('Everything that came in was read.').waitFor()
  t.same(problems, [])
})
