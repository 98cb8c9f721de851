import t from 'tap'
import { becomes } from '../support/becomes.ts'
import { axe, noOverflow, openBrowser, shot } from '../support/browser.ts'
import { holdFirst } from '../support/hold.ts'
import { needs } from '../support/require.ts'
import { until } from '../support/until.ts'
import { inboxWorld, openConversation } from './world.ts'

t.test('an agent reads, answers and closes without a reload', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  const { url, db, ids } = world
  await world.undoLonger()
  const id = await world.mail()
  const other = await world.mail({ name: 'Sri Wahyuni', subject: 'Refund belum masuk' })
  const { page, context, problems } = await openBrowser(t)
  await world.enter(context, 'agent')
  const statusOf = () =>
    db
      .selectFrom('conversation')
      .select(['status', 'assignee_id'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()

  await page.goto(`${url}/inbox/unassigned`)
  await page.click(`#row-${id} a`)
  await page.waitForSelector('#composer-1')
  await page.waitForURL(`**/conversations/${id}*`)
  await becomes(t, () => page.title(), /Nota pembelian INV-22871/)

  await page.fill('.composer__text', 'Baik Bu, Sabtu pukul 10.')
  await page.keyboard.press('Control+Enter')
  await page.waitForSelector('.mail--out')
  t.match(await page.textContent('.mail--out'), 'Baik Bu, Sabtu pukul 10.')
  t.match(await page.textContent('.mail--out'), /Undo/, 'and can be taken back')
  const typed = () => page.inputValue('.composer__text')
  await becomes(t, typed, '', 'the composer is empty again')

  await page.click('.mail--out button:has-text("Undo")')
  await page.waitForSelector('.mail--out', { state: 'detached' })
  await becomes(t, typed, 'Baik Bu, Sabtu pukul 10.', 'undo brings the text back')

  await page.keyboard.press('Escape')
  await page.keyboard.press('m')
  await page.keyboard.press('a')
  await page.keyboard.press('m')
  await until(async () => (await statusOf()).assignee_id === ids.agent)
  await page.locator('.timeline__scroll').focus()
  await page.keyboard.press('e')
  await until(async () => (await statusOf()).status === 'closed')
  await page.waitForURL(`**/conversations/${other}?*`)
  await becomes(t, () => page.textContent('.row:has([aria-current])'), /Sri Wahyuni/)

  await page.waitForSelector('.toast:has-text("Ratna Kusumawardani")')
  await page.keyboard.press('Control+z')
  await page.waitForURL(`**/conversations/${id}`)
  t.equal((await statusOf()).status, 'open', 'and closing can be undone')
  t.strictSame(problems, [], 'no error and no CSP violation')
})

t.test('an agent learns what became of a reply though news came before the answer', async t => {
  if (!needs(t, 'chromium')) return
  const { world, id, page, problems } = await openConversation(t)
  const file = { name: 'nota.txt', mimeType: 'text/plain', buffer: Buffer.from('Nota') }
  await page.setInputFiles('.composer [type=file]', file)
  await page.waitForSelector('.composer__files .file')
  await page.fill('.composer__text', 'Sabtu pukul 10, Bu.')
  const accepted = await holdFirst(page, /\/messages$/)

  await page.keyboard.press('Control+Enter')
  await until(accepted.isHeld)
  await page.waitForSelector('.mail--out')
  accepted.release()
  await becomes(t, () => page.inputValue('.composer__text'), '')
  await becomes(t, () => page.locator('.composer__files .file').count(), 0)
  t.equal(await page.locator('.mail--out').count(), 1)

  await page.fill('.composer__text', 'Ditunggu ya.')
  await world.again(id, 'Tolong hari Minggu saja.')
  await page.waitForSelector('.timeline >> text=Tolong hari Minggu saja.')
  const refused = await holdFirst(page, /\/messages$/)
  await page.keyboard.press('Control+Enter')
  await until(refused.isHeld)
  await world.again(id, 'Bisa, kan?')
  await page.waitForSelector('.timeline >> text=Bisa, kan?')
  refused.release()
  await page.waitForSelector('.composer__call--overtaken')
  t.equal(await page.inputValue('.composer__text'), 'Ditunggu ya.')
  t.strictSame(
    problems.filter(problem => !problem.includes('409')),
    []
  )
})

t.test('what is typed while a reply leaves is another one', async t => {
  if (!needs(t, 'chromium')) return
  const { world, page, problems } = await openConversation(t)
  const held = await holdFirst(page, /\/messages$/)
  await page.fill('.composer__text', 'Baik, Bu.')
  await page.keyboard.press('Control+Enter')
  await until(held.isHeld)
  await page.waitForSelector('.mail--out')

  await page.fill('.composer__text', 'Sampai jumpa Sabtu.')
  held.release()
  await page.waitForSelector('.composer button[type=submit]:not([disabled])')
  t.equal(await page.inputValue('.composer__text'), 'Sampai jumpa Sabtu.', 'it stays')
  await page.keyboard.press('Control+Enter')

  await page.waitForSelector('.mail--out:has-text("Sampai jumpa Sabtu.")')
  await becomes(t, () => page.inputValue('.composer__text'), '')
  const sent = await world.db
    .selectFrom('message')
    .select('text')
    .where('kind', '=', 'outbound')
    .orderBy('id')
    .execute()
  t.strictSame(
    sent.map(({ text }) => text),
    ['Baik, Bu.', 'Sampai jumpa Sabtu.']
  )
  t.strictSame(problems, [])
})

t.test('what was sent behind another reply goes once, though its answer gets lost', async t => {
  if (!needs(t, 'chromium')) return
  const { world, page } = await openConversation(t)
  const held = await holdFirst(page, /\/messages$/)
  await page.fill('.composer__text', 'Baik, Bu.')
  await page.keyboard.press('Control+Enter')
  await until(held.isHeld)
  await page.waitForSelector('.mail--out')
  let lost = 0
  await page.route(/\/messages$/, async route => {
    if (lost > 0) return route.continue()
    await route.fetch()
    lost += 1
    return route.abort()
  })
  await page.fill('.composer__text', 'Sampai jumpa Sabtu.')
  await page.keyboard.press('Control+Enter')
  held.release()
  await until(() => lost === 1)
  await page.waitForSelector('.mail--out:has-text("Sampai jumpa Sabtu.")')
  await page.waitForSelector('.composer button[type=submit]:not([disabled])')

  t.equal(await page.inputValue('.composer__text'), 'Sampai jumpa Sabtu.')
  await page.keyboard.press('Control+Enter')
  await becomes(t, () => page.inputValue('.composer__text'), '')
  const sent = await world.db
    .selectFrom('message')
    .select('text')
    .where('kind', '=', 'outbound')
    .orderBy('id')
    .execute()
  t.strictSame(
    sent.map(({ text }) => text),
    ['Baik, Bu.', 'Sampai jumpa Sabtu.']
  )
})

t.test('a reply whose writer has gone on before the answer is no draft', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  const id = await world.mail()
  const other = await world.mail({ name: 'Sri Wahyuni' })
  const { page, context, problems } = await openBrowser(t)
  await world.enter(context, 'agent')
  await page.goto(`${world.url}/conversations/${id}?view=all`)
  const held = await holdFirst(page, /\/messages$/)
  await page.fill('.composer__text', 'Baik, Bu.')
  await page.keyboard.press('Control+Enter')
  await until(held.isHeld)

  await page.click(`#row-${other} .row__link`)
  await page.waitForSelector(`#composer-${other}`)
  held.release()

  const kept = () => page.evaluate<string>('JSON.stringify({ ...localStorage })')
  await until(async () => !(await kept()).includes('Baik, Bu.'), { what: 'the draft is forgotten' })
  await page.click(`#row-${id} .row__link`)
  await page.waitForSelector(`#composer-${id}`)
  await page.waitForSelector('.mail--out:has-text("Baik, Bu.")')
  t.equal(await page.inputValue('.composer__text'), '')
  t.strictSame(problems, [])
})

