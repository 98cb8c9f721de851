import t from 'tap'
import { sidebar, slotWorld as setup } from '../support/slot-world.ts'
import { until } from '../support/until.ts'

t.test('a card is framed with the page and filled afterwards', async t => {
  const { get, conversation, customer } = await setup(
    t,
    sidebar(
      'return sapa.html`<p class="dim">${props.customer}/${props.conversation} ${"<b>Tuti</b>"} ${[sapa.html`<i>1</i>`, null, 2]} ${viewer.role} ${viewer.locale}</p>`'
    )
  )

  const page = await get(`/conversations/${conversation}`)
  t.match(page.body, /Orders[\s\S]*Shop pesanan/, 'the title and whose card it is')
  const url = /hx-get="(\/slots\/customer\.sidebar\/pesanan\.daftar[^"]*)"/.exec(page.body)?.[1]
  const part = await get((url ?? '').replaceAll('&amp;', '&'))

  t.equal(part.status, 200)
  t.match(part.body, `${customer}/${conversation} &lt;b&gt;Tuti&lt;/b&gt; <i>1</i>2 agent en`)
  const own = await get(`/slots/customer.sidebar/pesanan.daftar?customer=${customer}`)
  t.match(own.body, `${customer}/ &lt;b`, 'on the customer’s own page there is no conversation')
})

t.test('a card is seen by those who may see what it is about', async t => {
  const { get, conversation, customer, ids, db } = await setup(
    t,
    `${sidebar('return sapa.html`Rahasia`', "role: 'guest',")}
     sapa.slot('customer.header', { id: 'laba', title: { en: 'Profit', id: 'Laba' }, role: 'admin', render: () => sapa.html\`Laba\` })`
  )
  const card = `/slots/customer.sidebar/pesanan.daftar?conversation=${conversation}`
  const profit = `/slots/customer.header/pesanan.laba?conversation=${conversation}`

  t.equal((await get(card, 'guest')).status, 404, 'a guest sees only what is given to them')
  t.equal(
    (await get(`/slots/customer.sidebar/pesanan.daftar?customer=${customer}`, 'guest')).status,
    403
  )
  await db
    .updateTable('conversation')
    .set({ assignee_id: ids.guest })
    .where('id', '=', conversation)
    .execute()
  t.match((await get(card, 'guest')).body, 'Rahasia')
  t.equal((await get(profit)).status, 403)
  t.notMatch((await get(`/conversations/${conversation}`)).body, 'Laba')
  t.match((await get(`/conversations/${conversation}`, 'admin')).body, 'Laba')
  for (const url of [
    '/slots/customer.sidebar/pesanan.daftar?conversation=999',
    '/slots/customer.sidebar/pesanan.daftar?customer=999',
    '/slots/customer.sidebar/pesanan.daftar',
    `/slots/customer.sidebar/pesanan.lain?conversation=${conversation}`,
    `/slots/customer.sidebar/lain?conversation=${conversation}`,
    `/slots/constructor/pesanan.daftar?conversation=${conversation}`,
    '/slots/inbox.row.meta/pesanan.daftar?rows=1'
  ]) {
    t.equal((await get(url, 'owner')).status, 404, url)
  }
})

t.test('a card behind a permission of its plugin is seen by those who have it', async t => {
  const { get, conversation, sapa } = await setup(
    t,
    `sapa.permission({ name: 'uang', label: { en: 'Money', id: 'Uang' }, role: 'supervisor' })
     ${sidebar('return sapa.html`Rp 1.000`', "permission: 'uang',")}`
  )
  const card = `/slots/customer.sidebar/pesanan.daftar?conversation=${conversation}`

  t.same([(await get(card)).status, (await get(card, 'supervisor')).status], [403, 200])
  await sapa.plugins.setPermission('pesanan', 'uang', 'agent', 'owner')
  t.same((await get(card)).body.trim(), 'Rp 1.000')
})

t.test('a card that fails says so with a code, and with the way to the log for admins', async t => {
  const { get, conversation } = await setup(t, sidebar('throw new Error("rahasia toko")'))
  const url = `/slots/customer.sidebar/pesanan.daftar?conversation=${conversation}`

  const seen = await get(url)
  const admin = await get(url, 'admin')

  t.equal(seen.status, 200)
  t.match(seen.body, /Code [0-9a-f]{8}/)
  t.notMatch(seen.body, 'rahasia')
  t.notMatch(seen.body, '/plugins/')
  t.match(admin.body, 'href="/plugins/pesanan/log"')
})

