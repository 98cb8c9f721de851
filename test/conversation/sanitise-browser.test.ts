import t from 'tap'
import { sanitise } from '../../server/conversation/html/sanitise.ts'
import { openBrowser } from '../support/browser.ts'
import { needs } from '../support/require.ts'
import { attacks, trackers } from './attacks.ts'

const home = 'http://toko.example/'

t.test('a real browser runs and loads nothing, even without the frame around it', async t => {
  if (!needs(t, 'chromium')) return
  const { page } = await openBrowser(t)
  const seen: string[] = []
  page.on('dialog', dialog => {
    seen.push(dialog.message())
    void dialog.dismiss()
  })
  const shown = [...attacks, ...trackers].map(attack => `<div>${sanitise(attack).html}</div>`)
  await page.route('**/*', route => {
    const url = route.request().url()
    if (url !== home) seen.push(url)
    const body = `<!doctype html><meta charset="utf-8"><body>${shown.join('\n')}`
    return route.fulfill({ contentType: 'text/html', body: url === home ? body : '' })
  })

  await page.goto(home)
  const divs = await page.evaluate<number>('document.querySelectorAll("body > div").length')
  // Autofocus, animations and handlers that need a moment.
  await page.evaluate(
    'new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve, 300)))'
  )

  t.same(divs, shown.length, 'no attack closes the element that it is in')
  t.same(
    seen.filter(url => url !== `${home}favicon.ico`),
    []
  )
})

t.test('the same attacks do run when nobody cleans them', async t => {
  if (!needs(t, 'chromium')) return
  const { page } = await openBrowser(t)
  let dialogs = 0
  page.on('dialog', dialog => {
    dialogs++
    void dialog.dismiss()
  })
  let shown = ''
  await page.route('**/*', route =>
    route.fulfill({ contentType: 'text/html', body: `<!doctype html><body>${shown}` })
  )

  for (const attack of attacks.slice(0, 15)) {
    shown = attack
    await page.goto(home).catch(() => undefined)
  }

  t.ok(dialogs >= 5, `${dialogs} dialogs`)
})
