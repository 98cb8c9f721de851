import t from 'tap'
import { setup } from '../support/app.ts'
import { post } from '../support/form.ts'
import { dropPlugin } from '../support/plugin.ts'

const settings = {
  shop: { type: 'url', required: true, label: { en: 'Shop', id: 'Toko' } },
  key: { type: 'secret', boundTo: ['shop'], label: { en: 'Key', id: 'Kunci' } },
  isOn: { type: 'switch', label: { en: 'Cards', id: 'Kartu' } }
}
const answer = (isOk: boolean, text: string) =>
  JSON.stringify({ isOk, text: { en: text, id: text } })
/** What the test does depends on the address that is typed. */
const tested = `async ({ shop, key }, { signal }) => {
  if (shop.includes('macet')) return new Promise(() => {})
  if (shop.includes('rusak')) throw new Error('Kunci ' + key + ' salah')
  if (shop.includes('aneh')) return { isOk: 'ya' }
  return key === 'benar' ? ${answer(true, 'Toko <b>menjawab</b>')} : { isOk: false, text: { en: 'Refused: ?key=' + key, id: 'Toko menolak' } }
}`

async function shop(t: Parameters<typeof setup>[0]) {
  const world = await setup(t)
  dropPlugin(world.dataDir, 'orders', '', {
    files: {
      'index.js': `export default { settings: ${JSON.stringify(settings)}, test: ${tested}, setup() {} }`
    }
  })
  await world.sapa.plugins.activate('orders')
  return world
}

const url = '/plugins/orders/settings'
const form = { shop: 'https://toko.example', key: 'benar', isOn: 'on' }

t.test('settings are stored, secrets are never shown again', async t => {
  const { app, as, sapa } = await shop(t)

  const saved = await app.inject(as.admin(post(url, form)))
  t.equal(saved.headers.location, `${url}?notice=saved`)
  const { body } = await app.inject(as.admin({ url: String(saved.headers.location) }))
  t.match(body, 'value="https://toko.example"')
  t.match(body, 'Stored. Leave empty to keep it.')
  t.notMatch(body, 'benar')

  await app.inject(as.admin(post(url, { shop: form.shop, key: '' })))
  const stored = sapa.plugins.form('orders')?.stored
  t.equal(stored?.settings['isOn'], false, 'a switch that is off is not sent')
  t.equal(sapa.secrets.open(stored?.secrets['key'] ?? ''), 'benar', 'an empty secret is kept')
  const moved = await app.inject(as.admin(post(url, { shop: 'https://jahat.example', key: '' })))
  t.equal(moved.statusCode, 422)
  t.match(moved.body, 'Type it again, because the server has changed.')
})

t.test('a form with mistakes comes back with what was typed, but no secret', async t => {
  const { app, as, sapa } = await shop(t)

  const { statusCode, body } = await app.inject(
    as.admin(post(url, { shop: 'bukan <alamat>', key: 'rahasia-toko' }))
  )

  t.equal(statusCode, 422)
  t.match(body, 'value="bukan &lt;alamat&gt;"')
  t.match(body, /id="[^"]*shop-error"/)
  t.notMatch(body, 'rahasia-toko')
  t.same(sapa.plugins.form('orders')?.stored.settings, {})
})

t.test('a test tries what is typed and stores nothing', async t => {
  const { app, as, sapa } = await shop(t)
  const run = async (values: Record<string, string>) => {
    const request = post('/plugins/orders/tests', values)
    const headers = { ...request.headers, 'hx-request': 'true' }
    return app.inject(as.admin({ ...request, headers }))
  }

  const good = await run(form)
  t.match(good.body, 'Toko &lt;b&gt;menjawab&lt;/b&gt;')
  t.match(good.body, 'callout--ok')
  const refused = await run({ ...form, key: 'kunci-salah' })
  t.match(refused.body, /callout--danger[^]*Refused: \?key=\[secret\]/)
  t.notMatch(refused.body, 'kunci-salah')
  const incomplete = await run({ shop: '' })
  t.equal(incomplete.statusCode, 422)
  t.match(incomplete.body, 'Shop: Please fill this in.')
  for (const address of ['https://rusak.example', 'https://aneh.example']) {
    const { statusCode, body } = await run({ ...form, shop: address })
    t.equal(statusCode, 200, address)
    t.match(body, 'The test itself failed or took too long.')
    t.notMatch(body, 'benar')
  }
  t.same(sapa.plugins.form('orders')?.stored.settings, {}, 'nothing is stored')
  const log = await app.inject(as.admin({ url: '/plugins/orders/log' }))
  t.match(log.body, 'test must answer')

  const plain = await app.inject(as.admin(post('/plugins/orders/tests', form)))
  t.match(plain.body, '<html', 'without script the page comes back')
  t.match(plain.body, 'value="https://toko.example"')
  t.match(plain.body, 'Toko &lt;b&gt;menjawab')
})

t.test('the page of a plugin that is off says so and keeps the rest', async t => {
  const { app, as, sapa } = await shop(t)
  await sapa.plugins.deactivate('orders')

  const page = await app.inject(as.admin({ url }))
  t.match(page.body, 'The settings appear when the plugin is active')
  t.notMatch(page.body, 'name="shop"')
  for (const path of [url, '/plugins/orders/tests']) {
    t.equal((await app.inject(as.admin(post(path, form)))).statusCode, 404, path)
  }
  const email = await app.inject(as.admin({ url: '/plugins/email/settings' }))
  t.match(email.body, 'This plugin has nothing to set.')
})

t.test('the accounts and permissions of a plugin stand on its page', async t => {
  const { app, as, db, make, sapa, dataDir } = await shop(t)
  const account = await make.account(db, { type: 'email', name: 'layanan@' })
  const permission = {
    name: 'refund',
    role: 'supervisor',
    label: { en: 'Give money back', id: 'Kembalikan uang' }
  }
  dropPlugin(dataDir, 'money', `sapa.permission(${JSON.stringify(permission)})`)
  await sapa.plugins.activate('money')

  const email = await app.inject(as.admin({ url: '/plugins/email/settings' }))
  t.match(email.body, `href="/settings/accounts/${account.id}"`)
  const choose = (role: string, name = 'refund') =>
    post('/plugins/money/permissions', { name, role })
  const { body } = await app.inject(as.admin({ url: '/plugins/money/settings' }))
  t.match(body, 'Give money back')
  t.match(body, /<option value="supervisor" selected>/)

  t.equal((await app.inject(as.supervisor(choose('agent')))).statusCode, 403)
  t.equal((await app.inject(as.admin(choose('owner')))).statusCode, 403, 'not above themselves')
  t.equal((await app.inject(as.admin(choose('king')))).statusCode, 422)
  t.equal((await app.inject(as.admin(choose('agent', 'nothing')))).statusCode, 404)
  t.equal((await app.inject(as.admin(choose('admin')))).statusCode, 303)
  t.match(await sapa.plugins.permissions('money'), [{ name: 'refund', role: 'admin' }])
})
