import { sql } from 'kysely'
import t, { type Test } from 'tap'
import type { Page } from 'playwright-core'
import {
  axe,
  noOverflow,
  openBrowser,
  shot,
  type OpenBrowser
} from '../../../test/support/browser.ts'
import { fileMs } from '../../../test/support/patience.ts'
import { needs } from '../../../test/support/require.ts'
import { until } from '../../../test/support/until.ts'
import { axeOf, openPanel, openShop, panelFrame, panelOf, saidIn, say, snippet } from './shop.ts'
import { holdAnswer, proofOf, signKey, tokenIn, userOf } from './user.ts'
import { chatWorld, type ChatWorld } from './world.ts'

t.setTimeout(fileMs)

interface Scene {
  world: ChatWorld
  browser: OpenBrowser
}

t.test('what the panel shows', async t => {
  if (!needs(t, 'chromium')) return
  const world = await chatWorld(t)
  const scene = { world, browser: await openBrowser(t) }

  await t.test('asks who one is, in the words of the page', t => preChat(t, scene))
  await t.test('says when the shop is back, and offers other ways', t => closed(t, scene))
  await t.test('takes messages alone while the owner wants it so', t => formOnly(t, scene))
  await t.test('asks how it was', t => rating(t, scene))
  await t.test('knows a user who has signed in, and nobody after', t => signedIn(t, scene))
  await t.test('takes all tabs along into a sign-in, and no copy', t => signingIn(t, scene))
  await t.test('says what went by mail, too', t => mailed(t, scene))
  await t.test('is a page without script on 320 pixels', t => plain(t, scene))
  // Another user's sign-in is refused with 403, a former token with 410; browsers tell that to the console.
  const problems = scene.browser.problems.filter(text => !/40[34]|410/.test(text))
  t.strictSame(problems, [])
})

async function visit(
  t: Test,
  { world, browser }: Scene,
  settings: Record<string, unknown>,
  options = {}
): Promise<Page> {
  const { key } = await world.connect('Toko', settings)
  const shop = await openShop(t, { '/': { head: snippet(world.url, key) } })
  const page = await (await browser.newContext(options)).newPage()
  await page.goto(shop)
  return page
}

const phone = {
  ...{ viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true },
  colorScheme: 'dark'
}

async function preChat(t: Test, scene: Scene): Promise<void> {
  const settings = {
    askName: 'required',
    askEmail: 'optional',
    consentId: 'Saya setuju.',
    needsConsent: true
  }
  const page = await visit(t, scene, settings, phone)
  await page.locator('.k').click()
  const panel = panelOf(page)
  await panel.getByRole('button', { name: 'Mulai chat' }).click()
  await panel.getByText('Mohon diisi.').waitFor()
  await panel.getByText('Mohon setujui dulu.').waitFor()
  t.strictSame(await axeOf(page), [])
  t.strictSame(await noOverflow((await panelFrame(page)) as unknown as Page), [])
  await shot(page, 'widget-ask')
  await panel.locator('#ask-name').fill('Ratna')
  await panel.locator('#ask-email').fill('ratna')
  await panel.locator('#agree').check()
  await panel.getByRole('button', { name: 'Mulai chat' }).click()
  await panel.getByText('Mohon periksa lagi.').waitFor()
  await panel.locator('#ask-email').fill('ratna@contoh.id')
  await panel.locator('#ask-email').press('Enter')
  await say(panel, 'Saya Ratna')
  await panel.getByText('· Terkirim').waitFor()
  const known = () =>
    scene.world.db
      .selectFrom('customer')
      .select('name')
      .where('name', '=', 'Ratna')
      .executeTakeFirst()
  await until(known, { what: 'a customer of that name' })
}

/** Closed on all days around now, wherever the shop is. */
const never = {
  hours: 'weekly',
  ...{ mon: '09:00-17:00', tue: '09:00-17:00', wed: '09:00-17:00', thu: '09:00-17:00' },
  holidays: [-1, 0, 1, 2].map(days =>
    new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
  )
}

