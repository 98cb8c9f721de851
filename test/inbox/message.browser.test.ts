import t, { type Test } from 'tap'
import type { Page } from 'playwright-core'
import { becomes } from '../support/becomes.ts'
import { axe, noOverflow, openBrowser, shot } from '../support/browser.ts'
import { enter } from '../support/enter.ts'
import { needs } from '../support/require.ts'
import { checkSoon } from '../support/soon.ts'
import { talkWorld } from '../support/talk-world.ts'
import { messengerWorld, png, wav } from './messenger.ts'
import { furnish } from './messenger-story.ts'

/** A browser in which an agent has the customer's conversation open. */
async function open(t: Test) {
  const world = await messengerWorld(t)
  const browser = await openBrowser(t)
  await enter(browser.context, world.as.agent, world.url)
  const show = () => browser.page.goto(`${world.url}/conversations/${world.id}`)
  return { ...browser, world, show }
}

t.test('everything that messengers send can be read, by everybody and on every screen', async t => {
  if (!needs(t, 'chromium')) return
  const { page, problems, world, show } = await open(t)
  await furnish(world)
  for (const theme of ['light', 'dark']) {
    const locale = theme === 'light' ? 'id' : 'en'
    await world.db.updateTable('agent').set({ theme, locale }).execute()
    for (const [width, height] of [
      [1440, 900],
      [390, 844]
    ] as const) {
      await page.setViewportSize({ width, height })
      await show()
      t.same(await noOverflow(page), [], `${width} ${theme}`)
      t.same(await axe(page), [], `axe ${width} ${theme}`)
      await shoot(page, `messages-${width}-${theme}`)
    }
  }
  t.same(problems, [])
})

t.test('changes appear in an open page, and the writer is not disturbed', async t => {
  if (!needs(t, 'chromium')) return
  const { page, problems, world, show } = await open(t)
  const { says, answers, change, reacts, clock } = world
  for (let n = 0; n < 30; n++) await says(`Pesan lama ${n}`)
  const [theirs, ours] = [await says('Jam 9 ya'), await answers('Baik, Bu')]
  await show()
  await page.fill('.composer__text', 'Sedang saya tulis')
  await page.locator('.timeline__scroll').evaluate(element => element.scrollTo({ top: -400 }))
  const place = () => page.locator('.timeline__scroll').evaluate(element => element.scrollTop)
  const before = await place()

  await checkSoon(t, 'other words', async attempt => {
    await change(theirs, { text: `Jam ${9 + attempt} ya` })
    await page.waitForSelector(`#message-${theirs} >> text=Jam ${9 + attempt} ya`, {
      state: 'attached'
    })
  })
  await reacts(ours, '🙏')
  await page.waitForSelector(`#message-${ours} .reaction`, { state: 'attached' })
  await change(theirs, { deleted_at: clock.now.getTime() })
  await page.waitForSelector(`#message-${theirs} .bubble--gone`, { state: 'attached' })

  t.equal(await page.inputValue('.composer__text'), 'Sedang saya tulis')
  t.equal(await page.evaluate('document.activeElement.className'), 'composer__text')
  t.ok(Math.abs((await place()) - before) < 40, 'the page stays where it was')
  t.same(problems, [])
})

