import t, { type Test } from 'tap'
import type { Page } from 'playwright-core'
import { axe, noOverflow, openBrowser, shot } from '../support/browser.ts'
import { enter } from '../support/enter.ts'
import { needs } from '../support/require.ts'
import { messengerWorld, png, wav, type MessengerWorld } from './messenger.ts'

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
  const began = Date.now()

  await change(theirs, { text: 'Jam 10 ya' })
  await reacts(ours, '🙏')
  await page.waitForSelector(`#message-${theirs} >> text=Jam 10 ya`, { state: 'attached' })
  await page.waitForSelector(`#message-${ours} .reaction`, { state: 'attached' })
  await change(theirs, { deleted_at: clock.now.getTime() })
  await page.waitForSelector(`#message-${theirs} .bubble--gone`, { state: 'attached' })

  t.ok(Date.now() - began < 4000, 'both within two seconds each')
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
  await page.keyboard.press('End')
  await page.keyboard.press('Home')
  t.equal(await page.evaluate('document.activeElement.textContent'), '👍')
  await page.click('[data-quote]')
  t.match(await heard, { id: message, author: 'Ratna', text: 'Boleh minta alamat servis?' })

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

  await page.click(`#message-${answer} .answered`)
  await page.waitForSelector(`#message-${old}.is-found`)
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

async function furnish(world: MessengerWorld): Promise<void> {
  const { says, answers, file, change, reacts, db, ids } = world
  const first = await says(
    'Pagi, mesin cuci yang saya beli minggu lalu bunyinya kasar waktu spin',
    {
      headers: { context: { forwarded: 'many' } }
    }
  )
  await file(first, {
    ...{ kind: 'video', mime: 'video/mp4' },
    filename: 'spin.mp4',
    bytes: wav(1)
  })
  const asked = await answers('Mohon maaf ya, Bu. Boleh kirim nomor seri dan notanya?')
  await reacts(asked, '🙏')
  const reply = await says('Ini notanya kak')
  await db.updateTable('message').set({ quoted_id: asked }).where('id', '=', reply).execute()
  for (const [red, green] of [
    [190, 90],
    [90, 140],
    [60, 80]
  ] as const) {
    await file(reply, { bytes: png(red, green, 110), filename: `nota-${red}.png` })
  }
  const at = world.clock.now.getTime()
  const ours = { actor_kind: 'agent' as const, actor_id: ids.agent, emoji: '👍', at }
  await db
    .insertInto('reaction')
    .values({ message_id: reply, ...ours })
    .execute()
  await reacts(reply, '❤️')
  const voice = await says('')
  await file(voice, { kind: 'voice', mime: 'audio/wav', filename: 'suara.wav', bytes: wav(3) })
  const sticker = await says('')
  await file(sticker, { kind: 'sticker', bytes: png(240, 180, 60, 64), filename: 'stiker.png' })
  await says('', {
    headers: {
      cards: [
        {
          ...{ kind: 'place', latitude: -6.914744, longitude: 107.60981 },
          ...{ name: 'Rumah Ratna', address: 'Jl. Terusan Jakarta 12, Antapani, Bandung' }
        }
      ]
    }
  })
  await says('Ini teknisi yang dulu', {
    headers: {
      member: 'Budi Santoso',
      quote: 'Siapa teknisinya?',
      cards: [
        {
          ...{ kind: 'contact', name: 'Hendra Wijaya', organisation: 'Servis Antapani' },
          ...{ phones: ['+62 811 2223 334'], emails: ['hendra@servis.example'] }
        }
      ]
    }
  })
  const price = { currency: 'IDR' }
  await says('', {
    headers: {
      cards: [
        {
          kind: 'order',
          items: [
            { name: 'Filter serat mesin cuci', quantity: 2, price: 75_000, ...price },
            { name: 'Selang pembuangan 2 m', quantity: 1, price: 40_000, ...price }
          ],
          note: 'tolong dibungkus'
        }
      ]
    }
  })
  await says('Saya lihat iklan ini', {
    headers: {
      cards: [
        {
          ...{ kind: 'link', title: 'Gratis servis pertama', text: 'Hanya bulan ini' },
          url: 'https://toko.example/promo'
        }
      ]
    }
  })
  const edited = await says('Jam 9 ya')
  await change(edited, { text: 'Jam 10 ya' })
  const gone = await says('Salah kirim')
  await change(gone, { deleted_at: at })
  await says('', { headers: { unsupported: 'poll_creation' } })
  await says('Ya, lanjut', { headers: { choice: 'lanjut' } })
  await answers('Halo Ibu Ratna, kami ingin melanjutkan laporan #4821. Boleh balas pesan ini?', {
    headers: {
      template: { name: 'lanjut_laporan', language: 'id', values: {} },
      choices: [
        { id: '1', title: 'Ya, lanjut' },
        { id: '2', title: 'Nanti saja', hint: 'Kami ingatkan besok' }
      ]
    }
  })
  const files = await says('Berkasnya')
  await file(files, {
    kind: 'file',
    mime: 'application/pdf',
    filename: 'Nota-INV-22871.pdf',
    bytes: wav(1)
  })
  await file(files, {
    ...{ kind: 'file', mime: 'application/pdf', filename: 'manual.pdf' },
    state: 'pending',
    ref: 'a'
  })
  await file(files, {
    ...{ kind: 'file', mime: 'video/mp4', filename: 'panjang.mp4' },
    state: 'failed',
    ref: 'b'
  })
  await answers('Baik, kami cek dulu ya.', { agentId: null, headers: { isFromOutside: true } })
  const failed = await answers('Teknisi datang pukul 10.', { status: 'failed' })
  await db
    .updateTable('message')
    .set({ status_reason: '131026 Message undeliverable' })
    .where('id', '=', failed)
    .execute()
}