t.test('a new mail appears while typing and disturbs nothing', async t => {
  if (!needs(t, 'chromium')) return
  const { world, id, page, problems } = await openConversation(t)
  await page.waitForSelector('.composer__text')
  await page.click('.composer__text')
  const text = 'Selamat siang Bu Ratna, teknisi kami berangkat pukul sembilan. '.repeat(3)

  const typing = page.keyboard.type(text, { delay: 4 })
  for (let n = 1; n <= 50; n++) await world.again(id, `Pesan susulan ${n}`)
  await typing

  await page.waitForSelector('.timeline >> text=Pesan susulan 50')
  t.equal(await page.inputValue('.composer__text'), text)
  t.equal(
    await page.evaluate('document.activeElement.selectionStart'),
    text.length,
    'the caret stays'
  )
  const shown = await page.$$eval('[data-message]', messages => messages.map(message => message.id))
  t.equal(new Set(shown).size, shown.length, 'no message twice')
  t.equal(shown.length, 51)

  const place = () => page.evaluate<number>('document.querySelector(".timeline__scroll").scrollTop')
  await page.evaluate('document.querySelector(".timeline__scroll").scrollTo(0, -2000)')
  t.ok((await place()) < -1000, 'reads further up')
  await page.fill('.composer__text', '')
  await page.fill('.composer__text', 'Baik, Bu.')
  await page.keyboard.press('Control+Enter')
  await page.waitForSelector('.mail--out')
  await becomes(t, place, 0, 'what was sent is in sight')
  t.notOk(await page.isVisible('[data-new-pill]'), 'and is no news')
  t.strictSame(problems, [])
})

