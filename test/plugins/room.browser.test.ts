import t, { type Test } from 'tap'
import { inboxWorld } from '../inbox/world.ts'
import { axe, noOverflow, openBrowser, shot } from '../support/browser.ts'
import { dropPlugin } from '../support/plugin.ts'
import { needs } from '../support/require.ts'

t.setTimeout(180_000)

const settings = {
  store: {
    type: 'url',
    required: true,
    label: { en: 'Address of the shop', id: 'Alamat toko' },
    hint: { en: 'Where customers buy.', id: 'Tempat pelanggan berbelanja.' }
  },
  key: { type: 'secret', required: true, label: { en: 'Key', id: 'Kunci' } },
  limit: { type: 'number', min: 1, max: 50, default: 5, label: { en: 'Orders', id: 'Pesanan' } }
}
const orders = `export default {
  settings: ${JSON.stringify(settings)},
  test: async ({ store, key }) => key === 'benar'
    ? { isOk: true, text: { en: 'The shop answers at ' + store, id: 'Toko menjawab di ' + store } }
    : { isOk: false, text: { en: 'The shop refused the key', id: 'Toko menolak kuncinya' } },
  async setup(sapa) { sapa.log.info({ rows: 3 }, 'Pesanan siap dibaca') }
}`

/** A shop with some plugins, and a browser in which that role looks at them. */
async function plugins(t: Test, role: 'owner' | 'admin' = 'owner') {
  const world = await inboxWorld(t)
  dropPlugin(world.dataDir, 'orders', '', {
    manifest: {
      title: { en: 'Shop orders', id: 'Pesanan Toko' },
      description: {
        en: 'A card with the orders beside each customer, found by phone or email.',
        id: 'Kartu pesanan di panel pelanggan, dicocokkan lewat nomor HP atau email.'
      },
      ...{ icon: 'shopping-cart', author: 'Niaga Lokal', version: '0.9.1' },
      scopes: ['net:toko.sinar.example']
    },
    files: { 'index.js': orders }
  })
  dropPlugin(world.dataDir, 'summary', 'throw new Error("Kunci API belum diisi")', {
    manifest: {
      title: { en: 'Automatic summary', id: 'Ringkasan Otomatis' },
      description: {
        en: 'Sums up long conversations in an internal note.',
        id: 'Merangkum percakapan panjang menjadi catatan internal.'
      },
      ...{ icon: 'sparkles', author: 'Ruang Kode', version: '0.3.0' },
      scopes: ['net:*']
    }
  })
  const browser = await openBrowser(t)
  await world.enter(browser.context, role)
  return { world, ...browser }
}

t.test('an owner switches plugins on and off, and a colleague sees it at once', async t => {
  if (!needs(t, 'chromium')) return
  const { world, page, newContext, problems } = await plugins(t)
  const { url } = world
  const other = await newContext()
  await world.enter(other, 'admin')
  const colleague = await other.newPage()

  await page.goto(`${url}/plugins`)
  await colleague.goto(`${url}/plugins`)
  const row = page.locator('#plugin-orders')
  await row.getByText('Inactive').waitFor()
  await row.getByRole('button', { name: 'Activate' }).click()
  await row.getByText('Active', { exact: true }).waitFor()
  t.equal(await page.evaluate('document.activeElement?.id'), 'plugin-orders-switch')
  await colleague.bringToFront()
  await colleague.locator('#plugin-orders').getByText('Active', { exact: true }).waitFor()

  await page.bringToFront()
  await row.getByRole('button', { name: 'Deactivate' }).focus()
  await page.keyboard.press('Enter')
  await row.getByText('Inactive').waitFor()

  await page.getByLabel('Select all plugins').check()
  await page.getByText('3 selected').waitFor()
  await page.getByLabel('Select Email').uncheck()
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.getByText('1 plugin could not start; the reason is below.').waitFor()
  await page.locator('#plugin-summary').getByText('Kunci API belum diisi').waitFor()
  await page.locator('.nav a[href="/plugins"] .nav__count').getByText('1').waitFor()
  t.same(await axe(page), [])
  t.same(problems, [])
})

t.test('the pages of the plugins at every width, light and dark', async t => {
  if (!needs(t, 'chromium')) return
  const { world, page, problems } = await plugins(t)
  await world.db.updateTable('agent').set({ locale: 'id' }).execute()
  await world.sapa.plugins.scan()
  await world.sapa.plugins.activate('orders')
  await world.sapa.plugins.activate('summary')

  for (const path of ['', '/orders/settings', '/orders/log', '/summary/settings', '/add']) {
    await page.goto(`${world.url}/plugins${path}`)
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: width === 1440 ? 900 : 844 })
      for (const scheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: scheme })
        t.same(await axe(page), [], `${path} ${width} ${scheme}`)
        await shot(page, `plugins${path.replaceAll('/', '-')}-${width}-${scheme}`)
      }
      t.same(await noOverflow(page), [], `${path} ${width}`)
    }
  }
  t.same(problems, [])
})