t.test('the menu of a message is reached by mouse, by keyboard and by touch', async t => {
  if (!needs(t, 'chromium')) return
  const { page, problems, world, show, newContext } = await open(t)
  const message = await world.says('Boleh minta <b>alamat</b> servisnya?')
  await world.change(message, { text: 'Boleh minta alamat servis?' })
  await show()
  const heard = page.evaluate(
    'new Promise(done => document.addEventListener("sapa:quote", event => done(event.detail)))'
  )
  const box = () => page.locator(`#message-${message} .bubble`).boundingBox()
  const still = await box()

  await page.hover(`#message-${message}`)
  t.same(await box(), still, 'nothing moves')
  await page.click(`#act-${message}`)
  await page.waitForSelector('#message-menu:popover-open')
  t.same(await axe(page), [])
  await shot(page, 'message-menu')
  await page.keyboard.press('Escape')
  t.equal(await page.evaluate('document.activeElement.id'), `act-${message}`)

  await page.keyboard.press('Enter')
  await page.waitForSelector('#message-menu:popover-open')
  const focused = () => page.evaluate('document.activeElement.textContent')
  await becomes(t, focused, '👍', 'the focus goes into the menu')
  await page.keyboard.press('End')
  t.not(await focused(), '👍')
  await page.keyboard.press('Home')
  t.equal(await focused(), '👍')
  await page.click('[data-quote]')
  t.match(await heard, { id: message, author: 'Ratna', text: 'Boleh minta alamat servis?' })
  await page.waitForSelector('[data-quote-bar] >> text=Boleh minta alamat servis?')
  t.match(await page.evaluate('document.activeElement.className'), 'composer__text')

  await page.click(`#edited-${message}`)
  await page.waitForSelector('.versions:popover-open >> text=Boleh minta <b>alamat</b> servisnya?')
  t.same(await axe(page), [])
  await shot(page, 'message-versions')

  const phone = await newContext({ viewport: { width: 390, height: 844 }, hasTouch: true })
  await enter(phone, world.as.agent, world.url)
  const touched = await phone.newPage()
  await touched.goto(page.url())
  await touched.tap(`#act-${message}`)
  await touched.waitForSelector('#message-menu:popover-open')
  t.same(await axe(touched), [])
  await shot(touched, 'message-menu-phone')
  t.same(problems, [])
})

t.test('an agent reacts, changes and takes back in the open page', async t => {
  if (!needs(t, 'chromium')) return
  const { page, problems, world, show } = await open(t)
  const [theirs, ours] = [await world.says('Terima kasih'), await world.answers('Pukul 9')]
  await show()
  await page.fill('.composer__text', 'Sedang saya tulis')
  const act = async (message: number, what: string) => {
    await page.click(`#act-${message}`)
    await page.click(`#message-menu:popover-open >> ${what}`)
  }

  await act(theirs, 'text=👍')
  await page.click(`#message-${theirs} .reaction[aria-pressed=true]`)
  await page.waitForSelector(`#message-${theirs} .reaction`, { state: 'detached' })

  await act(ours, 'text=Edit')
  await page.waitForSelector('#edit-message[open]')
  t.same(await axe(page), [])
  await shot(page, 'message-edit')
  await page.fill('#edit-message textarea', '   ')
  await page.click('#edit-message button[type=submit]')
  await page.waitForSelector('#edit-message-problem .callout')
  await page.fill('#edit-message textarea', 'Pukul 10')
  await page.click('#edit-message button[type=submit]')
  await page.waitForSelector(`#message-${ours} >> text=Pukul 10`)
  await page.waitForSelector('#edit-message', { state: 'detached' })

  await act(ours, 'text=Take back')
  await page.click('dialog[open] button[value=yes]')
  await page.waitForSelector(`#message-${ours} .bubble--gone`)
  t.equal(await page.inputValue('.composer__text'), 'Sedang saya tulis')

  world.clock.forward(49 * 3_600_000)
  const late = await world.answers('Baik')
  await show()
  await page.click(`#act-${late}`)
  await page.waitForSelector('#message-menu:popover-open')
  world.clock.forward(49 * 3_600_000)
  await page.click('#message-menu >> text=Take back')
  await page.click('dialog[open] button[value=yes]')
  await page.waitForSelector('.toast >> text=48 hours')
  t.same(
    problems.filter(problem => !/409|422/.test(problem)),
    []
  )
})