async function closed(t: Test, scene: Scene): Promise<void> {
  const page = await visit(t, scene, { ...never, awayId: 'Kami libur.', offersEmail: true })
  const panel = await openPanel(page)
  await panel.getByText('Kami libur.').waitFor()
  await say(panel, 'Kapan buka?')
  await panel.getByText('Kami sedang tidak di tempat').waitFor()
  await panel.getByLabel('Email Anda').fill('bukan email')
  await panel.getByRole('button', { name: 'Kirim tautan' }).click()
  await panel.getByText('Mohon periksa lagi.').waitFor()
  t.strictSame(await axeOf(page), [])
  await shot(page, 'widget-closed')
}

async function formOnly(t: Test, scene: Scene): Promise<void> {
  const page = await visit(t, scene, { isFormOnly: true })
  const streams: string[] = []
  page.on('request', request => {
    if (/\/(stream|typing)/.test(request.url())) streams.push(request.url())
  })
  const panel = await openPanel(page)
  await panel.getByText('Tinggalkan pesan.').waitFor()
  await say(panel, 'Tolong hubungi saya')
  await panel.getByText('· Terkirim').waitFor()
  t.strictSame(await axeOf(page), [])
  t.strictSame(streams, [], 'no stream is asked for')
}

async function rating(t: Test, scene: Scene): Promise<void> {
  const { world } = scene
  const page = await visit(t, scene, { asksRating: true })
  const panel = await openPanel(page)
  await say(panel, 'Sudah beres, terima kasih')
  await panel.getByText('· Terkirim').waitFor()
  const conversation = await world.conversationOf('Sudah beres, terima kasih')
  await world.reply(conversation, 'Sama-sama')
  await panel.getByText('Sama-sama').waitFor()
  await world.app.inject(
    world.as.agent({ method: 'PUT', url: `/conversations/${conversation}/closure` })
  )
  await panel.getByText('Bagaimana bantuan kami?').waitFor()
  t.strictSame(await axeOf(page), [])
  await panel.getByLabel('4 dari 5 bintang').focus()
  await page.keyboard.press('Space')
  await panel.getByLabel('Ada yang ingin ditambahkan?').fill('Cepat')
  t.strictSame(await axeOf(page), [])
  await shot(page, 'widget-rating')
  await panel.getByRole('button', { name: 'Kirim penilaian' }).click()
  await panel.getByText('Terima kasih atas penilaian Anda.').waitFor()
}

async function signedIn(t: Test, scene: Scene): Promise<void> {
  const page = await visit(t, scene, { signKey })
  await page.evaluate(`Sapa('identify', ${proofOf('ratna-7')})`)
  const panel = await openPanel(page)
  await say(panel, 'Pesanan saya sampai mana?')
  await panel.getByText('· Terkirim').waitFor()
  await page.evaluate(`Sapa('identify', ${proofOf('budi-9')})`)
  await until(async () => !(await saidIn(panel)).includes('Pesanan saya sampai mana?'), {
    what: 'the history of the first to go'
  })
  await say(panel, 'Saya Budi')
  await panel.getByText('· Terkirim').waitFor()
  t.notOk((await saidIn(panel)).includes('Pesanan saya sampai mana?'))
  await page.evaluate(
    `Sapa('identify', ${proofOf('ratna-7')}); Sapa('identify', ${proofOf('tono-4')})`
  )
  const isLast = async () => (await userOf(scene.world, await tokenIn(page))) === 'tono-4'
  await until(isLast, { what: 'the last one that the page names' })
  await say(panel, 'Saya Tono')
  await panel.getByText('· Terkirim').waitFor()
  t.strictSame((await saidIn(panel)).slice(1), ['Saya Tono'])
  await panel.locator('.compose textarea').fill('rahasia Tono')
  await page.evaluate(
    `Sapa('shutdown'); Sapa('boot', { key: document.querySelector('[data-key]').dataset.key })`
  )
  await page.evaluate(`Sapa('identify', ${proofOf('ratna-7')})`)
  await until(async () => (await page.locator('.k').count()) === 1, { what: 'the former to go' })
  const again = await openPanel(page)
  await again.getByText('Pesanan saya sampai mana?').waitFor()
  t.notOk((await saidIn(again)).includes('Saya Budi'), 'each user sees their own')
  t.equal(await again.locator('.compose textarea').inputValue(), '')
}