t.test('wrong answers are faults of the plugin', async t => {
  const world = await setup(t, '')
  const { add, get, conversation, db } = world
  const wrong: Record<string, string> = {
    teks: 'return "<b>teks</b>"',
    serupa: 'return { html: "<b>serupa</b>" }',
    angka: 'return 7',
    raksasa: 'return sapa.html`<p>${"x".repeat(300000)}</p>`',
    dalam: 'return sapa.html`${Array.from({ length: 5000 }, () => sapa.html`<div>`)}`',
    janji: 'return sapa.html`${Promise.resolve(1)}`'
  }
  for (const [id, code] of Object.entries(wrong)) {
    await add(id, sidebar(code))
    const { body } = await get(`/slots/customer.sidebar/${id}.daftar?conversation=${conversation}`)

    t.match(body, /Code [0-9a-f]{8}/, id)
    t.ok(body.length < 2_000, id)
  }
  const kept = async () =>
    (await db.selectFrom('plugin_fault').select('plugin_id').execute()).map(row => row.plugin_id)
  await until(async () => (await kept()).length === 6)
  t.same((await kept()).toSorted(), Object.keys(wrong).toSorted())
})

t.test('a slot that makes no sense keeps its plugin from starting', async t => {
  const { add } = await setup(t, '')
  const good = "id: 'a', title: { en: 'A', id: 'A' }, render: () => null"
  const wrong: [string, string, RegExp][] = [
    ['satu', `sapa.slot('customer.footer', { ${good} })`, /no such slot/],
    ['dua', `sapa.slot('customer.sidebar', { ${good}, id: 'A b' })`, /id must be/],
    ['tiga', `sapa.slot('customer.sidebar', { id: 'a', title: 'A', render() {} })`, /title needs/],
    [
      'empat',
      `for (const n of [1, 2]) sapa.slot('customer.sidebar', { ${good} })`,
      /there already/
    ],
    ['lima', `sapa.slot('customer.sidebar', { ${good}, role: 'tamu' })`, /no role/]
  ]
  for (const [id, code, reason] of wrong) {
    const { state, reason: said } = await add(id, code)
    t.equal(state, 'broken', id)
    t.match(said, reason)
  }
})

t.test('what is slow does not delay the page', async t => {
  globalThis.seen = []
  const { get, conversation, add } = await setup(
    t,
    `sapa.slot('customer.header', { id: 'lama', title: { en: 'Slow', id: 'Lama' },
       render: () => { seen.push('lama'); return new Promise(() => {}) } })`
  )
  await add(
    'cepat',
    `sapa.slot('customer.header', { id: 'cepat', title: { en: 'Fast', id: 'Cepat' }, render: () => sapa.html\`<b>Cepat</b>\` })`
  )
  const first = await get(`/conversations/${conversation}`)
  await get(`/conversations/${conversation}`)

  t.match(first.body, 'hx-get="/slots/customer.header/pesanan.lama', 'it is fetched after the page')
  t.match(first.body, '<b>Cepat</b>', 'what is fast is there')
  t.strictSame(seen, ['lama'], 'the next page does not even ask')
  const late = await get(
    `/slots/customer.header/pesanan.lama?conversation=${conversation}`,
    'admin'
  )
  t.match(late.body, 'Slow failed'.replace('Slow', 'Shop pesanan'), 'nobody waits for ever')
})

t.test('slots stand by priority, then by plugin, and go with their plugin', async t => {
  const slot = (id: string, priority: number) =>
    `sapa.slot('customer.header', { id: '${id}', priority: ${priority}, title: { en: 'A', id: 'A' }, render: () => sapa.html\`<b>${id}</b>\` })`
  const { add, get, conversation, sapa } = await setup(
    t,
    `${slot('dua', 10)}\n${slot('nol', 1)}`,
    'bravo'
  )
  await add('alfa', slot('satu', 10))
  const region = async () =>
    [
      ...(await get(`/slots/customer.header?conversation=${conversation}`)).body.matchAll(
        /<b>(\w+)<\/b>/g
      )
    ].map(match => match[1])

  t.same(await region(), ['nol', 'satu', 'dua'])
  await sapa.plugins.deactivate('bravo')
  t.same(await region(), ['satu'])
  await sapa.plugins.activate('bravo')
  t.same(await region(), ['nol', 'satu', 'dua'])
})