t.test('a quote leads to its message, a picture opens, and a sound plays', async t => {
  if (!needs(t, 'chromium')) return
  const { page, problems, world, show } = await open(t)
  const { says, file, db } = world
  const old = await says('Nomor seri 908TNV2L441')
  for (let n = 0; n < 60; n++) await says(`Pesan ${n}`)
  const answer = await says('Yang ini')
  await db.updateTable('message').set({ quoted_id: old }).where('id', '=', answer).execute()
  await file(answer, { bytes: png(200, 60, 60), filename: 'nota.png' })
  const voice = await says('')
  await file(voice, { kind: 'voice', mime: 'audio/wav', bytes: wav(2) })
  await show()
  t.equal(await page.locator(`#message-${old}`).count(), 0, 'on an older page')

  const isFound = page.evaluate(`new Promise(done => new MutationObserver((changes, observer) => {
    if (!document.querySelector('#message-${old}.is-found')) return
    observer.disconnect()
    done(true)
  }).observe(document.body, { subtree: true, childList: true, attributes: true }))`)
  await page.click(`#message-${answer} .answered`)
  t.ok(await isFound, 'it is marked for a moment')
  t.ok(await page.locator(`#message-${old}`).isVisible())

  await page.click(`#message-${answer} .pictures__one`)
  await page.waitForSelector('dialog.enlarged[open] img')
  t.same(await axe(page), [])
  await page.keyboard.press('Escape')
  await page.waitForSelector('dialog.enlarged', { state: 'detached' })

  const played = await page.locator(`#message-${voice} audio`).evaluate(async element => {
    const audio = element as unknown as Player
    audio.muted = true
    await audio.play()
    return audio.duration
  })
  t.equal(Math.round(played), 2)
  t.same(problems, [])
})

t.test(
  'what a channel says about a message shows within two seconds, in its own words',
  async t => {
    if (!needs(t, 'chromium')) return
    const world = await talkWorld(t)
    const { page, context, problems } = await openBrowser(t)
    await enter(context, world.as.agent, world.url)
    const { id } = await world.writes('Halo, ini fotonya')
    await page.goto(`${world.url}/conversations/${id}`)
    const ratna = { kind: 'external', namespace: 'obrolan', value: 'ratna', verified: true }
    let count = 0
    const says = (event: object) => {
      const whole = { key: `k${++count}`, at: world.clock.now.getTime(), from: [ratna], ...event }
      const body = Buffer.from(JSON.stringify([whole]))
      return world.line().ingest([{ key: whole.key, body }])
    }
    const part = { type: 'message', threadKey: 'ratna', albumKey: 'a1', text: '' }
    const picture = { mime: 'image/png', kind: 'image', size: 1, ref: 'r' }
    const shows = async (what: string, work: () => Promise<unknown>) => {
      await work()
      await page.waitForSelector(`.timeline >> ${what}`, { state: 'attached' })
    }

    await shows('text=satu.png', () =>
      says({ ...part, remoteId: 'f1', attachments: [{ ...picture, filename: 'satu.png' }] })
    )
    await shows('text=dua.png', () =>
      says({ ...part, remoteId: 'f2', attachments: [{ ...picture, filename: 'dua.png' }] })
    )
    t.equal(await page.locator('.timeline .message').count(), 2, 'an album is one message')
    await shows('.reaction', () => says({ type: 'reaction', remoteId: 'm1', emojis: ['❤️'] }))
    await checkSoon(t, 'other words', attempt =>
      shows(`text=Halo, ini videonya ${attempt}`, () =>
        says({ type: 'edit', remoteId: 'm1', text: `Halo, ini videonya ${attempt}` })
      )
    )
    await shows('.answered >> text=videonya', () =>
      says({ ...part, albumKey: undefined, remoteId: 'q1', text: 'Ya', quote: { remoteId: 'm1' } })
    )
    await shows('text=Pak Hendra', () => {
      const card = { kind: 'contact', name: 'Pak Hendra', phones: ['0811222333'], emails: [] }
      return says({ ...part, albumKey: undefined, remoteId: 'c1', cards: [card] })
    })
    await shows('.bubble--gone', () => says({ type: 'deletion', remoteId: 'm1' }))
    t.same(problems, [])
  }
)

/** For eyes: the whole timeline, screen by screen. */
async function shoot(page: Page, name: string): Promise<void> {
  if (!process.env['SAPA_SHOTS']) return
  const log = page.locator('.timeline__scroll')
  for (let screen = 0; screen < 5; screen++) {
    await log.evaluate((element, top) => element.scrollTo({ top }), -screen * 600)
    await page.waitForLoadState('networkidle')
    await shot(page, `${name}-${screen}`)
  }
}

interface Player {
  muted: boolean
  duration: number
  play(): Promise<void>
}