async function signingIn(t: Test, scene: Scene): Promise<void> {
  const page = await visit(t, scene, { signKey })
  const panel = await openPanel(page)
  await say(panel, 'Saya belum masuk')
  await panel.getByText('· Terkirim').waitFor()
  const other = await page.context().newPage()
  await other.goto(page.url())
  const second = await openPanel(other)
  await second.getByText('Saya belum masuk').waitFor()
  const copied = await tokenIn(page)

  let refused = 0
  page.context().on('response', response => void (response.status() === 410 && (refused += 1)))
  const answer = holdAnswer(page, 'PUT', '/identity')
  await page.evaluate(`Sapa('identify', ${proofOf('siti-3')})`)
  await answer.isHeld
  await until(() => refused >= 2, { what: 'the second tab to ask again' })
  answer.release()
  await until(async () => (await tokenIn(page)) !== copied, { what: 'another token' })
  await say(panel, 'Sekarang sudah masuk')
  await second.getByText('Sekarang sudah masuk').waitFor()
  await say(second, 'Dari tab kedua')
  await panel.getByText('Dari tab kedua').waitFor()
  t.strictSame((await saidIn(second)).slice(1), [
    ...['Saya belum masuk', 'Sekarang sudah masuk', 'Dari tab kedua']
  ])
  const key = await page.evaluate<string>(`document.querySelector('[data-key]').dataset.key`)
  const stolen = await fetch(`${scene.world.url}/chat/${key}/messages`, {
    headers: { authorization: `Bearer ${copied}` }
  })
  t.equal(stolen.status, 410, 'who has kept the former token reads nothing')
  await page.context().close()
}

async function mailed(t: Test, scene: Scene): Promise<void> {
  const { world } = scene
  const settings = { host: 'surat.test', password: 'rahasia' }
  await world.call.owner('POST /accounts', { type: 'surat', name: 'Surat', settings })
  const page = await visit(t, scene, { signKey })
  await page.evaluate(`Sapa('identify', ${proofOf('dewi-5', 'dewi@contoh.id')})`)
  const panel = await openPanel(page)
  await say(panel, 'Stoknya masih ada?')
  await panel.getByText('· Terkirim').waitFor()
  const conversation = await world.conversationOf('Stoknya masih ada?')
  await page.keyboard.press('Escape')
  await world.reply(conversation, 'Masih tiga.')
  await page.locator('.k span').getByText('1').waitFor()
  await sql`update webchat_message set at = ${Date.now() - 600_000} where author = 'agent'`.execute(
    world.db
  )
  await world.sapa.jobs.add(world.db, 'webchat', 'mail-unread', {})
  await until(() => world.provider.sent.some(({ step }) => step.text.includes('Masih tiga.')), {
    what: 'the mail'
  })
  await page.locator('.k').click()
  await panel.getByText('· juga dikirim lewat email').waitFor()
  t.strictSame(await axeOf(page), [])
  await shot(page, 'widget-mailed')
}

/** axe needs a script of its own, the page has none: so the form is used in a browser without, and looked at in one with. */
async function plain(t: Test, scene: Scene): Promise<void> {
  const { world, browser } = scene
  const settings = { askName: 'required', askEmail: 'optional', consentId: 'Saya setuju.' }
  const { key } = await world.connect('Toko Tanpa Skrip', settings)
  const narrow = { viewport: { width: 320, height: 640 }, locale: 'id-ID' }
  const without = await browser.newContext({ ...narrow, javaScriptEnabled: false })
  const page = await without.newPage()
  await page.goto(`${world.url}/chat/${key}`)
  await page.getByLabel('Nama').fill('Ratna')
  await page.getByLabel('Pesan').fill(`Apakah buka hari Minggu? ${'a'.repeat(80)}`)
  await page.getByRole('button').click()
  await page.getByText('Apakah buka hari Minggu?').waitFor()
  await world.conversationOf(`Apakah buka hari Minggu? ${'a'.repeat(80)}`)

  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ ...narrow, colorScheme })
    await context.addCookies(await without.cookies())
    const seen = await context.newPage()
    for (const path of [key, `${key}?sent`, 'pub_tidak-ada']) {
      await seen.goto(`${world.url}/chat/${path}`)
      t.strictSame(await axe(seen), [], `${path}, ${colorScheme}`)
      t.strictSame(await noOverflow(seen), [], path)
      await shot(seen, `plain-${path.replace(/\W/g, '-')}-${colorScheme}`)
    }
    t.equal(await seen.locator('script').count(), 0)
    await context.close()
  }
  await without.close()
}
