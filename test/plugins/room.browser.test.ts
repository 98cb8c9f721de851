import t, { type Test } from 'tap'
import { hashPassword } from '../../server/agent/password.ts'
import { inboxWorld } from '../inbox/world.ts'
import { becomes } from '../support/becomes.ts'
import { axe, noOverflow, openBrowser, shot } from '../support/browser.ts'
import { fileMs } from '../support/patience.ts'
import { dropPlugin } from '../support/plugin.ts'
import { needs } from '../support/require.ts'
import { pluginZip } from '../support/zip.ts'

t.setTimeout(fileMs)

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

const shopOrders = {
  title: { en: 'Shop orders', id: 'Pesanan Toko' },
  description: {
    en: 'A card with the orders beside each customer, found by phone or email.',
    id: 'Kartu pesanan di panel pelanggan, dicocokkan lewat nomor HP atau email.'
  },
  ...{ icon: 'shopping-cart', author: 'Niaga Lokal', version: '0.9.1' },
  scopes: ['net:toko.sinar.example']
}

/** A shop with some plugins, and a browser in which that role looks at them. */
async function plugins(t: Test, role: 'owner' | 'admin' = 'owner') {
  const world = await inboxWorld(t)
  dropPlugin(world.dataDir, 'orders', '', {
    manifest: shopOrders,
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
  await becomes(t, () => page.evaluate('document.activeElement?.id'), 'plugin-orders-switch')
  await colleague.bringToFront()
  await colleague.locator('#plugin-orders').getByText('Active', { exact: true }).waitFor()

  await page.bringToFront()
  await row.getByRole('button', { name: 'Deactivate' }).focus()
  await page.keyboard.press('Enter')
  await row.getByText('Inactive').waitFor()

  await page.getByLabel('Select all plugins').check()
  await becomes(t, () => page.getByLabel('Select Email').isChecked(), true)
  await page.getByLabel('Select all plugins').uncheck()
  await page.getByLabel('Select Shop orders').check()
  await page.getByLabel('Select Automatic summary').check()
  await page.getByText('2 chosen').waitFor()
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.getByText('1 plugin could not start; the reason is below.').waitFor()
  await page.locator('#plugin-summary').getByText('Kunci API belum diisi').waitFor()
  await page.locator('.nav a[href="/plugins"] .nav__count').getByText('1').waitFor()
  t.same(await axe(page), [])
  t.same(problems, [])
})

t.test('an owner sets a plugin up and tries it before it is stored', async t => {
  if (!needs(t, 'chromium')) return
  const { world, page, problems } = await plugins(t)
  await world.sapa.plugins.scan()
  await world.sapa.plugins.activate('orders')

  await page.goto(`${world.url}/plugins/orders/settings`)
  await page.getByLabel('Address of the shop').fill('https://toko.sinar.example')
  await page.getByLabel('Key', { exact: true }).fill('salah')
  await page.getByRole('button', { name: 'Test' }).click()
  await page.getByText('The shop refused the key').waitFor()
  await page.getByLabel('Key', { exact: true }).fill('benar')
  await page.getByRole('button', { name: 'Test' }).click()
  await page.getByText('The shop answers at https://toko.sinar.example').waitFor()
  t.equal(await page.getByLabel('Key', { exact: true }).inputValue(), 'benar', 'it stays typed')
  t.same(world.sapa.plugins.form('orders')?.stored.settings, {})

  await page.getByLabel('Orders', { exact: true }).fill('900')
  await page.locator('form.card').evaluate(form => form.setAttribute('novalidate', ''))
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('This is too much.').waitFor()
  t.equal(await page.getByLabel('Orders', { exact: true }).inputValue(), '900')
  await page.getByLabel('Orders', { exact: true }).fill('9')
  await page.getByLabel('Key', { exact: true }).fill('benar')
  await page.keyboard.press('Enter')
  await page.getByText('Saved.').waitFor()
  t.match(world.sapa.plugins.form('orders')?.stored.settings, { limit: 9 })
  t.same(
    problems.filter(text => !text.includes('422')),
    []
  )
})

t.test('a package is uploaded, looked at, installed, used and deleted', async t => {
  if (!needs(t, 'chromium')) return
  const { world, page, problems } = await plugins(t)
  const { url, db } = world
  await db
    .updateTable('agent')
    .set({ password_hash: await hashPassword('kopi susu gula aren') })
    .execute()
  const zip = await pluginZip('points', '', {
    manifest: { scopes: ['net:api.poin.example', 'customers:read'], icon: 'star' }
  })

  await page.goto(`${url}/plugins`)
  await page.getByRole('link', { name: 'Upload .zip' }).click()
  await page.getByLabel('Your password').fill('kopi susu gula aren')
  const file = { name: 'poin.zip', mimeType: 'application/zip', buffer: zip }
  await page.getByLabel('File, at most 20 MB').setInputFiles(file)
  await page.getByRole('button', { name: 'Upload and look' }).click()
  await page.getByText('Nothing of this plugin has run yet.').waitFor()
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 })
    t.same(await axe(page), [])
    t.same(await noOverflow(page), [])
    await shot(page, `plugins-review-${width}-light`)
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.getByRole('button', { name: 'Install' }).click()
  await page.getByText('Loyalty is installed and still off.').waitFor()

  const row = page.locator('#plugin-points')
  await row.getByRole('button', { name: 'Activate' }).click()
  await row.getByText('Active', { exact: true }).waitFor()
  await row.getByRole('button', { name: 'Deactivate' }).click()
  await row.getByRole('link', { name: 'Delete' }).click()
  t.ok(await page.getByLabel('Keep the data').isChecked())
  t.same(await axe(page), [])
  await shot(page, 'plugins-removal-1440-light')
  await page.getByLabel('Delete the data, too').check()
  await page.getByLabel('Your password').fill('kopi susu gula aren')
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByText('points was removed. A copy of its data lies in backups/').waitFor()
  await row.waitFor({ state: 'detached' })
  t.same(problems, [])
})

