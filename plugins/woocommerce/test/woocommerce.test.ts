import t from 'tap'
import { make } from '../../../test/support/app.ts'
import { sapa as command } from '../../../test/support/command.ts'
import { phoneDigits, spellings } from '../phone.ts'
import { order } from './shop.ts'
import { shopWorld } from './world.ts'

const sidebar = 'customer.sidebar/woocommerce.orders'

t.test('is bundled and off until the owner wants it', async t => {
  const { sapa } = await shopWorld(t)
  await sapa.plugins.deactivate('woocommerce')
  t.match(await sapa.plugins.find('woocommerce'), { isBundled: true, state: 'installed' })
})

t.test('orders of the customer stand beside the conversation', async t => {
  const { shop, slot } = await shopWorld(t)
  shop.orders.push(
    order({ number: 'INV-22871', total: '4899000.00' }),
    order({ billing: { email: '', phone: '0812-3456-7788' }, status: 'completed' }),
    order({ billing: { email: 'RATNA@dapurkita.example', phone: '' }, status: 'kirim-kurir' })
  )

  const { status, text } = await slot(sidebar)

  t.equal(status, 200)
  t.match(text, /Mesin cuci Nusa F9/)
  t.match(text, /#INV-22871/)
  t.match(text, /IDR\s4,899,000|Rp\s4,899,000/)
  t.match(text, /being prepared/)
  t.match(text, /completed/)
  t.match(text, /kirim-kurir/, 'a status without words is shown as it is')
  t.equal(text.match(/<li>/g)?.length, 3)
})

t.test('nobody gets to see orders that are not proven to be theirs', async t => {
  const { shop, slot, db, ratna } = await shopWorld(t)
  await make.identity(db, { customer_id: ratna, value: 'sri@toko.example', verified_at: null })
  shop.orders.push(
    order({ number: 'SRI-1', billing: { email: 'sri@toko.example', phone: '' } }),
    order({ number: 'XRATNA-2', billing: { email: 'xratna@dapurkita.example', phone: '' } }),
    order({ number: 'NOTE-3', billing: { email: 'b@c.example' }, note: 'ratna@dapurkita.example' })
  )

  const { text } = await slot(sidebar)

  t.match(text, /No orders yet/)
  t.notMatch(text, /SRI-1|XRATNA-2|NOTE-3/)
  t.notMatch(shop.asked.join(' '), /sri/)
})

t.test('the shop is asked once in a while, and what it said holds when it is away', async t => {
  const { shop, slot, db } = await shopWorld(t)
  shop.orders.push(order())
  await Promise.all([slot(sidebar), slot(sidebar), slot(sidebar)])
  const { length } = shop.asked
  t.equal(length, 4, 'one address and three spellings of one number, once for three pages')
  await slot(sidebar)
  t.equal(shop.asked.length, length)

  await db
    .updateTable('woocommerce_customer' as 'plugin_value')
    .set({ fetched_at: 0 } as never)
    .execute()
  shop.trouble = response => response.writeHead(500).end()
  const { text } = await slot(sidebar)

  t.match(text, /Mesin cuci/)
  t.match(text, /answers with something else than orders.*Shown as of/s)
})

t.test('what goes wrong at the shop is said in words', async t => {
  const { shop, slot, save } = await shopWorld(t)
  const cases: [string, () => unknown, RegExp][] = [
    [
      'no JSON',
      () => (shop.trouble = r => r.end('<html>Maintenance')),
      /something else than orders/
    ],
    ['no list', () => (shop.trouble = r => r.end('{"orders":[]}')), /something else than orders/],
    ['no API', () => (shop.trouble = r => r.writeHead(404).end('{}')), /no WooCommerce API/],
    ['busy', () => (shop.trouble = r => r.writeHead(429).end('{}')), /shop is busy/],
    ['cut off', () => (shop.trouble = r => r.destroy()), /cannot be reached/],
    ['wrong key', () => ((shop.trouble = null), save({ secret: 'cs_salah' })), /refuses the key/],
    ['away', () => shop.stop(), /cannot be reached/]
  ]
  for (const [name, begin, words] of cases) {
    await begin()
    const { status, text } = await slot(sidebar)
    t.equal(status, 200, name)
    t.match(text, words, name)
  }
})

t.test('markup in an order is text', async t => {
  const { shop, slot } = await shopWorld(t)
  const evil = '<script>alert(1)</script><img src=x onerror=alert(2)>'
  shop.orders.push(order({ number: evil, status: evil, line_items: [{ name: evil }] }))

  const { text } = await slot(sidebar)

  t.notMatch(text, /<script|<img/)
  t.match(text, /&lt;script&gt;/)
})

t.test('the other places show what is known', async t => {
  const { shop, slot, app, as, conversation } = await shopWorld(t)
  shop.orders.push(order({ number: '22871' }), order({ status: 'completed', total: '101000' }))
  const places = [
    ['customer.header', /IDR\s5,000,000 in 2 orders|Rp\s5,000,000 in 2 orders/],
    ['composer.toolbar', /data-insert="Your order #\d+ of [^"]+"/]
  ] as const
  for (const [place, words] of places) t.notMatch((await slot(place)).text, words, 'nothing yet')
  await slot(sidebar)

  for (const [place, words] of places) t.match((await slot(place)).text, words, place)
  const link = await slot('conversation.actions')
  t.match(link.text, />Open in the shop</)
  const list = await app.inject(as.agent({ url: `/conversations/${conversation}` }))
  t.match(list.body, /open order/)
})

t.test('sales stand on the page with reports', async t => {
  const { app, as, shop } = await shopWorld(t)
  const card = (role: 'agent' | 'supervisor', url: string) => app.inject(as[role]({ url }))
  const today = await card('supervisor', '/slots/dashboard.cards/woocommerce.today')
  const range = 'from=1795107600000&to=1795194000000'
  const sold = await card('supervisor', `/slots/report.cards/woocommerce.sales?${range}`)

  t.match(today.body, /12,500,000/)
  t.match(sold.body, /12,500,000/)
  t.match(shop.asked.at(-1), /date_min=2026-11-20&date_max=2026-11-20/)
  t.equal((await card('agent', '/slots/dashboard.cards/woocommerce.today')).statusCode, 403)
})

t.test('rules ask whether something is on its way', async t => {
  const { shop, call, conversation } = await shopWorld(t)
  shop.orders.push(order({ total: '250000.00' }))
  const ask = (params: object) =>
    call.admin('POST /rule-conditions/woocommerce.open-order/evaluations', { conversation, params })

  t.match(await ask({}), { status: 200, body: { holds: true } })
  t.match(await ask({ atLeast: 300_000 }), { status: 200, body: { holds: false } })
})

t.test('programs ask for the orders of a customer', async t => {
  const { shop, call, ratna } = await shopWorld(t)
  shop.orders.push(order({ number: '22871' }))
  const path = `/x/woocommerce/customers/${ratna}/orders`

  const { status, body } = await call.agent(`GET ${path}`)

  t.equal(status, 200)
  t.match(body, { data: [{ number: '22871' }], is_stale: false })
  t.equal((await call.guest(`GET ${path}`)).status, 403)
  t.equal((await call.agent('GET /x/woocommerce/customers/999/orders')).status, 404)
  t.equal((await call.agent('GET /x/woocommerce/customers/x/orders')).status, 404)
})

t.test('who may see orders is the choice of the owner', async t => {
  const { slot, call } = await shopWorld(t)
  t.equal((await slot(sidebar)).status, 200)
  const path = '/plugins/woocommerce/permissions/orders'
  t.equal((await call.admin(`PUT ${path}`, { role: 'supervisor' })).status, 200)
  t.equal((await slot(sidebar)).status, 403)
})

t.test('a customer who asks gets everything, and it is erased', async t => {
  const { shop, slot, call, ratna, sapa, db, clock } = await shopWorld(t)
  shop.orders.push(order({ number: '22871' }))
  await slot(sidebar)

  const told = await call.owner(`GET /customers/${ratna}/plugin-records`)
  t.match(JSON.stringify(told.body), /22871/)
  t.equal((await call.owner(`DELETE /customers/${ratna}/plugin-records`)).status, 202)
  await sapa.jobs.tick(clock.now)

  const rows = await db
    .selectFrom('woocommerce_customer' as 'plugin_value')
    .selectAll()
    .execute()
  t.same(rows, [])
})

t.test('the test button says what is wrong', async t => {
  const { sapa, shop } = await shopWorld(t)
  const form = { url: shop.url, key: 'ck_1a2b3c', secret: 'cs_rahasia' }
  const test = (more: object) => sapa.plugins.testForm('woocommerce', { ...form, ...more })

  t.match(await test({}), { isOk: true })
  t.match(await test({ secret: 'cs_salah' }), { isOk: false, text: { en: /refuses the key/ } })
  shop.trouble = response => response.end('<html>')
  t.match(await test({}), { isOk: false, text: { en: /not WooCommerce/ } })
})

t.test('open orders have a page of their own', async t => {
  const { shop, app, as, save } = await shopWorld(t)
  const page = async (role: 'agent' | 'guest') => {
    const { statusCode, body } = await app.inject(as[role]({ url: '/p/woocommerce/orders' }))
    return { status: statusCode, body }
  }
  t.match(await page('agent'), { status: 200, body: /Nobody waits for an order/ })
  shop.orders.push(order({ number: '22871' }), order({ number: '22872', status: 'completed' }))

  const { body } = await page('agent')

  t.match(body, /#22871/)
  t.notMatch(body, /#22872/)
  t.match(body, /href="\/p\/woocommerce\/orders"[^>]*>/, 'in the navigation')
  t.equal((await page('guest')).status, 403)
  await save({ secret: 'cs_salah' })
  t.match(await page('agent'), { status: 200, body: /refuses the key/ })
})

t.test('the newest orders stand at the terminal', async t => {
  const { dataDir, shop, save } = await shopWorld(t)
  shop.orders.push(order({ number: '22871' }), order({ number: '22872', status: 'completed' }))
  const env = { ALLOW_PRIVATE_HOSTS: shop.host }
  const run = (...words: string[]) =>
    command(dataDir, ['plugin', 'run', 'woocommerce', 'orders', ...words], { env })

  t.match(await run(), { code: 0, out: '#22871  processing   IDR 4899000.00\n#22872  completed' })
  t.match(await run('22872'), { code: 0, out: /^#22872/ })
  await save({ secret: 'cs_salah' })
  t.match(await run(), { code: 1, out: '', err: /refused/ })
})

t.test('one number, however it is written', async t => {
  for (const text of ['0812-3456-7788', '+62 812 3456 7788', '6281234567788', '0062812 34567788']) {
    t.equal(phoneDigits(text, '62'), '6281234567788', text)
  }
  t.same(spellings('+6281234567788', '62'), ['081234567788', '0812-3456-7788', '6281234567788'])
  t.same(spellings('+6591234567', '62'), ['6591234567'])
})
