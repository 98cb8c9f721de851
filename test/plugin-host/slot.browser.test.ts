import t, { type Test } from 'tap'
import { inboxWorld } from '../inbox/world.ts'
import { axe, openBrowser, shot } from '../support/browser.ts'
import { dropPlugin } from '../support/plugin.ts'
import { needs } from '../support/require.ts'

t.setTimeout(180_000)

const orders = `
  sapa.slot('customer.sidebar', { id: 'daftar', title: { en: 'Orders', id: 'Pesanan' }, minHeight: 120,
    render: () => sapa.html\`<ul class="orders"><li><span></span><span><b>Mesin cuci Nusa F9</b><small>INV-22871 · 12 Nov</small></span><span>4.899.000</span></li></ul>\` })`

async function open(t: Test, plugins: Record<string, string>) {
  const world = await inboxWorld(t)
  const id = await world.mail()
  const add = async (name: string, code: string) => {
    dropPlugin(world.dataDir, name, code, {
      manifest: { title: { en: 'Pesanan Toko', id: 'Pesanan Toko' } }
    })
    const { state, reason } = await world.sapa.plugins.activate(name)
    t.equal(state, 'active', reason ?? name)
  }
  for (const [name, code] of Object.entries(plugins)) await add(name, code)
  const browser = await openBrowser(t)
  await world.enter(browser.context, 'agent')
  await browser.page.goto(`${world.url}/conversations/${id}`)
  return { ...browser, world, id, add }
}

t.test('a card comes and goes with its plugin on an open page, and typed text stays', async t => {
  if (!needs(t, 'chromium')) return
  const { page, world, add, problems, id } = await open(t, { pesanan: orders })
  await page.getByText('Mesin cuci Nusa F9').waitFor()
  await shot(page, 'slot-1440-light')
  t.strictSame(await axe(page), [])

  await page.fill('.composer__text', 'Baik Bu, kami cek dulu.')
  await world.sapa.plugins.deactivate('pesanan')
  await page.getByText('Mesin cuci Nusa F9').waitFor({ state: 'detached' })
  await add('lain', orders.replaceAll('Mesin cuci', 'Oven'))
  await page.getByText('Oven Nusa F9').waitFor()

  await world.again(id, 'Halo?')
  await page.waitForSelector('.timeline >> text=Halo?')
  t.ok(await page.getByText('Oven Nusa F9').isVisible(), 'a message leaves the card alone')
  t.equal(await page.inputValue('.composer__text'), 'Baik Bu, kami cek dulu.')
  t.strictSame(problems, [])
})

t.test('buttons among the composer’s tools put text at the cursor', async t => {
  if (!needs(t, 'chromium')) return
  const slot = (name: string, more: string, html: string) =>
    `sapa.slot('${name}', { id: 'alat', title: { en: 'Tools', id: 'Alat' }, ${more} render: ${html} })`
  const chips = (text: string) =>
    `({ rows }) => Object.fromEntries(rows.map(row => [row.conversation, sapa.html\`<span class="chip chip--info">${text}</span>\`]))`
  const { page, problems, world } = await open(t, {
    alat: [
      slot(
        'composer.toolbar',
        '',
        '() => sapa.html`<button class="button button--small button--ghost" data-insert="resi JNE-0912">Resi</button>`'
      ),
      slot(
        'conversation.actions',
        '',
        '() => sapa.html`<a class="button" href="https://toko.example/a">Toko</a>`'
      ),
      slot(
        'customer.header',
        "mode: 'lazy',",
        '() => sapa.html`<span class="chip chip--ok">Poin 120</span>`'
      ),
      slot('inbox.row.meta', '', chips('garansi')),
      slot('inbox.row.meta', "mode: 'lazy',", chips('dp lunas')).replace("'alat'", "'lain'"),
      orders
    ].join('\n')
  })

  await page.fill('.composer__text', 'Kirim  ya Bu')
  await page.press('.composer__text', 'Home')
  for (let n = 0; n < 6; n++) await page.press('.composer__text', 'ArrowRight')
  await page.getByRole('button', { name: 'Resi' }).focus()
  await page.keyboard.press('Enter')
  t.equal(await page.inputValue('.composer__text'), 'Kirim resi JNE-0912 ya Bu')
  await page.keyboard.press('Control+z')
  t.equal(await page.inputValue('.composer__text'), 'Kirim  ya Bu')

  await page.locator('.row').getByText('garansi').waitFor()
  await page.locator('.row').getByText('dp lunas').waitFor()
  await page.getByText('Poin 120').waitFor()
  await page.getByText('Mesin cuci Nusa F9').waitFor()
  await shot(page, 'slots-1440-light')
  t.strictSame(await axe(page), [])
  await world.sapa.plugins.deactivate('alat')
  await page.getByRole('button', { name: 'Resi' }).waitFor({ state: 'detached' })
  await page.locator('.row').getByText('dp lunas').waitFor({ state: 'detached' })
  await page.getByText('Poin 120').waitFor({ state: 'detached' })
  t.equal(await page.inputValue('.composer__text'), 'Kirim  ya Bu')
  t.strictSame(problems, [])
})