t.test('the second of two agents is shown what the first has sent', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  const id = await world.mail()
  const browser = await openBrowser(t)
  const other = await browser.newContext()
  await world.enter(browser.context, 'agent')
  await world.enter(other, 'supervisor')
  const [first, second] = [browser.page, await other.newPage()]
  for (const page of [first, second]) await page.goto(`${world.url}/conversations/${id}`)
  await second.fill('.composer__text', 'Jawaban kedua')
  await first.fill('.composer__text', 'Jawaban pertama')

  await first.keyboard.press('Control+Enter')
  await first.waitForSelector('.mail--out')
  await second.focus('.composer__text')
  await second.keyboard.press('Control+Enter')
  await second.waitForSelector('.composer__call')

  t.match(await second.textContent('.composer__call'), 'Jawaban pertama')
  t.equal(await second.inputValue('.composer__text'), 'Jawaban kedua', 'nothing typed is lost')
  t.equal((await outbound()).length, 1, 'nothing has left yet')

  await second.keyboard.press('Control+Enter')
  await until(async () => (await outbound()).length === 2)
  await second.waitForSelector('.composer__call', { state: 'detached' })

  function outbound() {
    return world.db.selectFrom('message').select('id').where('kind', '=', 'outbound').execute()
  }
})

t.test('the rooms hold at all widths, light and dark', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  const id = await world.mail({ name: 'Ratna Kusumawardani binti Abdurrahman Wahid Sastrowardoyo' })
  await world.again(id, `Kata yang panjang sekali: ${'w'.repeat(300)}`)
  for (let n = 0; n < 45; n++) await world.mail({ name: `Pelanggan ${n}` })
  const { newContext, problems } = await openBrowser(t)
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 1024, 390]) {
      const context = await newContext({ viewport: { width, height: 844 }, colorScheme })
      await world.enter(context, 'owner')
      const page = await context.newPage()
      for (const path of [
        '/inbox/all',
        '/inbox/mine',
        `/conversations/${id}`,
        `/conversations/${id}/customer`
      ]) {
        await page.goto(world.url + path)
        const name = `${path.replaceAll('/', '-').slice(1)}-${width}-${colorScheme}`
        await shot(page, name)
        t.strictSame(await axe(page), [], `${name}: accessible`)
        t.strictSame(await noOverflow(page), [], `${name}: no sideways scroll`)
      }
      await context.close()
    }
  }
  t.strictSame(problems, [])
})