t.test('without script all of it works with forms', async t => {
  if (!needs(t, 'chromium')) return
  const { world, newContext } = await plugins(t)
  const plain = await newContext({ javaScriptEnabled: false })
  await world.enter(plain, 'owner')
  const page = await plain.newPage()

  await page.goto(`${world.url}/plugins`)
  const row = page.locator('#plugin-orders')
  await row.getByRole('button', { name: 'Activate' }).click()
  await page.getByText('1 plugin is active now.').waitFor()
  await page.getByLabel('Find an installed plugin').fill('niaga')
  await page.keyboard.press('Enter')
  await page.waitForURL(/q=niaga/)
  t.equal(await page.locator('.plugin-row').count(), 1)
  await row.getByRole('link', { name: 'Settings' }).click()
  await page.getByLabel('Address of the shop').fill('https://toko.sinar.example')
  await page.getByLabel('Key', { exact: true }).fill('benar')
  await page.getByRole('button', { name: 'Test' }).click()
  await page.getByText('The shop answers at').waitFor()
  await page.getByLabel('Key', { exact: true }).fill('benar')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  await page.goto(`${world.url}/plugins`)
  await page.getByLabel('Select Shop orders').check()
  await page.getByLabel('For all that are ticked').selectOption('deactivation')
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.getByText('1 plugin is off now.').waitFor()
})

t.test('the pages of the plugins at every width, light and dark', async t => {
  if (!needs(t, 'chromium')) return
  const { world, page, problems } = await plugins(t)
  await world.db.updateTable('agent').set({ locale: 'id' }).execute()
  await world.sapa.plugins.scan()
  await world.sapa.plugins.activate('orders')
  await world.sapa.plugins.activate('summary')
  await page.goto(`${world.url}/plugins`)
  dropPlugin(world.dataDir, 'orders', '', {
    manifest: {
      ...shopOrders,
      version: '1.0.0',
      scopes: ['net:toko.sinar.example', 'customers:read']
    },
    files: { 'index.js': orders, 'CHANGELOG.md': 'Kartu untuk retur' }
  })
  await world.sapa.plugins.scan()

  for (const path of ['', '/orders/settings', '/orders/log', '/summary/settings', '/new']) {
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
